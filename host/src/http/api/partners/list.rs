//! `GET /v1/partners`

use axum::extract::State;

use super::Partner;
use crate::http::extract::{Caller, Extent, Query};
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::{App, partners};

/// Lists partners, the newest first.
#[utoipa::path(
    get, path = "/v1/partners", operation_id = "list_partners", tag = "partners",
    params(Extent),
    responses((status = 200, description = "A page of partners", body = List<Partner>), ListProblems),
)]
pub async fn list_partners(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(extent): Query<Extent>,
) -> ApiResult<List<Partner>> {
    let mut tx = app.db.read().await?;
    Ok(List::of(partners::list(&mut tx, &ctx, extent.into()).await?))
}
