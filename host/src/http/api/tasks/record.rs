//! A task, as the API shows it.

use crate::domain::task;
use crate::http::record::ApiRecord;

/// Something to be done.
pub type Task = ApiRecord<task::Task>;
