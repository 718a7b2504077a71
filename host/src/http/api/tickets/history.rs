//! `GET /v1/tickets/{id}/history`

use axum::extract::State;

use crate::domain::ids::TicketId;
use crate::http::answer::{Answer, List};
use crate::http::api::events::Event;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::ops::{App, tickets};

/// Everything that happened to a ticket, oldest first.
#[utoipa::path(
    get, path = "/v1/tickets/{id}/history", operation_id = "ticket_history", tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket")),
    responses((status = 200, description = "Its events", body = List<Event>), ReadProblems),
)]
pub async fn ticket_history(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<TicketId>,
) -> Answer<List<Event>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(tickets::history(&mut tx, &call, id).await?))
}
