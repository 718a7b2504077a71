//! `/plugins`: what runs here in a sandbox, and what it may do.

mod deliveries;
mod delivery;
mod disable;
mod enable;
mod grant;
mod page;

pub use self::deliveries::list as deliveries;
pub use self::delivery::{accept as accept_delivery, show as delivery};
pub use self::disable::disable;
pub use self::enable::enable;
pub use self::grant::grant;
pub use self::page::show;
