//! `GET /v1/deals/{id}`

use axum::extract::State;

use super::Deal;
use crate::domain::ids::DealId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::sales::deals;

/// One deal.
#[utoipa::path(
    get, path = "/v1/deals/{id}", operation_id = "get_deal", tag = "deals",
    params(("id" = DealId, Path, description = "The deal")),
    responses(
        (status = 200, description = "The deal", body = Deal, headers(("ETag", description = "Its version"))),
        (status = 304, description = "The caller has this version already (`If-None-Match`)"),
        ReadProblems,
    ),
)]
pub async fn get_deal(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<DealId>,
) -> ApiResult<Record<Deal>> {
    let mut tx = app.db.read().await?;
    Ok(Record(deals::see(&mut tx, &ctx, id).await?.into()))
}
