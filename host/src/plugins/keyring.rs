//! The key that secrets are sealed with, and secrets themselves.

use std::fmt;
use std::path::Path;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use base64::Engine as _;
use ed25519_dalek::SigningKey;
use hmac::{Hmac, Mac};
use rand::Rng as _;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

const NONCE_LENGTH: usize = 12;

/// A secret's text. It is wiped when dropped and never shows in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    text: Zeroizing<String>,
    digest: [u8; 32],
}

impl Secret {
    /// Bytes that a secret has at most.
    pub const LONGEST: usize = 8 << 10;

    /// A secret of this text.
    pub fn new(text: impl Into<String>) -> Self {
        let text = Zeroizing::new(text.into());
        let digest = Sha256::digest(text.as_bytes()).into();
        Self { text, digest }
    }

    /// Its text. Whoever calls this takes care that it goes nowhere else.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The SHA-256 of its text, made beforehand.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Why a key or a sealed secret can't be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The text isn't a key.
    #[error(
        "HOSPES_KEY (or the key file) must be 32 bytes as 64 hexadecimal digits or as base64; make one with: \
         openssl rand -base64 32"
    )]
    Malformed,
    /// The key file can't be read.
    #[error("the key file {path} can't be read: {error}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// Sealed with another key.
    #[error(
        "this secret was sealed with the key {sealed_with}, but HOSPES_KEY is the key {have}; start with the key that it \
         was sealed with"
    )]
    OtherKey {
        /// The id of the key it was sealed with.
        sealed_with: String,
        /// The id of the key at hand.
        have: String,
    },
    /// Changed, or moved from another row.
    #[error("a sealed secret in {place} was changed, or moved there from another row; set it anew")]
    Damaged {
        /// `table/row/column`.
        place: String,
    },
    /// The cipher failed, which it does only for texts beyond 64 GiB.
    #[error("the secret can't be sealed")]
    Unsealable,
}

/// Where a sealed value stands. A value sealed for one place doesn't open at another.
#[derive(Debug, Clone, Copy)]
pub struct SecretLocation<'a> {
    /// The table.
    pub table: &'static str,
    /// The row's key.
    pub row: &'a str,
    /// The column.
    pub column: &'a str,
}

impl fmt::Display for SecretLocation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.table, self.row, self.column)
    }
}

/// The host's key and what is derived from it. Cheap to clone.
#[derive(Clone)]
pub struct Keyring {
    id: String,
    cipher: Aes256Gcm,
    root: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Keyring {
    /// From the key itself.
    pub fn new(key: [u8; 32]) -> Self {
        let root = Zeroizing::new(key);
        let mut sealing = derive(&root, "secrets");
        let cipher = Aes256Gcm::new(&sealing.into());
        sealing.zeroize();
        let id = derive(&root, "key id").iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Self { id, cipher, root }
    }

    /// A key that ends with the process, for tests and for tools without a database.
    pub fn ephemeral() -> Self {
        let mut key = [0; 32];
        unpredictable(&mut key);
        Self::new(key)
    }

    /// From a key's text, as in `HOSPES_KEY`.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let bytes = Zeroizing::new(
            if text.len() == 64 { from_hex(text) } else { from_base64(text) }.unwrap_or_default(),
        );
        let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_| KeyError::Malformed)?;
        Ok(Self::new(key))
    }

    /// From a file with a key's text.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let text = std::fs::read_to_string(path).map(Zeroizing::new);
        let text = text.map_err(|error| KeyError::Unreadable { path: path.display().to_string(), error })?;
        Self::parse(&text)
    }

    /// The key's id: kept beside everything that it sealed, and no secret.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A key for another purpose, which tells nothing about this one.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        derive(&self.root, purpose)
    }

    /// The key that checkpoints of the event log are signed with.
    pub fn checkpoint_key(&self) -> SigningKey {
        let mut seed = self.derive("checkpoints");
        let key = SigningKey::from_bytes(&seed);
        seed.zeroize();
        key
    }

    /// Seals a secret for its place: a nonce, the ciphertext, its tag.
    pub fn seal(&self, place: SecretLocation<'_>, secret: &Secret) -> Result<Vec<u8>, KeyError> {
        let mut nonce = [0; NONCE_LENGTH];
        unpredictable(&mut nonce);
        let aad = additional(place);
        let payload = Payload { msg: secret.expose().as_bytes(), aad: &aad };
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| KeyError::Unsealable)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`seal`](Self::seal) made with the key of this id for this place.
    pub fn open(&self, place: SecretLocation<'_>, key_id: &str, sealed: &[u8]) -> Result<Secret, KeyError> {
        if key_id != self.id {
            return Err(KeyError::OtherKey { sealed_with: key_id.to_owned(), have: self.id.clone() });
        }
        let damaged = || KeyError::Damaged { place: place.to_string() };
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_LENGTH>().ok_or_else(damaged)?;
        let aad = additional(place);
        let payload = Payload { msg: ciphertext, aad: &aad };
        let opened = self.cipher.decrypt(&Nonce::from(*nonce), payload).map_err(|_| damaged())?;
        match String::from_utf8(opened) {
            Ok(text) => Ok(Secret::new(text)),
            Err(error) => {
                error.into_bytes().zeroize();
                Err(damaged())
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a key or nonce that a test could seed would be no protection")]
fn unpredictable(bytes: &mut [u8]) {
    rand::rng().fill_bytes(bytes);
}

/// The place with its parts' lengths, so that no two places have the same bytes.
fn additional(place: SecretLocation<'_>) -> Vec<u8> {
    let parts = [place.table, place.row, place.column];
    parts.iter().flat_map(|part| [&(part.len() as u64).to_be_bytes()[..], part.as_bytes()].concat()).collect()
}

fn derive(root: &[u8; 32], purpose: &str) -> [u8; 32] {
    // HMAC takes a key of any length; the fallback can't be reached.
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(root) else { return [0; 32] };
    mac.update(b"hospes/");
    mac.update(purpose.as_bytes());
    mac.finalize().into_bytes().into()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    text.as_bytes().chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(*pair.get(1)?)?)).collect()
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let unpadded = text.trim_end_matches('=');
    let engine = if unpadded.contains(['-', '_']) {
        base64::engine::general_purpose::URL_SAFE_NO_PAD
    } else {
        base64::engine::general_purpose::STANDARD_NO_PAD
    };
    engine.decode(unpadded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: SecretLocation<'static> =
        SecretLocation { table: "installation_secrets", row: "1", column: "token" };

    #[test]
    fn a_secret_opens_at_its_own_place_with_its_own_key_only() {
        let keyring = Keyring::new([1; 32]);
        let secret = Secret::new("s3cret 密");
        let sealed = keyring.seal(PLACE, &secret).unwrap();
        assert_eq!(keyring.open(PLACE, keyring.id(), &sealed).unwrap(), secret);

        let moved = keyring.open(SecretLocation { row: "2", ..PLACE }, keyring.id(), &sealed).unwrap_err();
        assert!(matches!(moved, KeyError::Damaged { .. }), "{moved}");
        let mut changed = sealed.clone();
        changed[15] ^= 1;
        assert!(keyring.open(PLACE, keyring.id(), &changed).is_err());
        assert!(keyring.open(PLACE, keyring.id(), &sealed[..5]).is_err());

        let other = Keyring::new([2; 32]);
        let error = other.open(PLACE, keyring.id(), &sealed).unwrap_err().to_string();
        assert!(error.contains(keyring.id()) && error.contains(other.id()), "{error}");
    }

    #[test]
    fn the_same_secret_is_sealed_differently_each_time() {
        let keyring = Keyring::ephemeral();
        let secret = Secret::new("x");
        assert_ne!(keyring.seal(PLACE, &secret).unwrap(), keyring.seal(PLACE, &secret).unwrap());
    }

    #[test]
    fn a_key_may_be_written_in_hexadecimal_or_base64() {
        let id = Keyring::new([0xab; 32]).id().to_owned();
        let base64 = "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s";
        for text in ["ab".repeat(32), "AB".repeat(32), base64.to_owned(), format!("{base64}=\n")] {
            assert_eq!(Keyring::parse(&text).unwrap().id(), id, "{text}");
        }
        for text in ["", "password", &"ab".repeat(31), &"xy".repeat(32)] {
            let error = Keyring::parse(text).unwrap_err().to_string();
            assert!(error.contains("openssl rand -base64 32"), "{error}");
        }
    }

    #[test]
    fn neither_secrets_nor_keys_show() {
        let shown = format!("{:?} {:?}", Secret::new("s3cret"), Keyring::new([0x41; 32]));
        assert!(!shown.contains("s3cret") && !shown.contains("41, ") && !shown.contains("65"), "{shown}");
    }
}
