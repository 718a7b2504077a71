//! The store, every test on both engines.

mod deliveries;
mod events;
mod filter;
mod identities;
mod plugins;
mod queue;
mod reads;
mod writes;
