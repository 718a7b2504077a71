//! A calendar, as the API shows it.

use crate::domain::calendar;
use crate::http::record::ApiRecord;

/// When people work.
pub type Calendar = ApiRecord<calendar::Calendar>;
