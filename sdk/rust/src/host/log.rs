//! Lines in the installation's log, for its operator. Secrets don't belong here.

pub use crate::bindings::hospes::plugin::log::{Level, write};

/// Writes a line that only somebody who searches for a fault wants to see.
pub fn debug(text: &str) {
    write(Level::Debug, text, &[]);
}

/// Writes a line about something ordinary.
pub fn info(text: &str) {
    write(Level::Info, text, &[]);
}

/// Writes a line about something that the operator should look at some time.
pub fn warn(text: &str) {
    write(Level::Warn, text, &[]);
}

/// Writes a line about something that didn't work.
pub fn error(text: &str) {
    write(Level::Error, text, &[]);
}
