//! What kinds of records there are and which fields a company has added to them.

pub mod custom_fields;
pub mod kinds;
