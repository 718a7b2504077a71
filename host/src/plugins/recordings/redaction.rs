//! Redacts secrets in texts that people or databases get to see.

use std::borrow::Cow;
use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::plugins::keyring::Secret;

/// Shorter secrets would redact half of every text; they protect nothing anyway.
const SHORTEST: usize = 4;

/// Everything but the characters that an address never needs to escape.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A secret as it stands in an address.
pub(in crate::plugins) fn percent_encoded(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, ESCAPED).into()
}

/// The text with each secret replaced by `[secret NAME]`, also where it stands percent-encoded.
pub(in crate::plugins) fn redact(text: &str, secrets: &BTreeMap<String, Secret>) -> String {
    let mut redacted = text.to_owned();
    for (name, secret) in secrets {
        let secret = secret.expose();
        if secret.len() < SHORTEST {
            continue;
        }
        let encoded = percent_encoded(secret);
        for form in [secret, &encoded] {
            if redacted.contains(form) {
                redacted = redacted.replace(form, &format!("[secret {name}]"));
            }
        }
    }
    redacted
}

/// The bytes with each secret in them replaced in the same way.
pub(super) fn redact_bytes(bytes: &[u8], secrets: &BTreeMap<String, Secret>) -> Vec<u8> {
    let mut redacted = bytes.to_vec();
    for (name, secret) in secrets {
        let secret = secret.expose().as_bytes();
        if secret.len() < SHORTEST {
            continue;
        }
        let mark = format!("[secret {name}]");
        let mut from = 0;
        while let Some(found) = redacted[from..].windows(secret.len()).position(|window| window == secret) {
            let at = from + found;
            redacted.splice(at..at + secret.len(), mark.bytes());
            from = at + mark.len();
        }
    }
    redacted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_struck_out_as_they_are_and_percent_encoded() {
        let secrets =
            [("token", "12:ab/c"), ("pin", "123")].map(|(n, s)| (n.to_owned(), Secret::new(s))).into();
        let redacted = redact("12:ab/c in /bot12%3Aab%2Fc/send, pin 123", &secrets);
        assert_eq!(redacted, "[secret token] in /bot[secret token]/send, pin 123");
    }
}
