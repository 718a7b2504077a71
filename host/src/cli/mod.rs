//! The command line, one command a file.

pub mod plugin_build;
mod rust_guest;
