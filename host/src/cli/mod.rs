//! The command line, one command a file.

pub mod bench;
pub mod plugin_build;
pub mod plugin_test;
mod rust_guest;
