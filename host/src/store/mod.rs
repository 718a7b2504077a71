//! All SQL, a file for each aggregate. Nothing outside this room speaks to a database.

pub mod db;
pub mod events;
pub mod migrate;
