//! All SQL, a file for each aggregate. Nothing outside this room speaks to a database.

pub mod blobs;
pub mod db;
pub mod entities;
pub mod events;
pub mod installations;
pub mod kv;
pub mod migrate;
pub mod plugin_logs;
pub mod plugins;
