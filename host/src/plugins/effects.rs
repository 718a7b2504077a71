//! What a call wants to have done, handed to `ops`, which does it in one transaction or not at all.

use bytes::Bytes;
use uuid::Uuid;

use super::bindings::hospes::plugin::{http, log, types};
use super::engine::call::CallId;
use super::error::GuestError;
use crate::domain::clock::Timestamp;
use crate::domain::html::CleanHtml;
use crate::domain::value::Attribute;

/// What a successful call returns: the guest's answer, what it wants done and what it used.
#[derive(Debug)]
pub struct Outcome<T> {
    /// The guest's answer.
    pub value: T,
    /// What it wants to have done.
    pub effects: Effects,
    /// What it used.
    pub usage: Usage,
}

/// Everything that a call staged.
#[derive(Debug)]
pub struct Effects {
    /// The call that staged it.
    pub call: CallId,
    /// Changes of records, in the order the guest made them.
    pub writes: Vec<Write>,
    /// Changes of the installation's own store, one a key.
    pub kv: Vec<KvChange>,
    /// Files that it wrote.
    pub files: Vec<File>,
    /// Mail that it sends.
    pub mails: Vec<Mail>,
    /// Its log.
    pub log: Vec<LogLine>,
    /// The HTTP requests that went out. They can't be undone; when the call has to run again, hand them to it.
    pub http: Vec<HttpExchange>,
}

impl Effects {
    /// What a call staged that was never made.
    pub fn none() -> Self {
        let (writes, kv, files, mails, log, http) = Default::default();
        Self { call: CallId(Uuid::nil()), writes, kv, files, mails, log, http }
    }
}

/// A change of a record. The ids of new records are drawn already.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// A new record.
    Create {
        /// The id it will have.
        id: Uuid,
        /// Its kind.
        kind: String,
        /// Its fields.
        attributes: Vec<Attribute>,
    },
    /// Changed fields.
    Update {
        /// The record's kind.
        kind: String,
        /// The record.
        id: Uuid,
        /// The version that the change was based on; if the record has moved on, the call runs again.
        expected: i64,
        /// The new values; `Value::None` clears a field.
        attributes: Vec<Attribute>,
    },
    /// Tags.
    Tag {
        /// The record's kind.
        kind: String,
        /// The record.
        id: Uuid,
        /// Tags to add.
        add: Vec<String>,
        /// Tags to take away.
        remove: Vec<String>,
    },
    /// A comment by the installation.
    Comment {
        /// The id it will have.
        id: Uuid,
        /// The record's kind.
        kind: String,
        /// The record.
        record: Uuid,
        /// What it says.
        text: String,
    },
    /// Two records joined.
    Link {
        /// The record's kind.
        kind: String,
        /// The record.
        id: Uuid,
        /// A word such as `about`.
        relation: String,
        /// The other's kind.
        to_kind: String,
        /// The other.
        to_id: Uuid,
    },
    /// A message to the customer of a conversation.
    Message {
        /// The id it will have.
        id: Uuid,
        /// The conversation.
        conversation: Uuid,
        /// What it says.
        text: String,
        /// The same in HTML.
        html: Option<CleanHtml>,
        /// As `channel-send` documents them, but for `html`.
        attributes: Vec<Attribute>,
    },
}

/// A file that a call wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The id it will have.
    pub id: Uuid,
    /// Kind and id of the record that it is attached to in the end; none for a message of the call's result.
    pub record: Option<(String, Uuid)>,
    /// Its name, without folders.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes; never none.
    pub bytes: Bytes,
}

/// A mail that a call sends. Everything in it has been checked.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Mail {
    /// The id it will have.
    pub id: Uuid,
    /// Its Message-ID without the angle brackets.
    pub message_id: String,
    /// `Name <address>` or an address.
    pub sender: String,
    /// Addresses.
    pub recipients: Vec<String>,
    /// Its subject.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// Cleaned; empty for none.
    pub html: String,
    /// Names and values of further headers.
    pub headers: Vec<(String, String)>,
    /// Ids of files.
    pub attachments: Vec<Uuid>,
}

/// A change of one key of the installation's store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KvChange {
    /// The key.
    pub key: String,
    /// The value it gets; none deletes it.
    pub value: Option<Vec<u8>>,
    /// What `swap` or `increment` saw there. If it isn't there any more, the call lost a race and runs again.
    pub seen: Seen,
}

/// What a change of a key depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Nothing: it was set or deleted blindly.
    Anything,
    /// That the key wasn't there.
    Absent,
    /// That the key had this version.
    Version(i64),
}

/// How much a line of log matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// For the plugin's author.
    Debug,
    /// For whoever looks.
    Info,
    /// Something is odd.
    Warn,
    /// Something failed.
    Error,
}

impl LogLevel {
    /// Its word: `debug`, `info`, `warn`, `error`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

impl From<log::Level> for LogLevel {
    fn from(level: log::Level) -> Self {
        match level {
            log::Level::Debug => Self::Debug,
            log::Level::Info => Self::Info,
            log::Level::Warn => Self::Warn,
            log::Level::Error => Self::Error,
        }
    }
}

/// One line of a call's log.
#[derive(Debug, Clone, PartialEq)]
pub struct LogLine {
    /// When, by the call's clock.
    pub at: Timestamp,
    /// How much it matters.
    pub level: LogLevel,
    /// What it says; secrets are redacted.
    pub text: String,
    /// Fields beside the text.
    pub attributes: Vec<Attribute>,
}

/// One HTTP request of a call and what came of it. Secrets stand in it as `{secret:NAME}`.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct HttpExchange {
    /// Its place among the call's requests, from 0.
    pub ordinal: u32,
    /// SHA-256 of method, address, headers and body, as hexadecimal text.
    pub digest: String,
    /// `POST`.
    pub method: String,
    /// The address.
    pub url: String,
    /// The answer, or why there was none.
    pub answer: Result<http::Response, types::Error>,
    /// How long it took.
    pub millis: u64,
}

/// What a call used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Usage {
    /// Microseconds on the wall, without the wait for a place.
    pub wall_us: u64,
    /// Microseconds on a processor.
    pub cpu_us: u64,
    /// Bytes of linear memory.
    pub memory: u64,
    /// Bytes that reached the host.
    pub transferred: u64,
    /// Host calls.
    pub host_calls: u32,
    /// HTTP requests.
    pub http_requests: u32,
}

impl From<types::Error> for GuestError {
    fn from(error: types::Error) -> Self {
        Self {
            code: error.code,
            message: error.message,
            retry_after_ms: error.retry_after_ms,
            log: Vec::new(),
        }
    }
}
