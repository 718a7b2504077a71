//! Hospes: a compact CRM core, extended by WebAssembly plugins.

pub mod cli;
pub mod plugins;
