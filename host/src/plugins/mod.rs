//! Plugins: what they are, and how they are packaged.

pub mod ability;
pub mod manifest;
pub mod package;
