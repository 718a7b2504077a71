//! Ids, values and pure rules. No input or output, no rows, no wire shapes.

pub mod actor;
pub mod attachment;
pub mod clock;
pub mod comment;
pub mod conversation;
pub mod customer;
pub mod deal;
pub mod entity;
pub mod event;
pub mod hand_off;
pub mod html;
pub mod identity;
pub mod ids;
pub mod notice;
pub mod partner;
pub mod position;
pub mod retry;
pub mod role;
pub mod survey;
pub mod task;
pub mod team;
pub mod terms;
pub mod ticket;
pub mod triage;
pub mod value;
pub mod words;
