//! `GET /v1/tickets/{id}/history`

use axum::extract::State;

use crate::domain::ids::TicketId;
use crate::http::answer::{Answer, List};
use crate::http::api::events::Entry;
use crate::http::extract::{Caller, Extent, Id, Query};
use crate::http::openapi::ReadProblems;
use crate::ops::{App, tickets};

/// Everything that happened to a ticket, oldest first.
#[utoipa::path(
    get, path = "/v1/tickets/{id}/history", operation_id = "ticket_history", tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket"), Extent),
    responses((status = 200, description = "Its events", body = List<Entry>), ReadProblems),
)]
pub async fn ticket_history(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<TicketId>,
    Query(extent): Query<Extent>,
) -> Answer<List<Entry>> {
    let mut tx = app.db.read().await?;
    Ok(List::of(tickets::history(&mut tx, &call, id, extent.into()).await?))
}
