//! Hospes: a compact CRM core, extended by WebAssembly plugins.

pub mod boot;
pub mod cli;
pub mod domain;
pub mod http;
pub mod jobs;
pub mod ops;
pub mod plugins;
pub mod store;
