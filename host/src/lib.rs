//! Hospes: a compact CRM core, extended by WebAssembly plugins.

pub mod domain;
pub mod store;
