//! What the set-up program and the tests share: a PostgreSQL cluster of the tests' own.

pub mod postgres;
