//! `PATCH /v1/tickets/{id}`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Ticket;
use crate::domain::ids::TicketId;
use crate::domain::ticket::Status;
use crate::domain::triage::{Class, Priority};
use crate::http::answer::{Answer, Record};
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch, present};
use crate::http::openapi::ChangeProblems;
use crate::ops::{App, tickets};

/// Changes of a ticket, as a JSON merge patch: a field that isn't there stays. None can be null.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"priority": "urgent", "tags": ["delivery", "vip"]}))]
pub struct TicketPatch {
    /// What it is about, 1 to 200 characters.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String)]
    subject: Option<String>,
    /// Its class.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Class)]
    class: Option<Class>,
    /// Its priority.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Priority)]
    priority: Option<Priority>,
    /// Tags; they take the place of those before.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<String>)]
    tags: Option<Vec<String>>,
    /// Whether the customer was asked something (`pending`) or it is being worked on (`open`); resolving and reopening
    /// are verbs of their own.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Status)]
    status: Option<Status>,
}

impl From<TicketPatch> for tickets::TicketChange {
    fn from(patch: TicketPatch) -> Self {
        Self {
            subject: patch.subject,
            class: patch.class,
            priority: patch.priority,
            tags: patch.tags,
            status: patch.status,
        }
    }
}

/// Changes a ticket.
#[utoipa::path(
    patch, path = "/v1/tickets/{id}", operation_id = "change_ticket", tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket"), IfMatchHeader),
    request_body(content = TicketPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The ticket as it is now", body = Ticket, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn change_ticket(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<TicketId>,
    IfMatch(expected): IfMatch,
    MergePatch(patch): MergePatch<TicketPatch>,
) -> Answer<Record<Ticket>> {
    let wish = (id, expected, tickets::TicketChange::from(patch));
    let changed = app.commit(&call, wish, |tx, call, wish| Box::pin(tickets::change(tx, call, wish))).await?;
    Ok(Record(changed.into()))
}
