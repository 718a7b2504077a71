//! Hospes: a compact CRM core, extended by WebAssembly plugins.

pub mod cli;
pub mod domain;
pub mod jobs;
pub mod ops;
pub mod plugins;
pub mod store;
