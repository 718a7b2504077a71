//! Providers' own constructions of a secret and what is signed. Each has one order of parts whose form is fixed, so that
//! nothing can be moved from one part to another.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::aes_cbc::BLOCK;
use super::{even_out, hmac};
use crate::domain::clock::Timestamp;
use crate::plugins::bindings::hospes::plugin::secrets::Hash;
use crate::plugins::engine::fault::Fault;
use crate::plugins::keyring::Secret;

/// How far a timestamp may lie from now: as far back as deliveries are kept that may be read again.
const DRIFT_SECONDS: i64 = 15 * 24 * 60 * 60;

/// DingTalk's signature of a timestamp.
pub(super) fn dingtalk(secret: &Secret, timestamp: &str) -> Result<Vec<u8>, Fault> {
    if timestamp.is_empty() || timestamp.len() > 20 || !timestamp.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::invalid("a timestamp of DingTalk's has 1 to 20 digits"));
    }
    let tag = hmac(Hash::Sha256, secret, &[timestamp.as_bytes(), b"\n", secret.expose().as_bytes()]);
    even_out::<Sha256>(secret.expose().len());
    Ok(tag?)
}

/// What WeChat signs besides the token.
///
/// Its parts are sorted before they are joined. Were their forms free, somebody who has a true signature could move
/// characters between the parts, and would learn from what still fits where the token stands among them. Ten digits of
/// a time near now, few letters and digits, and whole AES blocks leave nothing to move.
#[derive(Debug)]
pub(super) struct Wechat<'a>([&'a str; 3]);

impl<'a> Wechat<'a> {
    /// Takes parts of the right form.
    pub fn new(
        timestamp: &'a str,
        nonce: &'a str,
        encrypted: &'a str,
        now: Timestamp,
    ) -> Result<Self, Fault> {
        let now = now.as_micros() / 1_000_000;
        let digits = timestamp.len() == 10 && timestamp.bytes().all(|byte| byte.is_ascii_digit());
        let at = timestamp.parse::<i64>().ok().filter(|at| digits && (at - now).abs() <= DRIFT_SECONDS);
        if at.is_none() {
            return Err(Fault::invalid(
                "a timestamp of WeChat's has ten digits and lies within 15 days of now",
            ));
        }
        let plain = nonce.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if nonce.is_empty() || nonce.len() > 20 || !plain {
            return Err(Fault::invalid("a nonce of WeChat's has 1 to 20 letters and digits"));
        }
        let blocks = STANDARD.decode(encrypted).is_ok_and(|bytes| bytes.len().is_multiple_of(BLOCK));
        if !blocks {
            return Err(Fault::invalid("an encrypted message of WeChat's is base64 of whole AES blocks"));
        }
        Ok(Self([timestamp, nonce, encrypted]))
    }

    /// Whether this is their signature with the token.
    pub fn fits(&self, token: &Secret, signature: &str) -> bool {
        let mut parts: Vec<&[u8]> =
            self.0.iter().filter(|part| !part.is_empty()).map(|part| part.as_bytes()).collect();
        parts.push(token.expose().as_bytes());
        parts.sort_unstable();
        let digest = parts.iter().fold(Sha1::new(), Digest::chain_update).finalize();
        even_out::<Sha1>(token.expose().len());
        same(&digest, signature)
    }
}

/// Whether this is Feishu's signature of a timestamp, a nonce and a body.
pub(super) fn feishu(
    key: &Secret,
    (timestamp, nonce, body): (&str, &str, &[u8]),
    signature: &str,
) -> Result<bool, Fault> {
    let plain = |text: &str| {
        (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if !plain(timestamp) || !plain(nonce) {
        return Err(Fault::invalid(
            "a timestamp and a nonce of Feishu's have 1 to 64 letters, digits and hyphens",
        ));
    }
    let digest = Sha256::new()
        .chain_update(timestamp)
        .chain_update(nonce)
        .chain_update(key.expose())
        .chain_update(body)
        .finalize();
    even_out::<Sha256>(key.expose().len());
    Ok(same(&digest, signature))
}

/// Compares a digest with its hexadecimal text, in a time that doesn't tell where they differ.
fn same(digest: &[u8], text: &str) -> bool {
    let made: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    made.as_bytes().ct_eq(text.to_ascii_lowercase().as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_767_600_000_000_000;

    #[test]
    fn wechats_signature_is_the_sha1_of_its_sorted_parts() {
        let sealed = STANDARD.encode([7; 32]);
        for token in ["000", "Token", "zzz"] {
            let mut parts = ["1767600001", "372623149", &sealed, token];
            parts.sort_unstable();
            let signature: String =
                Sha1::digest(parts.concat()).iter().map(|byte| format!("{byte:02X}")).collect();
            let signed =
                Wechat::new("1767600001", "372623149", &sealed, Timestamp::from_micros(NOW)).unwrap();
            assert!(signed.fits(&Secret::new(token), &signature), "{token}");
            assert!(!signed.fits(&Secret::new("other"), &signature) && !signed.fits(&Secret::new(token), ""));
        }
    }

    #[test]
    fn nothing_of_wechats_parts_can_be_moved_to_another() {
        let sealed = STANDARD.encode([7; 32]);
        let takes = |timestamp: &str, nonce: &str, encrypted: &str| {
            Wechat::new(timestamp, nonce, encrypted, Timestamp::from_micros(NOW)).is_ok()
        };
        assert!(takes("1767600001", "372623149", &sealed) && takes("1767600001", "a1", ""));
        for (timestamp, nonce, encrypted) in [
            ("176760000", "1372623149", ""),
            ("17676000013", "72623149", ""),
            ("7676000013", "1", ""),
            ("1767600001", "", ""),
            ("1767600001", "372623149372623149372", ""),
            ("1767600001", "3-1", ""),
            ("1767600001", "372623149", "aGVsbG8="),
            ("1767600001", "372623149", &sealed[1..]),
            ("1767600001", "372623149", &sealed[4..]),
        ] {
            assert!(!takes(timestamp, nonce, encrypted), "{timestamp} {nonce} {encrypted}");
        }
    }

    #[test]
    fn feishus_and_dingtalks_signatures_are_theirs() {
        let key = Secret::new("encrypt-key");
        let digest: String = Sha256::digest("17676000019f1d-2encrypt-key{}")
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let fits = |nonce: &str, signature: &str| feishu(&key, ("1767600001", nonce, b"{}"), signature);
        assert!(fits("9f1d-2", &digest).unwrap() && !fits("9f1d-3", &digest).unwrap());
        assert!(fits("9 1", &digest).is_err() && fits("", &digest).is_err());
        let tag = dingtalk(&Secret::new("this is secret"), "1577262236757").unwrap();
        assert_eq!(STANDARD.encode(tag), "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM=", "as Python's hmac");
        assert!(dingtalk(&key, "1\n2").is_err());
    }
}
