//! Write Hospes plugins in Rust.
//!
//! A plugin is a type that implements the traits of the abilities it has, and one line that exports
//! them. There is no object to construct: every call runs in a fresh sandbox, so what should last
//! belongs into [`kv`] or [`records`].
//!
//! ```ignore
//! use hospes_sdk::{Error, triage::{Subject, Verdict}};
//!
//! struct Judge;
//!
//! impl hospes_sdk::Triage for Judge {
//!     fn classify(subjects: Vec<Subject>) -> Result<Vec<Verdict>, Error> {
//!         Ok(subjects.iter().map(judge).collect())
//!     }
//! }
//!
//! hospes_sdk::export!(Judge: triage);
//! ```
#![deny(missing_docs)]

mod abilities;
#[cfg(any(test, all(target_arch = "wasm32", feature = "arena")))]
mod arena;
#[doc(hidden)]
pub mod bindings;
pub mod encoding;
mod export;
mod host;
pub mod lenient;
pub mod survey;
mod values;

pub use abilities::{
    Assignment, Channel, ChannelMedia, ChannelPoll, ChannelSend, Hooks, IdentityRules, Messenger, Panel,
    Partner, Schedule, Scoring, Survey, Tools, Triage,
};
pub use host::{attachments, clock, config, http, kv, log, mail, random, records, secrets};
pub use serde_json;

// Types are named one by one, so that the contract may grow without a name appearing here by chance.
pub use bindings::exports::hospes::plugin::channel::{
    HttpAnswer, HttpRequest, Inbound, Kept, Message, Receipt, ReceiptStatus,
};
pub use bindings::exports::hospes::plugin::channel_poll::Batch;
pub use bindings::exports::hospes::plugin::channel_send::{
    Choice, ConversationRequest, OutboundMessage, Sent, Started,
};
pub use bindings::exports::hospes::plugin::hooks::Event;
/// A request for the bytes of a file, as [`ChannelMedia::fetch`] returns it; see [`http::Request::source`].
pub use bindings::hospes::plugin::http::Request as Source;
pub use bindings::hospes::plugin::types::{
    Attribute, Column, Entity, Error, Header, Id, Identity, Media, Money, Table, Timestamp, Value,
};

/// What [`Triage`] speaks of.
pub mod triage {
    pub use crate::bindings::exports::hospes::plugin::triage::{Priority, Subject, Verdict};
}

/// What [`Assignment`] speaks of.
pub mod assignment {
    pub use crate::bindings::exports::hospes::plugin::assignment::{Candidate, Choice};
}

/// What [`Scoring`] speaks of.
pub mod scoring {
    pub use crate::bindings::exports::hospes::plugin::scoring::{CustomerScore, Subject, Touch};
}

/// What [`Partner`] speaks of.
pub mod partner {
    pub use crate::bindings::exports::hospes::plugin::partner::{QueryRequest, Receipt, Share};
}

/// What [`IdentityRules`] speaks of.
pub mod identity {
    pub use crate::bindings::exports::hospes::plugin::identity::{Evidence, Pair};
}

/// What [`Messenger`] speaks of.
pub mod messenger {
    pub use crate::bindings::exports::hospes::plugin::messenger::{Notification, Receipt};
}

/// What [`Panel`] speaks of.
pub mod panel {
    pub use crate::bindings::exports::hospes::plugin::panel::{
        Action, Block, Button, Chart, Choice, Context, Form, Input, InputKind, RecordReference, Series,
    };
}
