//! A user, as the API shows them.

use crate::domain::team;
use crate::http::record::ApiRecord;

/// Somebody who works here.
pub type User = ApiRecord<team::User>;
