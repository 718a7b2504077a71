//! A deal, as the API shows it.

use crate::domain::deal;
use crate::http::record::ApiRecord;

/// A lead or deal: a chance to sell something to a customer.
///
/// To a partner's people it shows what is shared with them; what isn't is empty, and ids are all zeros.
pub type Deal = ApiRecord<deal::Deal>;
