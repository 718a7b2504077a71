//! What holds when a host dies: real processes, killed under load, on both databases.
//!
//! `HOSPES_DURABILITY=full` makes the rounds that the project's targets name; without it they are few, so that the tests
//! stay short.

mod burst;
mod disk;
mod fail_over;
mod hang_ups;
mod hosts;
mod room;
mod sender;
mod timers;
