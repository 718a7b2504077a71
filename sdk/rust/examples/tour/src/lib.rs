//! Radwerk: a bicycle workshop that shows every interface of the contract, one module each.
//!
//! `plugin.toml` and the cases are shared with the same plugin in other languages; they stand in `sdk/examples/tour`.

mod assignment;
mod channel;
mod channel_media;
mod channel_poll;
mod channel_send;
mod hooks;
mod identity;
mod message;
mod messenger;
mod panel;
mod partner;
mod schedule;
mod scoring;
mod shop;
mod survey;
mod tools;
mod triage;
mod voucher;

/// The traits of the abilities are implemented for it. It holds nothing: every call runs in a fresh instance.
struct Radwerk;

// What stands here is offered to the host, whatever else is implemented.
hospes_sdk::export!(Radwerk: channel, channel_send, channel_poll, channel_media, triage, assignment, scoring,
    survey, partner, identity, messenger, hooks, schedule, panel, tools);
