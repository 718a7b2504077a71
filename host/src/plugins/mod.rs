//! Plugins: what they are, how they are packaged, and how they are called.
//!
//! Nothing outside this room knows WebAssembly. A call goes [`Plugins`] → `call` → the guest → the host's interfaces (one
//! file each, named as in the contract) and comes back as an [`Outcome`] with its [`Effects`], which `ops` applies.

pub mod cases;
pub mod effects;
pub mod egress;
pub mod engine;
pub mod error;
pub mod figures;
pub mod grants;
pub mod installation;
pub mod keyring;
pub mod measure;
pub mod package;
pub mod recordings;
pub mod registry;

mod bindings;
mod exports;
mod imports;
mod values;

pub use self::effects::{
    Effects, File, HttpExchange, KvChange, LogLevel, LogLine, Mail, Outcome, Seen, Usage, Write,
};
pub use self::egress::relay::Relay;
pub use self::egress::{Egress, EgressSettings};
pub use self::engine::call::{Call, CallId};
pub use self::engine::data::Data;
pub use self::error::{CallError, GuestError};
pub use self::grants::Grants;
pub use self::grants::ability::Ability;
pub use self::grants::grant::Grant;
pub use self::imports::config::EffectiveSettings;
pub use self::imports::http::Download;
pub use self::installation::Installation;
pub use self::keyring::{Keyring, Secret};
pub use self::recordings::kept_request::Redacted;
pub use self::recordings::recorder::{Batch, KeptCalls};
pub use self::registry::{EngineSettings, LoadError, Plugins};

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
    pub use super::bindings::exports::hospes::plugin::messenger::{
        Notification as StaffNotification, Receipt as StaffReceipt,
    };
    pub use super::bindings::exports::hospes::plugin::panel::{Action, Block, Context as PanelContext};
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
