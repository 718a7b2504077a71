//! The command line, one command a file.

pub mod audit_verify;
pub mod completions;
pub mod plugin_build;
mod rust_guest;
pub mod serve;
