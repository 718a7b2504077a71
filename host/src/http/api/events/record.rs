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
    /// Who did it: `system`, or `user:ID`, `token:ID`, `installation:ID`, `respondent:ID`.
    hospesactor: String,
}

impl From<events::Event> for Event {
    fn from(event: events::Event) -> Self {
        let hospesactor = match event.actor_id {
            Some(id) => format!("{}:{id}", event.actor_kind),
            None => event.actor_kind,
        };
        Self {
            specversion: "1.0",
            id: event.id,
            source: "/hospes",
            r#type: event.kind,
            subject: format!("{}/{}", event.subject_kind, event.subject_id),
            time: event.at,
            datacontenttype: "application/json",
            data: event.data.and_then(|text| RawValue::from_string(text).ok()),
            hospesseq: event.seq,
            hospesactor,
        }
    }
}
