//! What happens around every request.

mod conditional;
mod deadline;
mod drain;
mod headers;
mod observe;
mod panics;
pub mod rate;

pub use self::conditional::conditional;
pub use self::deadline::deadline;
pub use self::drain::drain;
pub use self::headers::protect;
pub use self::observe::observe;
pub use self::panics::problem as panicked;
