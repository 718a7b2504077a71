//! The store, every test on both engines.

mod events;
mod filter;
mod identities;
mod queue;
mod writes;
