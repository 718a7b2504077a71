//! The envelope of a callback: whether its platform signed it, and what is in it.
//!
//! A message is encrypted as AES-256-CBC of 16 random bytes, the message's length (four bytes, the highest first), the
//! message and whom it is for, padded to whole blocks of 32 bytes (PKCS #7). The initialisation vector is the beginning of
//! the key, which a plugin never sees: decrypted with another one only the first block comes out wrong, and that holds
//! nothing but the random bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hospes_sdk::Error;
use hospes_sdk::secrets::{self, Secret};

use crate::query;

/// Random bytes before the length.
const RANDOM: usize = 16;
/// The block that messages are padded to.
const PADDED_TO: usize = 32;
/// Bytes of an AES block.
const BLOCK: usize = 16;

/// What a request says of its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    timestamp: String,
    nonce: String,
    signature: String,
}

impl Signed {
    /// Takes it from the query; `name` is the signature's own, `msg_signature` or `signature`.
    pub fn of(query: &str, name: &str) -> Result<Self, Error> {
        let take = |name: &str| {
            query::parameter(query, name).filter(|value| !value.is_empty()).ok_or_else(|| {
                Error::denied(format!("The parameter `{name}` is missing: nobody signed this."))
            })
        };
        Ok(Self { timestamp: take("timestamp")?, nonce: take("nonce")?, signature: take(name)? })
    }

    /// Lets only the platform in: it signs with the secret `token`. `encrypted` is what the signature covers besides;
    /// empty where messages come plain.
    pub fn verify(&self, encrypted: &str) -> Result<(), Error> {
        let token = secret("token")?;
        match token.verify_wechat(&self.timestamp, &self.nonce, encrypted, &self.signature) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::denied(
                "The signature doesn't fit the secret `token`; set the same Token here and on the platform.",
            )),
            Err(error) => Err(error),
        }
    }
}

/// What is in an encrypted message whose signature was verified. `receiver` is whom it has to be for.
pub fn open(encrypted: &str, receiver: &str) -> Result<Vec<u8>, Error> {
    let sealed = STANDARD
        .decode(encrypted)
        .ok()
        .filter(|sealed| !sealed.is_empty() && sealed.len().is_multiple_of(BLOCK))
        .ok_or_else(|| Error::invalid("The encrypted message is no base64 of whole AES blocks."))?;
    let plain = secret("encoding-aes-key")?.aes_cbc_decrypt(&[0; BLOCK], &sealed)?;
    let (message, of) = unpack(&plain).ok_or_else(|| {
        Error::invalid(
            "The message can't be decrypted; set the same EncodingAESKey here (`encoding-aes-key`) and on the platform.",
        )
    })?;
    if of != receiver.as_bytes() {
        return Err(Error::denied(format!(
            "The message is for `{}`, and this installation is `{receiver}`; check its settings.",
            String::from_utf8_lossy(of)
        )));
    }
    Ok(message.to_vec())
}

/// A secret that the operator has set.
fn secret(name: &str) -> Result<Secret, Error> {
    secrets::get(name)
        .map_err(|error| Error::denied(format!("Nobody can be let in without `{name}`: {}", error.message)))
}

/// The message and whom it is for; none where the padding or the length is wrong.
fn unpack(plain: &[u8]) -> Option<(&[u8], &[u8])> {
    let padding = usize::from(*plain.last()?);
    let end = plain.len().checked_sub(padding)?;
    let padded = &plain[end..];
    if !(1..=PADDED_TO).contains(&padding) || padded.iter().any(|byte| usize::from(*byte) != padding) {
        return None;
    }
    let (length, rest) = plain.get(RANDOM..end)?.split_at_checked(4)?;
    let length = u32::from_be_bytes(length.try_into().ok()?);
    rest.split_at_checked(usize::try_from(length).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(length: u32, rest: &[u8], padding: &[u8]) -> Vec<u8> {
        [&[7; RANDOM][..], &length.to_be_bytes(), rest, padding].concat()
    }

    #[test]
    fn message_and_receiver_are_told_apart() {
        let plain = packed(6, "你好ww1".as_bytes(), &[3; 3]);
        assert_eq!(unpack(&plain), Some(("你好".as_bytes(), &b"ww1"[..])));
        assert_eq!(unpack(&packed(0, b"", &[12; 12])), Some((&b""[..], &b""[..])));
    }

    #[test]
    fn wrong_padding_and_lengths_open_nothing() {
        for plain in [
            packed(6, "你好".as_bytes(), &[0; 4]),
            packed(6, "你好".as_bytes(), &[33; 33]),
            packed(6, "你好".as_bytes(), &[2, 3, 3]),
            packed(7, "你好".as_bytes(), &[3; 3]),
            packed(u32::MAX, b"", &[1]),
            vec![32; 32],
            vec![16; 16],
            vec![1],
            Vec::new(),
        ] {
            assert_eq!(unpack(&plain), None, "{plain:?}");
        }
    }

    #[test]
    fn a_request_without_signature_is_denied() {
        for query in ["", "timestamp=1&nonce=2", "timestamp=1&nonce=&msg_signature=3", "signature=3"] {
            assert_eq!(Signed::of(query, "msg_signature").unwrap_err().code, "denied", "{query}");
        }
        assert!(Signed::of("msg_signature=3&timestamp=1&nonce=2", "msg_signature").is_ok());
    }
}
