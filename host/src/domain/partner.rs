//! Partners, their people, and what is shared with them.

use super::clock::Timestamp;
use super::entity::RecordKind;
use super::ids::{CustomerId, InstallationId, PartnerId, PartnerUserId, ShareId};
use super::words::words;

/// An organisation that takes care of customers together with this one: a dealer, an agent, a service point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// Its id.
    pub id: PartnerId,
    /// What people call it.
    pub name: String,
    /// The installation of a plugin that joins its system.
    pub installation_id: Option<InstallationId>,
    /// Whether anything is shared with it at all; its people see nothing while it isn't.
    pub active: bool,
    /// How long it has to accept or refuse what is handed over.
    pub answer_minutes: i64,
    /// How long a lead that it registered is its own.
    pub protection_days: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    pub version: i64,
}

/// A person who works at a partner's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerUser {
    /// Their id.
    pub id: PartnerUserId,
    /// Where they work.
    pub partner_id: PartnerId,
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
    /// BCP 47.
    pub language: String,
    /// Whether their tokens are taken.
    pub active: bool,
    /// When they were entered.
    pub created_at: Timestamp,
    /// Grows by one with every change.
    pub version: i64,
}

words! {
    /// How a share stands.
    pub enum ShareState {
        /// The partner sees it; nothing is asked of it.
        Shared = "shared",
        /// The partner is asked to take it over.
        Offered = "offered",
        /// The partner has taken it.
        Accepted = "accepted",
        /// The partner doesn't take it, and no longer sees it.
        Refused = "refused",
        /// It was taken back; the partner no longer sees it.
        Withdrawn = "withdrawn",
    }

    /// How far a share has got into the partner's system.
    pub enum ShareDelivery {
        /// The partner has no system here.
        None = "none",
        /// On its way.
        Queued = "queued",
        /// The partner's system has it.
        Delivered = "delivered",
        /// The partner's system didn't take it.
        Failed = "failed",
    }
}

impl ShareState {
    /// Whether the partner sees the record.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Shared | Self::Offered | Self::Accepted)
    }
}

/// A record that is shared with a partner.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// Its id; the partner's system tells repeats apart by it.
    pub id: ShareId,
    /// With whom.
    pub partner_id: PartnerId,
    /// The partner's installation.
    pub installation_id: Option<InstallationId>,
    /// `ticket` or `deal`.
    pub subject_kind: RecordKind,
    /// The record.
    pub subject_id: uuid::Uuid,
    /// Whose record it is.
    pub customer_id: CustomerId,
    /// What the sharing person wrote to the partner.
    pub note: String,
    /// The fields that the partner sees.
    pub fields: Vec<String>,
    /// Whether the partner is asked to take it over.
    pub hand_over: bool,
    /// How it stands.
    pub state: ShareState,
    /// The partner's own number for it; empty when there is none.
    pub reference: String,
    /// The partner's last word on it.
    pub message: String,
    /// How far it has got into the partner's system.
    pub delivery: ShareDelivery,
    /// Why the partner's system didn't take it.
    pub failure: Option<String>,
    /// Until when the partner is to answer.
    pub due_at: Option<Timestamp>,
    /// When the partner accepted or refused.
    pub answered_at: Option<Timestamp>,
    /// When it was shared.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    pub version: i64,
}

/// The fields of the customer that a share may include, whatever record is shared.
pub const CUSTOMER_FIELDS: &[&str] =
    &["customer_name", "customer_phone", "customer_email", "customer_region", "customer_language"];

/// The fields of a record itself that a share may include.
pub fn shareable(kind: RecordKind) -> &'static [&'static str] {
    match kind {
        RecordKind::Ticket => {
            &["subject", "class", "priority", "status", "language", "tags", "created_at", "resolved_at"]
        }
        RecordKind::Deal => &[
            "name",
            "status",
            "probability",
            "amount",
            "currency",
            "source",
            "expected_close",
            "created_at",
            "closed_at",
        ],
        _ => &[],
    }
}

/// The fields that are shared when nobody says which: what it is about, and nothing of the customer.
pub fn usual(kind: RecordKind) -> &'static [&'static str] {
    match kind {
        RecordKind::Ticket => &["subject", "class", "priority", "status", "language"],
        RecordKind::Deal => &["name", "status", "amount", "currency", "expected_close"],
        _ => &[],
    }
}
