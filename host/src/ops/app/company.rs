//! The company that this host works for, as its customers see it: a name and a logo.

use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest, Sha256};

/// The largest logo, in bytes.
pub const LARGEST_LOGO: usize = 512 << 10;

/// The company, as customers' pages show it. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Company {
    /// Its name; none shows none.
    pub name: Option<Arc<str>>,
    /// Its logo.
    pub logo: Option<Logo>,
}

/// A picture that browsers show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Bytes,
    /// Changes when the bytes do.
    pub tag: String,
}

impl Logo {
    /// A logo of these bytes: PNG, JPEG, WebP, GIF or SVG, by what they are and not by a file's name.
    pub fn new(bytes: Vec<u8>) -> Result<Self, String> {
        if bytes.len() > LARGEST_LOGO {
            return Err(format!("it has {} bytes; {LARGEST_LOGO} are the most", bytes.len()));
        }
        let media_type = media_type(&bytes).ok_or("it is no PNG, JPEG, WebP, GIF or SVG")?;
        let digest = Sha256::digest(&bytes);
        let tag = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { media_type, bytes: bytes.into(), tag })
    }
}

fn media_type(bytes: &[u8]) -> Option<&'static str> {
    let begins = |with: &[u8]| bytes.starts_with(with);
    match () {
        () if begins(b"\x89PNG\r\n\x1a\n") => Some("image/png"),
        () if begins(b"\xff\xd8\xff") => Some("image/jpeg"),
        () if begins(b"GIF8") => Some("image/gif"),
        () if begins(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") => Some("image/webp"),
        () => {
            let text = std::str::from_utf8(bytes).ok()?;
            text.trim_start_matches('\u{feff}').trim_start().starts_with('<').then_some(())?;
            text.contains("<svg").then_some("image/svg+xml")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_is_known_by_its_bytes() {
        let kind = |bytes: &[u8]| Logo::new(bytes.to_vec()).map(|logo| logo.media_type);
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n.."), Ok("image/png"));
        assert_eq!(kind(b"RIFF\0\0\0\0WEBPVP8 "), Ok("image/webp"));
        assert_eq!(
            kind(b"<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
            Ok("image/svg+xml")
        );
        for other in [b"<html></html>".as_slice(), b"", b"BM", &vec![0; LARGEST_LOGO + 1]] {
            assert!(kind(other).is_err());
        }
    }
}
