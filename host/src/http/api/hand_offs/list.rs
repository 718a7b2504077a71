//! `GET /v1/hand-offs`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::HandOff;
use crate::domain::hand_off::HandOffStatus;
use crate::domain::ids::{TeamId, TicketId};
use crate::http::extract::{Caller, Cursor, Limit, Query, page};
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::tickets::hand_offs;
use crate::store::hand_offs::HandOffFilter;

/// Which hand-offs.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<Cursor>,
    /// Those of this ticket.
    ticket_id: Option<TicketId>,
    /// Those that this team gives.
    from_team_id: Option<TeamId>,
    /// Those that this team is to get.
    to_team_id: Option<TeamId>,
    /// Those in this state.
    status: Option<HandOffStatus>,
}

/// Lists hand-offs, newest first.
#[utoipa::path(
    get, path = "/v1/hand-offs", operation_id = "list_hand_offs", tag = "tickets",
    params(Filter),
    responses((status = 200, description = "A page of hand-offs", body = List<HandOff>), ListProblems),
)]
pub async fn list_hand_offs(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(filter): Query<Filter>,
) -> ApiResult<List<HandOff>> {
    let mut tx = app.db.read().await?;
    let page = page(filter.limit, filter.cursor);
    let filter = HandOffFilter {
        ticket: filter.ticket_id,
        from: filter.from_team_id,
        to: filter.to_team_id,
        status: filter.status,
    };
    Ok(List::of(hand_offs::list(&mut tx, &ctx, page, filter).await?))
}
