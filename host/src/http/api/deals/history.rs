//! `GET /v1/deals/{id}/history`

use axum::extract::State;

use crate::domain::ids::DealId;
use crate::http::api::events::Entry;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::sales::deals;

/// Everything that happened to a deal, oldest first.
#[utoipa::path(
    get, path = "/v1/deals/{id}/history", operation_id = "deal_history", tag = "deals",
    params(("id" = DealId, Path, description = "The deal")),
    responses((status = 200, description = "Its events", body = List<Entry>), ReadProblems),
)]
pub async fn deal_history(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<DealId>,
) -> ApiResult<List<Entry>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(deals::history(&mut tx, &ctx, id).await?))
}
