//! Ids, values and pure rules. No input or output, no rows, no wire shapes.

pub mod actor;
pub mod clock;
pub mod event;
pub mod ids;
pub mod value;
