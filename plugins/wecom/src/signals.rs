//! What a callback, which has no HTTP, leaves in the plugin's store for the next poll, which has.

use hospes_sdk::{Error, kv};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Where notes about service accounts lie, by their `open_kfid`.
pub const SERVICE: &str = "kf/";
/// Where notes about new contacts lie, by their `external_userid`.
pub const CONTACT: &str = "contact/";

/// How many notes are read at once.
const PAGE: u32 = 100;

/// A service account has something new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceSignal {
    /// Without it WeCom answers rarely; it is good for ten minutes.
    pub token: String,
    /// When it came, in milliseconds since 1970.
    pub at: i64,
}

/// A member has a new external contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactSignal {
    /// What the event is known by.
    pub id: String,
    /// The member's userid.
    pub user: String,
    /// The `state` of the way by which the contact came; empty where it has none.
    pub state: String,
    /// When, in seconds since 1970.
    pub at: i64,
}

/// What is to be asked for, and of whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// The messages of a service account.
    Service(String, ServiceSignal),
    /// Who a contact is.
    Contact(String, ContactSignal),
}

impl Signal {
    /// Leaves it for the next poll, in the place of an earlier one of the same account or contact.
    pub fn leave(&self) -> Result<(), Error> {
        match self {
            Self::Service(account, signal) => kv::set_json(&format!("{SERVICE}{account}"), signal),
            Self::Contact(contact, signal) => kv::set_json(&format!("{CONTACT}{contact}"), signal),
        }
    }
}

/// A note as it lies in the store.
pub struct Left<T> {
    key: String,
    bytes: Vec<u8>,
    /// Whom it is about.
    pub about: String,
    /// What it says.
    pub signal: T,
}

impl<T: DeserializeOwned> Left<T> {
    /// The notes of a kind.
    pub fn all(kind: &str) -> Result<Vec<Self>, Error> {
        let mut all = Vec::new();
        for key in kv::list_keys(kind, None, PAGE)? {
            let Some(bytes) = kv::get(&key)? else { continue };
            let about = key[kind.len()..].to_owned();
            match serde_json::from_slice(&bytes) {
                Ok(signal) => all.push(Self { key, bytes, about, signal }),
                // Of another version of this plugin; what it was about comes with the next note.
                Err(_) => kv::delete(&key)?,
            }
        }
        Ok(all)
    }
}

impl<T> Left<T> {
    /// Takes it away, unless another has come meanwhile: then the call runs again and finds that one.
    pub fn take(&self) -> Result<(), Error> {
        kv::swap(&self.key, Some(&self.bytes), None).map(|_| ())
    }
}
