//! Plugins: what they are, how they are packaged, and how they are called.
//!
//! Nothing outside this room knows WebAssembly. A call goes [`Plugins`] → `call` → the guest → the host's interfaces (one
//! file each, named as in the contract) and comes back as an [`Outcome`] with its [`Effects`], which `ops` applies.

pub mod ability;
pub mod address;
pub mod breaker;
pub mod cases;
pub mod check;
pub mod compile;
pub mod effects;
pub mod egress;
pub mod engine;
pub mod error;
pub mod figures;
pub mod grant;
pub mod grants;
pub mod installation;
mod kept_request;
pub mod keyring;
pub mod limits;
pub mod manifest;
pub mod measure;
pub mod package;
pub mod registry;
pub mod relay;
pub mod secret_use;
pub mod transcript;

mod assignment;
mod attachments;
mod bindings;
mod call;
mod channel;
mod channel_poll;
mod channel_send;
mod clock;
mod config;
mod data;
mod denied;
mod dynamic;
mod exports;
mod fault;
mod guests;
mod hooks;
mod http;
mod kv;
mod linker;
mod log;
mod mail;
mod metered;
mod panel;
mod partner;
mod random;
mod recorder;
mod recording;
mod records;
mod redaction;
mod replay;
mod schedule;
mod scoring;
mod secrets;
mod state;
mod survey;
mod tools;
mod triage;
mod values;
mod wit_json;

pub use self::ability::Ability;
pub use self::call::{Call, CallId};
pub use self::config::EffectiveSettings;
pub use self::data::Data;
pub use self::effects::{
    Effects, File, HttpExchange, KvChange, LogLevel, LogLine, Mail, Outcome, Seen, Usage, Write,
};
pub use self::egress::{Egress, EgressSettings};
pub use self::error::{CallError, GuestError};
pub use self::grant::Grant;
pub use self::grants::Grants;
pub use self::installation::Installation;
pub use self::kept_request::Redacted;
pub use self::keyring::{Keyring, Secret};
pub use self::recorder::{Batch, KeptCalls};
pub use self::registry::{EngineSettings, LoadError, Plugins};
pub use self::relay::Relay;

/// The contract's types, as calls take and return them.
pub mod types {
    pub use super::bindings::exports::hospes::plugin::assignment::{Candidate, Choice as Assignee};
    pub use super::bindings::exports::hospes::plugin::channel::{
        HttpAnswer, HttpRequest, Inbound, Kept, Message, Receipt, ReceiptStatus,
    };
    pub use super::bindings::exports::hospes::plugin::channel_poll::Batch;
    pub use super::bindings::exports::hospes::plugin::channel_send::{
        Choice, ConversationRequest, OutboundMessage, Sent, Started,
    };
    pub use super::bindings::exports::hospes::plugin::hooks::Event;
    pub use super::bindings::exports::hospes::plugin::panel::{
        Action, Block, Button, Chart, Context as PanelContext, Series,
    };
    pub use super::bindings::exports::hospes::plugin::partner::{
        QueryRequest, Receipt as ShareReceipt, Share,
    };
    pub use super::bindings::exports::hospes::plugin::scoring::{
        CustomerScore, Subject as ScoringSubject, Touch,
    };
    pub use super::bindings::exports::hospes::plugin::survey::{Answer, OptionLabel, Questionnaire, Reading};
    pub use super::bindings::exports::hospes::plugin::triage::{Priority, Subject as TriageSubject, Verdict};
    pub use super::bindings::hospes::plugin::http::Response;
    pub use super::bindings::hospes::plugin::types::{
        Attribute, Column, Entity, Error, Header, Identity, Media, Money, Table, Value,
    };
}
