//! The host itself: how it is, the first steps on a fresh one, and the sample company.

pub mod health;
pub mod sample;
pub mod setup;
