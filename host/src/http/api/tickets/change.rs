//! `PATCH /v1/tickets/{id}`

use axum::extract::State;

use super::Ticket;
use crate::domain::ids::TicketId;
use crate::domain::ticket::Status;
use crate::domain::triage::{Class, Priority};
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch, patch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::http::schema::choices::{Demand, UnresolvedStatus};
use crate::http::schema::texts::{Tag, Title};
use crate::ops::{App, tickets};

patch! {
    /// Changes of a ticket, as a JSON merge patch: a field that isn't there stays. None can be null.
    #[schema(example = json!({"priority": "urgent", "tags": ["delivery", "vip"]}))]
    pub struct TicketPatch for tickets::TicketChange {
        /// What it is about, 1 to 200 characters.
        subject: String as Title,
        /// Its class.
        class: Class as Demand,
        /// Its priority.
        priority: Priority,
        /// Tags; they take the place of those before.
        #[schema(max_items = 50)]
        tags: Vec<String> as Vec<Tag>,
        /// Whether the customer was asked something (`pending`) or it is being worked on (`open`); resolving and reopening
        /// are verbs of their own.
        status: Status as UnresolvedStatus,
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
    Caller(ctx): Caller,
    Id(id): Id<TicketId>,
    IfMatch(expected): IfMatch,
    MergePatch(patch): MergePatch<TicketPatch>,
) -> ApiResult<Record<Ticket>> {
    let request = (id, expected, tickets::TicketChange::from(patch));
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(tickets::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
