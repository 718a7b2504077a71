//! What the tests stand on.

pub mod app;
pub mod artifacts;
pub mod bot_api;
pub mod clock;
pub mod company;
pub mod mail;
pub mod partner;
pub mod people;
pub mod postgres;
pub mod python;
pub mod store;
pub mod stream;
