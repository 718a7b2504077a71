//! The event log's entries and the chain that binds them.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::clock::Timestamp;
use super::conversation::Interaction;
use super::customer::Customer;
use super::deal::Deal;
use super::ids::{CustomerId, EventId, InstallationId};
use super::survey::Survey;
use super::task::Task;
use super::ticket::Ticket;

/// What caused an event, and how far from the first cause it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cause {
    /// The event that it follows from.
    pub event: Option<EventId>,
    /// How many events lie before it in the chain of causes.
    pub depth: i64,
}

impl Cause {
    /// An event at this depth is the last: nothing reacts to it any more, so that two automations can't call
    /// each other for ever.
    pub const DEPTH_LIMIT: i64 = 8;

    /// The cause of what follows from an event that has this cause.
    pub fn after(self, event: EventId) -> Self {
        Self { event: Some(event), depth: self.depth + 1 }
    }
}

/// The record that an event happens to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// Its kind.
    pub kind: &'static str,
    /// Its id.
    pub id: Uuid,
    /// The customer whose timeline it belongs to.
    pub customer: Option<CustomerId>,
    /// The installation whose rows it belongs to.
    pub source: Option<InstallationId>,
}

impl Subject {
    /// A record that belongs to no customer.
    pub fn of(kind: &'static str, id: impl Into<Uuid>) -> Self {
        Self { kind, id: id.into(), customer: None, source: None }
    }
}

impl From<&Customer> for Subject {
    fn from(customer: &Customer) -> Self {
        let (id, source) = (customer.id, customer.source_id);
        Self { kind: "customer", id: id.0, customer: Some(id), source }
    }
}

impl From<&Interaction> for Subject {
    fn from(interaction: &Interaction) -> Self {
        let (customer, source) = (Some(interaction.customer_id), interaction.installation_id);
        Self { kind: "interaction", id: interaction.id.0, customer, source }
    }
}

impl From<&Ticket> for Subject {
    fn from(ticket: &Ticket) -> Self {
        Self { kind: "ticket", id: ticket.id.0, customer: Some(ticket.customer_id), source: ticket.source_id }
    }
}

impl From<&Deal> for Subject {
    fn from(deal: &Deal) -> Self {
        Self { kind: "deal", id: deal.id.0, customer: Some(deal.customer_id), source: deal.source_id }
    }
}

impl From<&Task> for Subject {
    fn from(task: &Task) -> Self {
        Self { kind: "task", id: task.id.0, customer: task.customer_id, source: task.source_id }
    }
}

impl From<&Survey> for Subject {
    fn from(survey: &Survey) -> Self {
        let (customer, source) = (Some(survey.customer_id), Some(survey.installation_id));
        Self { kind: "survey", id: survey.id.0, customer, source }
    }
}

/// What has happened, about to be written to the log.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// `record.what-happened`, such as `ticket.resolved`.
    pub kind: &'static str,
    /// The record that it happened to.
    pub subject: Subject,
    /// What changed.
    pub data: serde_json::Value,
}

/// An event's unchangeable part: what the chain binds. Its data enters as a salted digest, so that erasing the
/// data leaves the chain whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// By which rule it is bound: [`CHAIN_VERSION`], or 1, which left out the customer, the source and the depth.
    pub version: i64,
    /// Its place in the log, from 1, without gaps.
    pub sequence: i64,
    /// Its id.
    pub id: EventId,
    /// `record.what-happened`.
    pub kind: &'a str,
    /// The kind of record that it happened to.
    pub subject_kind: &'a str,
    /// The record.
    pub subject: Uuid,
    /// The customer whose timeline it belongs to.
    pub customer: Option<CustomerId>,
    /// The installation whose rows it belongs to.
    pub source: Option<InstallationId>,
    /// Who did it: a principal's kind and id.
    pub actor: (&'a str, Option<Uuid>),
    /// When.
    pub at: Timestamp,
    /// The event that caused it.
    pub cause: Option<EventId>,
    /// How many events lie before it in the chain of causes.
    pub depth: i64,
    /// [`data_digest`] of its salt and data.
    pub data_digest: &'a [u8],
}

/// A link of the chain.
pub type ChainHash = [u8; 32];

/// The rule by which events are bound to the chain now.
pub const CHAIN_VERSION: i64 = 2;

/// What the first event's hash follows.
pub const CHAIN_START: ChainHash = [0; 32];

/// SHA-256 of an event's salt and its data's exact text. The salt keeps erased data from being guessed.
pub fn data_digest(salt: &[u8], data: &str) -> ChainHash {
    Sha256::new().chain_update(salt).chain_update(data).finalize().into()
}

/// An id's bytes; none when there is no id.
fn bytes(id: Option<&Uuid>) -> &[u8] {
    id.map_or(&[], |id| id.as_bytes())
}

impl Envelope<'_> {
    /// SHA-256 over the previous hash and every field, each variable one with its length before it, so that no
    /// two envelopes have the same bytes.
    pub fn chained(&self, previous: &ChainHash) -> ChainHash {
        let mut hash = Sha256::new().chain_update(previous);
        let mut field = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        if self.version != 1 {
            // A link of the first rule begins with a number, which has eight bytes.
            field(b"hospes event");
            field(&self.version.to_be_bytes());
            field(bytes(self.customer.as_ref().map(|id| &id.0)));
            field(bytes(self.source.as_ref().map(|id| &id.0)));
            field(&self.depth.to_be_bytes());
        }
        field(&self.sequence.to_be_bytes());
        field(self.id.0.as_bytes());
        field(self.kind.as_bytes());
        field(self.subject_kind.as_bytes());
        field(self.subject.as_bytes());
        field(self.actor.0.as_bytes());
        field(bytes(self.actor.1.as_ref()));
        field(&self.at.as_micros().to_be_bytes());
        field(bytes(self.cause.as_ref().map(|id| &id.0)));
        field(self.data_digest);
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(digest: &[u8]) -> Envelope<'_> {
        Envelope {
            version: CHAIN_VERSION,
            sequence: 1,
            id: EventId(Uuid::from_u128(1)),
            kind: "ticket.created",
            subject_kind: "ticket",
            subject: Uuid::from_u128(2),
            customer: None,
            source: None,
            actor: ("system", None),
            at: Timestamp::from_micros(5),
            cause: None,
            depth: 0,
            data_digest: digest,
        }
    }

    #[test]
    fn every_field_counts() {
        let digest = data_digest(b"salt", "{}");
        let base = envelope(&digest).chained(&CHAIN_START);
        let other_digest = data_digest(b"salt", "{ }");
        let cases = [
            Envelope { sequence: 2, ..envelope(&digest) },
            Envelope { id: EventId(Uuid::from_u128(9)), ..envelope(&digest) },
            Envelope { kind: "ticket.createdt", subject_kind: "icket", ..envelope(&digest) },
            Envelope { subject: Uuid::from_u128(9), ..envelope(&digest) },
            Envelope { actor: ("system", Some(Uuid::nil())), ..envelope(&digest) },
            Envelope { at: Timestamp::from_micros(6), ..envelope(&digest) },
            Envelope { cause: Some(EventId(Uuid::nil())), ..envelope(&digest) },
            Envelope { customer: Some(Uuid::nil().into()), ..envelope(&digest) },
            Envelope { source: Some(Uuid::nil().into()), ..envelope(&digest) },
            Envelope { depth: 1, ..envelope(&digest) },
            Envelope { version: 1, ..envelope(&digest) },
            envelope(&other_digest),
        ];
        for changed in cases {
            assert_ne!(changed.chained(&CHAIN_START), base, "{changed:?}");
        }
        assert_ne!(envelope(&digest).chained(&base), base, "the previous hash counts");
        // Logs that were begun before stay as they are.
        let old = Envelope { version: 1, ..envelope(&digest) }.chained(&CHAIN_START);
        let hex: String = old.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "fe414ca0a26749c2403fcc418fcaf520c48fa6c6e7d145500faf2be0f059272e");
    }
}
