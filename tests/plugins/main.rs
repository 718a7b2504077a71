//! Plugins in their sandbox: what the host lets through, what it stops, and what is left afterwards.

mod cases;
mod denials;
mod host;
mod limits;
mod outcomes;
mod requests;
