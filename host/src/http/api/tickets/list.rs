//! `GET /v1/tickets`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Ticket;
use crate::domain::ids::{CustomerId, UserId};
use crate::domain::ticket::TicketStatus;
use crate::http::extract::{Caller, Condition, Limit, Next, Query, Sort, list_query};
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::http::schema::TicketSort;
use crate::http::schema::texts::Words;
use crate::ops::{App, tickets};
use crate::store::tickets::TicketFilter;

/// Which tickets.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<Next>,
    /// In which order.
    #[param(value_type = Option<TicketSort>)]
    sort: Option<Sort>,
    /// Which ones.
    filter: Option<Condition>,
    /// Words of what it is about.
    #[param(value_type = Option<Words>)]
    q: Option<String>,
    /// Those in this state.
    status: Option<TicketStatus>,
    /// Those of this customer and of the records that were merged into it.
    customer_id: Option<CustomerId>,
    /// Those of this person.
    assignee_id: Option<UserId>,
}

/// Lists tickets, the last changed first unless sorted otherwise.
#[utoipa::path(
    get, path = "/v1/tickets", operation_id = "list_tickets", tag = "tickets",
    params(Filter),
    responses((status = 200, description = "A page of tickets", body = List<Ticket>), ListProblems),
)]
pub async fn list_tickets(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(filter): Query<Filter>,
) -> ApiResult<List<Ticket>> {
    let mut tx = app.db.read().await?;
    let query = list_query(filter.limit, filter.cursor, filter.sort, filter.filter, filter.q);
    let by = TicketFilter {
        status: filter.status,
        customer: filter.customer_id.map(Into::into),
        assignee: filter.assignee_id,
    };
    Ok(List::of(tickets::list(&mut tx, &ctx, &query, by).await?))
}
