//! `/scripts`: plugins in JavaScript that are written here.

mod beginning;
mod editor;
mod faults;

pub use self::beginning::{create, draft};
pub use self::editor::{change, show};
