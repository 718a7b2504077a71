//! What the messengers for people who work here have in common: a notification as it is shown, texts that are cut at a
//! character, one receipt for each, and limits of how often somebody is written to.

pub mod cut;
pub mod delivery;
pub mod language;
pub mod notice;
pub mod pace;

pub use language::Language;
pub use notice::Notice;
