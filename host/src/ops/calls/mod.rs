//! Calls of plugins: the driver that makes them, what comes of them, and the steps of the host that ask plugins.

pub mod assignment;
pub mod driver;
pub mod effects;
pub mod hooks;
pub mod identities;
pub mod panels;
pub mod queries;
pub mod reply_by;
pub mod schedule;
pub mod scoring;
pub mod tools;
pub mod waiting;
