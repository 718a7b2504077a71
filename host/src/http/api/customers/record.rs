//! A customer and its related records, as the API shows them.

use crate::domain::customer;
use crate::http::record::ApiRecord;

/// A person or organisation.
pub type Customer = ApiRecord<customer::Customer>;

/// One way in which a customer is known, in its canonical form.
pub type Identity = ApiRecord<customer::Identity>;

/// A score that a plugin gave.
pub type Score = ApiRecord<customer::Score>;
