//! What the host offers, a module for each of its interfaces.

pub mod config;
pub mod http;
pub mod kv;
pub mod log;

/// The time.
pub mod clock {
    pub use crate::bindings::hospes::plugin::clock::now;
}

/// Random bytes.
pub mod random {
    pub use crate::bindings::hospes::plugin::random::bytes;
}

/// Secrets, which the plugin works with without ever holding them. To send one in a request, name it in
/// a [`Piece`](crate::http::Piece).
pub mod secrets {
    pub use crate::bindings::hospes::plugin::secrets::{Hash, Secret, get};
}

/// E-mail through the host's own relay.
pub mod mail {
    pub use crate::bindings::hospes::plugin::mail::{Message, send};
}

/// The host's records, as far as the grants reach.
pub mod records {
    pub use crate::bindings::hospes::plugin::records::{
        Comparison, Condition, Page, Query, comment, create, find, get, link, message, tag, update,
    };
}

/// Files on records, read and written in chunks.
pub mod attachments {
    pub use crate::bindings::hospes::plugin::attachments::{Attachment, Upload, create, open};
}
