//! `GET /v1/tickets/{id}/link`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::ids::TicketId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::tickets::status;

/// Where a customer sees how far a ticket has come.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketLink, example = json!({"url": "https://crm.example.com/t/AZuKPgAAcACAAAAAAAAABWm1c2VhbC1vZi0xNi1i"}))]
pub struct Link {
    /// The page's address. Whoever has it sees the status and what happened when, and nothing of who works here.
    url: String,
}

/// Gives the address of a ticket's page for its customer, to be put into a message. It stays the same.
#[utoipa::path(
    get, path = "/v1/tickets/{id}/link", operation_id = "get_ticket_link", tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket")),
    responses((status = 200, description = "The address", body = Link), ReadProblems),
)]
pub async fn get_ticket_link(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TicketId>,
) -> ApiResult<Json<Link>> {
    Ok(Json(Link { url: status::link(&app, &ctx, id).await? }))
}
