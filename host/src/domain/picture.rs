//! Pictures by their first bytes: whoever sends a file says what it is, and may be wrong.

/// The signatures of the pictures that browsers show: PNG (ISO/IEC 15948, 5.2), JPEG (ITU-T T.81, B.1.1.3), GIF (GIF89a, 17)
/// and WebP (RFC 9649, 2.3).
pub fn is_picture(bytes: &[u8]) -> bool {
    let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    is_webp
        || bytes.starts_with(b"\x89PNG\r\n\x1a\n")
        || bytes.starts_with(b"\xff\xd8\xff")
        || bytes.starts_with(b"GIF87a")
        || bytes.starts_with(b"GIF89a")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_known_and_pages_are_none() {
        assert!(
            is_picture(b"\x89PNG\r\n\x1a\n\0\0")
                && is_picture(b"\xff\xd8\xff\xe0")
                && is_picture(b"GIF89a..")
        );
        assert!(is_picture(b"RIFF\x10\0\0\0WEBPVP8 "));
        assert!(!is_picture(b"<html>") && !is_picture(b"RIFF") && !is_picture(b""));
    }
}
