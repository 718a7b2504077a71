//! The host as its users meet it: over HTTP, with compiled plugins, on both databases.

mod refusals;
mod telegram;
mod trap;
mod walk;
