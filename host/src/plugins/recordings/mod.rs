//! Calls that are kept: what the host answered them, what came of them, without secrets, and how they are replayed.

pub mod as_case;
pub(super) mod kept_request;
pub(super) mod recorder;
pub(super) mod recording;
pub(super) mod redaction;
mod replay;
pub mod transcript;
