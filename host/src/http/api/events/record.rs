//! An event, as CloudEvents 1.0 has it.

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::domain::clock::Timestamp;
use crate::domain::ids::EventId;
use crate::store::events;

/// Something that happened, as CloudEvents 1.0 has it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "specversion": "1.0", "id": "019b8a3e-0000-7000-8000-00000000000c", "source": "/hospes", "type": "ticket.resolved",
    "subject": "ticket/019b8a3e-0000-7000-8000-000000000005", "time": "2026-01-05T09:00:00Z",
    "datacontenttype": "application/json", "data": {"status": {"old": "open", "new": "resolved"}, "sla_kept": true},
    "hospesseq": 1042, "hospesactor": "user:019b8a3e-0000-7000-8000-000000000007",
}))]
pub struct Event {
    /// `1.0`.
    specversion: &'static str,
    /// Its id.
    id: EventId,
    /// `/hospes`.
    source: &'static str,
    /// `record.what-happened`.
    r#type: String,
    /// The record that it happened to, as `kind/id`.
    subject: String,
    /// When.
    time: Timestamp,
    /// `application/json`.
    datacontenttype: &'static str,
    /// What changed, as it was written; null after erasure.
    #[schema(value_type = Option<Object>)]
    data: Option<Box<RawValue>>,
    /// Its place in the log; 0 while it waits for one.
    hospesseq: i64,
    /// Who did it: `system`, or `user:ID`, `token:ID`, `installation:ID`, `respondent:ID`,
    /// `partner-user:ID`.
    hospesactor: String,
}

impl From<events::Event> for Event {
    fn from(event: events::Event) -> Self {
        Self {
            specversion: "1.0",
            id: event.id,
            source: "/hospes",
            subject: format!("{}/{}", event.subject_kind, event.subject_id),
            time: event.at,
            datacontenttype: "application/json",
            hospesseq: event.seq,
            hospesactor: actor(&event),
            data: raw(event.data),
            r#type: event.kind,
        }
    }
}

/// An event in the history of a record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HistoryEntry, example = json!({
    "id": "019b8a3e-0000-7000-8000-00000000000c", "kind": "ticket.resolved",
    "subject": "ticket/019b8a3e-0000-7000-8000-000000000005", "at": "2026-01-05T09:00:00Z",
    "actor": "user:019b8a3e-0000-7000-8000-000000000007",
    "data": {"status": {"old": "open", "new": "resolved"}, "sla_kept": true},
}))]
pub struct Entry {
    /// The event's id.
    id: EventId,
    /// The event's type, `record.what-happened`.
    kind: String,
    /// The record that it happened to, as `kind/id`.
    subject: String,
    /// When.
    at: Timestamp,
    /// Who did it: `system`, or `user:ID`, `token:ID`, `installation:ID`, `respondent:ID`.
    actor: String,
    /// What changed; null after erasure.
    #[schema(value_type = Option<Object>)]
    data: Option<Box<RawValue>>,
}

impl From<events::Event> for Entry {
    fn from(event: events::Event) -> Self {
        Self {
            id: event.id,
            subject: format!("{}/{}", event.subject_kind, event.subject_id),
            at: event.at,
            actor: actor(&event),
            data: raw(event.data),
            kind: event.kind,
        }
    }
}

fn actor(event: &events::Event) -> String {
    match event.actor_id {
        Some(id) => format!("{}:{id}", event.actor_kind),
        None => event.actor_kind.clone(),
    }
}

/// The data's exact text, as the log has it.
fn raw(data: Option<String>) -> Option<Box<RawValue>> {
    data.and_then(|text| RawValue::from_string(text).ok())
}
