//! The host as its users meet it: over HTTP, with compiled plugins, on both databases.

mod batches;
mod boards;
mod commands;
mod comments;
mod deals;
mod delivery;
mod hand_offs;
mod idempotency;
mod lists;
mod lost_updates;
mod metrics;
mod openapi;
mod paging;
mod partners;
mod rates;
mod refusals;
mod search;
mod stream;
mod surveys;
mod tasks;
mod trap;
mod upgrades;
mod walk;
mod web_form;
