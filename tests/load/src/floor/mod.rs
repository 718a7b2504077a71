//! Floors: code that does one thing and nothing else, which the host's figures are divided by.

pub mod server;
pub mod writer;
