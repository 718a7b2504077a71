//! An SLA policy, as the API shows it.

use crate::domain::sla_policy;
use crate::http::record::ApiRecord;

/// How soon tickets are to be answered, resolved and accepted.
pub type SlaPolicy = ApiRecord<sla_policy::SlaPolicy>;
