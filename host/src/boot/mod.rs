//! Starting and stopping: configuration, key, wiring, logging, shutdown.

pub mod clock;
pub mod demo;
pub mod host;
pub mod key;
pub mod logging;
mod memory;
pub mod settings;

pub use self::clock::SystemClock;
pub use self::host::Host;
pub use self::settings::{Flags, KeySource, Settings};
