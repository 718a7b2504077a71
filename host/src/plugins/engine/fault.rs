//! How a host function ends when it doesn't succeed: with an error for the guest, or with the end of the guest.

use super::limits::Exceeded;
use crate::plugins::bindings::hospes::plugin::types;

/// What a host function returns instead of its answer.
#[derive(Debug)]
pub enum Fault {
    /// The guest gets this as the error of the function and goes on. Every denial is one of these.
    Guest(types::Error),
    /// The guest is ended: it went over a limit, or the host itself failed.
    End(wasmtime::Error),
}

impl Fault {
    /// An error for the guest: a word that programs compare and a sentence for a person.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self::Guest(error(code, message))
    }

    /// What isn't granted.
    pub fn denied(message: impl Into<String>) -> Self {
        Self::new("denied", message)
    }

    /// An argument that makes no sense.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new("invalid", message)
    }

    /// What isn't there, or isn't there for this plugin.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new("not-found", message)
    }

    /// A limit whose crossing the guest survives.
    pub fn limit(message: impl Into<String>) -> Self {
        Self::new("limit-exceeded", message)
    }

    /// The error for a guest function whose answers carry errors one by one; the end stays the end.
    pub fn into_guest(self) -> wasmtime::Result<types::Error> {
        match self {
            Self::Guest(error) => Ok(error),
            Self::End(end) => Err(end),
        }
    }
}

impl From<Exceeded> for Fault {
    fn from(exceeded: Exceeded) -> Self {
        Self::End(exceeded.into())
    }
}

impl From<wasmtime::Error> for Fault {
    fn from(end: wasmtime::Error) -> Self {
        Self::End(end)
    }
}

impl From<crate::store::db::DbError> for Fault {
    fn from(error: crate::store::db::DbError) -> Self {
        Self::End(wasmtime::Error::new(error))
    }
}

/// An error as the contract writes it.
pub fn error(code: &str, message: impl Into<String>) -> types::Error {
    types::Error { code: code.to_owned(), message: message.into(), retry_after_ms: None }
}
