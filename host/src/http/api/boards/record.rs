//! A board, as the API shows it.

use crate::domain::task;
use crate::http::record::ApiRecord;

/// A saved view of tasks: those of a team or of a person, in columns by state.
pub type Board = ApiRecord<task::Board>;
