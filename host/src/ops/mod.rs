//! Use cases, one a file: authorise, apply the rule, write, record the event. Nothing else changes a record.

pub mod accounts;
pub mod app;
pub mod assignment;
pub mod attachments;
pub mod authority;
pub mod boards;
pub mod callers;
pub mod comments;
pub mod company;
pub mod conversations;
pub mod custom_fields;
pub mod customers;
pub mod dead_letters;
pub mod deals;
pub mod declared_kinds;
pub mod declared_records;
pub mod deliveries;
pub mod desk;
pub mod effects;
mod embedded;
pub mod events;
pub mod exports;
pub mod feed;
pub mod figures;
mod first_response;
pub mod hand_offs;
pub mod health;
pub mod hooks;
mod identify;
pub mod identities;
pub mod inbox;
pub mod installations;
pub mod installed;
pub mod intake;
pub mod interactions;
pub mod kinds;
pub mod leads;
pub mod mails;
pub mod masking;
pub mod membership;
pub mod merges;
pub mod notify;
pub mod orders;
pub mod partners;
pub mod password_links;
pub mod passwords;
pub mod pipelines;
pub mod plugin_calls;
pub mod plugin_driver;
pub mod plugin_failures;
pub mod plugin_requests;
pub mod plugin_settings;
pub mod policies;
pub mod presence;
mod principals;
pub mod queries;
mod reach;
pub mod reactions;
pub mod records;
pub mod recovery;
pub mod refusal;
pub mod reply_by;
pub mod request_context;
pub mod resending;
pub mod respond;
pub mod roles;
pub mod sample;
pub mod saved_views;
pub mod scoring;
pub mod search;
pub mod second_factor;
pub mod setup;
pub mod shares;
pub mod single_sign_on;
pub mod sla;
pub mod status;
mod subjects;
pub mod surveys;
pub mod task_clocks;
pub mod task_steps;
pub mod tasks;
pub mod teams;
pub mod tickets;
pub mod tokens;
pub mod upgrades;
pub mod view;

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
