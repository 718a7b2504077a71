//! `GET /v1/tickets/{id}`

use axum::extract::State;

use super::Ticket;
use crate::domain::ids::TicketId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::{App, tickets};

/// One ticket.
#[utoipa::path(
    get, path = "/v1/tickets/{id}", operation_id = "get_ticket", tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket")),
    responses(
        (status = 200, description = "The ticket", body = Ticket, headers(("ETag", description = "Its version"))),
        (status = 304, description = "The caller has this version already (`If-None-Match`)"),
        ReadProblems,
    ),
)]
pub async fn get_ticket(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TicketId>,
) -> ApiResult<Record<Ticket>> {
    let mut tx = app.db.read().await?;
    Ok(Record(tickets::see(&mut tx, &ctx, id).await?.into()))
}
