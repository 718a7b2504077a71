//! Use cases, one a file: authorise, apply the rule, write, record the event. Nothing else changes a record.

pub mod access;
pub mod accounts;
pub mod app;
pub mod calls;
pub mod catalogue;
pub mod conversations;
pub mod copies;
pub mod customers;
pub mod dead_letters;
pub mod declared_kinds;
pub mod desk;
pub mod events;
pub mod host;
pub mod installations;
pub mod intake;
pub mod job_payload;
mod manifests;
pub mod notifications;
pub mod partners;
pub mod reactions;
pub mod records;
pub mod refusal;
pub mod request_context;
pub mod sales;
pub mod surveys;
pub mod tasks;
pub mod tickets;
mod timers;

pub use self::app::App;
pub use self::refusal::{InvalidField, Refusal};
pub use self::request_context::RequestContext;

/// Refuses a change that is based on another version than the record is at.
fn expect_version(expected: Option<i64>, actual: i64) -> Result<(), Refusal> {
    match expected.filter(|expected| *expected != actual) {
        Some(expected) => Err(Refusal::Stale { expected, actual }),
        None => Ok(()),
    }
}
