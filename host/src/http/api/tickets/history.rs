//! `GET /v1/tickets/{id}/history`

use axum::extract::State;

use crate::domain::ids::TicketId;
use crate::http::api::events::Entry;
use crate::http::extract::{Caller, Extent, Id, Query};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::{App, tickets};

/// Everything that happened to a ticket, oldest first.
#[utoipa::path(
    get, path = "/v1/tickets/{id}/history", operation_id = "ticket_history", tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket"), Extent),
    responses((status = 200, description = "Its events", body = List<Entry>), ReadProblems),
)]
pub async fn ticket_history(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TicketId>,
    Query(extent): Query<Extent>,
) -> ApiResult<List<Entry>> {
    let mut tx = app.db.read().await?;
    Ok(List::of(tickets::history(&mut tx, &ctx, id, extent.into()).await?))
}
