//! A survey, as the API shows it.

use crate::domain::survey;
use crate::http::record::ApiRecord;

/// A survey that was sent.
pub type Survey = ApiRecord<survey::Survey>;
