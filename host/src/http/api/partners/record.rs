//! A partner and its people, as the API shows them.

use crate::domain::partner;
use crate::http::record::ApiRecord;

/// An organisation that takes care of customers together with this one.
pub type Partner = ApiRecord<partner::Partner>;

/// A person who works at a partner's.
pub type PartnerUser = ApiRecord<partner::PartnerUser>;
