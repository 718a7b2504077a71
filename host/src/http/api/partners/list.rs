//! `GET /v1/partners`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Partner;
use crate::http::answer::{Answer, List};
use crate::http::extract::{Caller, Cursor, Limit, Query, page};
use crate::http::openapi::ListProblems;
use crate::ops::{App, partners};

/// Which partners.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<Cursor>,
}

/// Lists partners, the newest first.
#[utoipa::path(
    get, path = "/v1/partners", operation_id = "list_partners", tag = "partners",
    params(Filter),
    responses((status = 200, description = "A page of partners", body = List<Partner>), ListProblems),
)]
pub async fn list_partners(
    State(app): State<App>,
    Caller(call): Caller,
    Query(filter): Query<Filter>,
) -> Answer<List<Partner>> {
    let mut tx = app.db.read().await?;
    Ok(List::of(partners::list(&mut tx, &call, page(filter.limit, filter.cursor)).await?))
}
