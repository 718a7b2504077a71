//! What a message says, as a digest: by it a delivery that repeats is told from another message under the same id.
//!
//! The digest is of what the plugin made of the request, not of the request: providers send a repeat with other headers.
//! The thread is no part of it: what a plugin finds of it may grow between two deliveries of one message.

use std::io::{self, Write};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::domain::clock::Timestamp;
use crate::ops::calls::effects::StagedEffects;
use crate::plugins::types::{Attribute, Identity, Media, Message};

/// Bytes of a digest that are kept.
const KEPT: usize = 16;

/// Attributes that speak of the sender or of the delivery, and not of what was written.
const BESIDE: [&str; 4] = ["accepted", "edited", "language", "name"];

/// When a call began and ended. A message that was written within it got its time from the call's own clock, because
/// its provider gave none; when the message is delivered again, it gets another.
#[derive(Debug, Clone, Copy)]
pub(super) struct During {
    /// When the call began.
    pub from: Timestamp,
    /// When it had ended.
    pub to: Timestamp,
}

/// A message's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ops) struct Content {
    /// With the time at which it was written, and without.
    dated: Vec<u8>,
    undated: Vec<u8>,
    /// Whether that time is the provider's.
    is_dated: bool,
}

impl Content {
    /// The content of what a call returned.
    pub(super) fn of(message: &Message, staged: &StagedEffects, during: During) -> Self {
        let mut hasher = Hasher(Sha256::new());
        let Message { external_id: _, conversation: _, kind, sender, sent_at, text, attachments, attributes } =
            message;
        for part in [kind, text] {
            hasher.part(part);
        }
        hasher.count(sender.len());
        for Identity { scheme, issuer, value, attested: _ } in sender {
            hasher.part(&(scheme, issuer, value));
        }
        hasher.count(attachments.len());
        for Media { name, media_type, reference, size } in attachments {
            // A file that is kept here has a new id in each call; its bytes are what stays.
            match staged.file(reference) {
                Some(file) => {
                    hasher.part(&(name, media_type, file.bytes.len()));
                    hasher.0.update(Sha256::digest(&file.bytes));
                }
                None => hasher.part(&(name, media_type, reference, size)),
            }
        }
        let mut compared: Vec<&Attribute> =
            attributes.iter().filter(|attribute| !BESIDE.contains(&attribute.name.as_str())).collect();
        compared.sort_by(|one, other| one.name.cmp(&other.name));
        hasher.references(&compared, staged);
        let undated = hasher.0.clone();
        hasher.part(sent_at);
        let kept = |hasher: Sha256| hasher.finalize()[..KEPT].to_vec();
        let written = Timestamp::from_micros(*sent_at);
        let is_dated = written < during.from || written > during.to;
        Self { dated: kept(hasher.0), undated: kept(undated), is_dated }
    }

    /// What is kept of it.
    pub(in crate::ops) fn kept(&self) -> &[u8] {
        if self.is_dated { &self.dated } else { &self.undated }
    }

    /// What may have been kept of the same message when it was delivered before.
    pub(in crate::ops) fn forms(&self) -> [&[u8]; 2] {
        [&self.dated, &self.undated]
    }
}

/// Takes values as JSON, which needs no marks between them.
struct Hasher(Sha256);

impl Hasher {
    fn part<T: Serialize + ?Sized>(&mut self, value: &T) {
        // A hash takes all that it is given; a number that JSON can't write is left out of it alike each time.
        let _taken = serde_json::to_writer(&mut *self, value);
        self.0.update([0]);
    }

    /// Texts that point at files which are kept here, such as HTML with its pictures, name them by their ids.
    fn references(&mut self, compared: &[&Attribute], staged: &StagedEffects) {
        let mut ids = staged.loose_files().map(|file| file.id.to_string()).peekable();
        if ids.peek().is_none() {
            return self.part(compared);
        }
        let mut text = serde_json::to_string(compared).unwrap_or_default();
        for (number, id) in ids.enumerate() {
            text = text.replace(&id, &number.to_string());
        }
        self.0.update(text);
    }

    fn count(&mut self, count: usize) {
        self.part(&count);
    }
}

impl Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
