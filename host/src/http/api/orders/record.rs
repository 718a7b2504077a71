//! An order, as the API shows it.

use crate::domain::order;
use crate::http::record::ApiRecord;

/// An order, as transaction history.
pub type Order = ApiRecord<order::Order>;
