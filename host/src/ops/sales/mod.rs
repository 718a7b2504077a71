//! From a lead to an order: deals in their pipelines, what partners register, what was bought.

pub mod deals;
pub mod leads;
pub mod orders;
pub mod pipelines;
