//! All SQL, a file for each aggregate. Nothing outside this room speaks to a database.

pub mod blobs;
pub mod conversations;
pub mod customers;
pub mod db;
pub mod deals;
pub mod entities;
pub mod events;
pub mod filter;
pub mod hand_offs;
pub mod installations;
pub mod kv;
pub mod migrate;
pub mod notes;
pub mod page;
pub mod partners;
pub mod pipelines;
pub mod plugin_logs;
pub mod plugins;
pub mod queue;
mod records;
pub mod scores;
pub mod shares;
pub mod surveys;
pub mod teams;
pub mod tickets;
pub mod tokens;
