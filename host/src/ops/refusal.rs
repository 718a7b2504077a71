//! Why an operation wasn't done. What a client may read and what only operators may is told apart by type.

use crate::domain::actor::{Permission, UnknownScope};
pub use crate::domain::catalogue::InvalidField;
use crate::store::db::{DbError, Failure};
use crate::store::filter::{FilterError, ListError};

/// Why an operation wasn't done. Nothing of it is then.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The actor may not.
    #[error("this needs the permission {}", .0.word())]
    Denied(Permission),
    /// The actor has the permission, but this one is for others to do.
    #[error("{0}")]
    Forbidden(String),
    /// It isn't there, or not for this actor.
    #[error("there is no {kind} {id}")]
    NotFound {
        /// The kind of record.
        kind: &'static str,
        /// How it was named.
        id: String,
    },
    /// The request was understood but breaks rules.
    #[error("{}", .0.iter().map(named).collect::<Vec<_>>().join("; "))]
    Invalid(Vec<InvalidField>),
    /// A list was asked for in a way that can't be understood.
    #[error("{0}")]
    Query(String),
    /// It can't be done in the state that the record is in.
    #[error("{0}")]
    Conflict(String),
    /// The record has moved on since the version that the request was based on.
    #[error("the record is at version {actual}, the change is based on version {expected}; read it again")]
    Stale {
        /// The version that the request was based on.
        expected: i64,
        /// The version that the record is at.
        actual: i64,
    },
    /// What a plugin staged is based on what others have changed meanwhile, and nothing of it is done: its calls are to
    /// be made again. [`PluginCalls`](super::calls::driver::PluginCalls) does so.
    #[error("other calls of the plugin changed the same again and again; try again")]
    LostRace,
    /// It can't be done now; waiting helps.
    #[error("{reason}")]
    Unavailable {
        /// What is out of service.
        reason: String,
        /// How long to wait, in milliseconds.
        retry_after_ms: u64,
    },
    /// The database's own. Its text is for operators.
    #[error(transparent)]
    Store(#[from] DbError),
}

impl Refusal {
    /// Refuses where anything is wrong.
    pub fn unless_valid(faults: Vec<InvalidField>) -> Result<(), Self> {
        if faults.is_empty() { Ok(()) } else { Err(Self::Invalid(faults)) }
    }

    /// One thing that is wrong at one place.
    pub fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![InvalidField { pointer: pointer.into(), detail: detail.into() }])
    }

    /// A record that isn't there for this actor.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "ids are small, and callers read better without the borrow"
    )]
    pub fn not_found(kind: &'static str, id: impl ToString) -> Self {
        Self::NotFound { kind, id: id.to_string() }
    }
}

impl Failure for Refusal {
    fn database(&self) -> Option<&DbError> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

impl From<FilterError> for Refusal {
    fn from(error: FilterError) -> Self {
        match error {
            FilterError::Store(error) => Self::Store(error),
            fault => Self::invalid("/conditions", fault.to_string()),
        }
    }
}

impl From<ListError> for Refusal {
    fn from(error: ListError) -> Self {
        match error {
            ListError::Store(error) => Self::Store(error),
            fault => Self::Query(fault.to_string()),
        }
    }
}

impl From<UnknownScope> for Refusal {
    fn from(error: UnknownScope) -> Self {
        Self::invalid("/scopes", error.to_string())
    }
}

/// A fault with its place; what is wrong with the whole has none.
fn named(fault: &InvalidField) -> String {
    match fault.pointer.as_str() {
        "" => fault.detail.clone(),
        pointer => format!("{pointer}: {}", fault.detail),
    }
}
