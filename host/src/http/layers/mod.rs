//! What happens around every request.

mod conditional;
mod deadline;
mod headers;
mod hear_out;
mod observe;
mod panics;
pub mod rate;

pub use self::conditional::conditional;
pub use self::deadline::deadline;
pub use self::headers::protect;
pub use self::hear_out::hear_out;
pub use self::observe::observe;
pub use self::panics::problem as panicked;
