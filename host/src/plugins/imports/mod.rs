//! What the host offers to guests: for each interface of the contract a file with its view of the call's state, and what
//! stands in for one that was not granted.

pub(super) mod attachments;
pub(super) mod clock;
pub(super) mod config;
pub(super) mod denied;
pub(super) mod http;
pub(super) mod kv;
pub(super) mod log;
pub(super) mod mail;
pub(super) mod random;
pub(super) mod records;
pub(super) mod secrets;
mod view;
pub(super) mod wasi;
