//! What the tests stand on.

pub mod app;
pub mod artifacts;
pub mod bot_api;
pub mod clock;
pub mod commands;
pub mod company;
pub mod console;
pub mod dealer;
pub mod description;
pub mod identity_provider;
pub mod mail;
pub mod mail_channel;
pub mod operations;
pub mod partner;
pub mod patroni;
pub mod people;
pub mod postgres;
pub mod process;
pub mod python;
pub mod store;
pub mod stream;
