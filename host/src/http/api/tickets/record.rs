//! A ticket, as the API shows it.

use crate::domain::ticket;
use crate::http::record::ApiRecord;

/// A customer request.
pub type Ticket = ApiRecord<ticket::Ticket>;
