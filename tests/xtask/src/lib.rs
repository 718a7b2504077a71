//! What the set-up program and the tests share: a PostgreSQL cluster of the tests' own, and room for files.

pub mod postgres;
pub mod room;
