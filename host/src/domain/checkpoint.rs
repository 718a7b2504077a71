//! Checkpoints of the event log: the place and hash of its end, signed by the host, to be kept outside its database.
//! Whoever cuts the log's end off, or writes it anew, can't make the checkpoints that somebody else has.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use super::clock::Timestamp;
use super::event::ChainHash;

/// A checkpoint, as a file has it: one line of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// The place of the log's last event.
    pub sequence: i64,
    /// Its hash, in hexadecimal digits.
    pub hash: String,
    /// When the checkpoint was made.
    pub at: Timestamp,
    /// The public key that it is signed by, in base64.
    pub key: String,
    /// The signature, in base64.
    pub signature: String,
}

/// Why a checkpoint counts for nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCheckpoint {
    /// It can't be read.
    #[error("it is no checkpoint: {0}")]
    Unreadable(String),
    /// It is another host's, or was made up.
    #[error("it is signed by the key {signed_by}, and not by {expected}")]
    OtherKey {
        /// The key that it names.
        signed_by: String,
        /// The key that it should be signed by.
        expected: String,
    },
    /// It was changed after it was signed.
    #[error("its signature doesn't fit: it was changed after it was made")]
    Forged,
}

impl Checkpoint {
    /// Signs the end of a log.
    pub fn sign(key: &SigningKey, sequence: i64, hash: &ChainHash, at: Timestamp) -> Self {
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let signature = key.sign(&signed(sequence, &hash, at));
        let signature = STANDARD.encode(signature.to_bytes());
        Self { sequence, hash, at, key: public(&key.verifying_key()), signature }
    }

    /// The place and hash, if the checkpoint was signed by this key.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(i64, ChainHash), BadCheckpoint> {
        let expected = public(key);
        if self.key != expected {
            return Err(BadCheckpoint::OtherKey { signed_by: self.key.clone(), expected });
        }
        let signature = STANDARD.decode(&self.signature).ok();
        let signature = signature.and_then(|bytes| Signature::from_slice(&bytes).ok());
        let signature = signature.ok_or(BadCheckpoint::Forged)?;
        key.verify_strict(&signed(self.sequence, &self.hash, self.at), &signature)
            .map_err(|_| BadCheckpoint::Forged)?;
        let hash = self.hash_bytes();
        hash.map(|hash| (self.sequence, hash)).ok_or_else(|| BadCheckpoint::Unreadable("its hash".to_owned()))
    }

    fn hash_bytes(&self) -> Option<ChainHash> {
        let mut hash = [0; 32];
        if self.hash.len() != 64 || !self.hash.is_ascii() {
            return None;
        }
        for (index, byte) in hash.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&self.hash[index * 2..index * 2 + 2], 16).ok()?;
        }
        Some(hash)
    }
}

impl std::str::FromStr for Checkpoint {
    type Err = BadCheckpoint;

    fn from_str(line: &str) -> Result<Self, BadCheckpoint> {
        serde_json::from_str(line).map_err(|error| BadCheckpoint::Unreadable(error.to_string()))
    }
}

/// A public key's text.
pub fn public(key: &VerifyingKey) -> String {
    STANDARD.encode(key.as_bytes())
}

/// The key of a text.
pub fn read_public(text: &str) -> Option<VerifyingKey> {
    let bytes: [u8; 32] = STANDARD.decode(text.trim()).ok()?.try_into().ok()?;
    VerifyingKey::from_bytes(&bytes).ok()
}

/// What is signed. Nothing else that the key ever signs begins so.
fn signed(sequence: i64, hash: &str, at: Timestamp) -> Vec<u8> {
    format!("hospes checkpoint 1\n{sequence}\n{hash}\n{}\n", at.as_micros()).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_says_what_was_signed_and_nothing_else() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let checkpoint = Checkpoint::sign(&key, 42, &[0xab; 32], Timestamp::from_micros(5));
        let line = serde_json::to_string(&checkpoint).unwrap();
        let read: Checkpoint = line.parse().unwrap();
        assert_eq!(read.verify(&key.verifying_key()), Ok((42, [0xab; 32])));
        assert_eq!(read_public(&checkpoint.key), Some(key.verifying_key()));
        let forged = [
            Checkpoint { sequence: 41, ..checkpoint.clone() },
            Checkpoint { hash: "cd".repeat(32), ..checkpoint.clone() },
            Checkpoint { at: Timestamp::from_micros(6), ..checkpoint.clone() },
            Checkpoint { signature: String::new(), ..checkpoint.clone() },
        ];
        for forged in forged {
            assert_eq!(forged.verify(&key.verifying_key()), Err(BadCheckpoint::Forged), "{forged:?}");
        }
        let other = SigningKey::from_bytes(&[8; 32]);
        assert!(matches!(checkpoint.verify(&other.verifying_key()), Err(BadCheckpoint::OtherKey { .. })));
        assert!(matches!("{}".parse::<Checkpoint>(), Err(BadCheckpoint::Unreadable(_))));
    }
}
