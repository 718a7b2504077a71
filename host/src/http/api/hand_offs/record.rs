//! A hand-off, as the API shows it.

use crate::domain::hand_off;
use crate::http::record::ApiRecord;

/// A ticket on its way from one team to another.
pub type HandOff = ApiRecord<hand_off::HandOff>;
