//! `GET /v1/surveys`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Survey;
use crate::domain::ids::{CustomerId, TicketId};
use crate::http::extract::{Caller, Cursor, Limit, Query, page};
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::{App, surveys};
use crate::store::surveys::SurveyFilter;

/// Which surveys.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<Cursor>,
    /// Those about this ticket.
    ticket_id: Option<TicketId>,
    /// Those to this customer and to the records that were merged into it.
    customer_id: Option<CustomerId>,
    /// Those that are answered, or those that aren't.
    answered: Option<bool>,
}

/// Lists surveys, the last sent first.
#[utoipa::path(
    get, path = "/v1/surveys", operation_id = "list_surveys", tag = "surveys",
    params(Filter),
    responses((status = 200, description = "A page of surveys", body = List<Survey>), ListProblems),
)]
pub async fn list_surveys(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(filter): Query<Filter>,
) -> ApiResult<List<Survey>> {
    let mut tx = app.db.read().await?;
    let page = page(filter.limit, filter.cursor);
    let customer = filter.customer_id.map(Into::into);
    let filter = SurveyFilter { ticket: filter.ticket_id, customer, answered: filter.answered };
    Ok(List::of(surveys::list(&mut tx, &ctx, page, filter).await?))
}
