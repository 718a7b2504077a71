//! The host as its users meet it: over HTTP, with compiled plugins, on both databases.

mod boards;
mod commands;
mod comments;
mod deals;
mod delivery;
mod hand_offs;
mod idempotency;
mod interactions;
mod lost_updates;
mod metrics;
mod openapi;
mod paging;
mod partner_reach;
mod partners;
mod people;
mod refusals;
mod sla_policies;
mod stream;
mod surveys;
mod tasks;
mod transcripts;
mod trap;
mod upgrades;
mod walk;
mod web_form;
