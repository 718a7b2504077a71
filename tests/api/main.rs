//! The host as its users meet it: over HTTP, with compiled plugins, on both databases.

mod attachments;
mod boards;
mod commands;
mod comments;
mod deals;
mod delivery;
mod email;
mod hand_offs;
mod idempotency;
mod lost_updates;
mod metrics;
mod openapi;
mod paging;
mod partners;
mod refusals;
mod stream;
mod surveys;
mod tasks;
mod trap;
mod upgrades;
mod walk;
mod web_form;
