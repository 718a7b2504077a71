//! `POST /v1/deals/{id}/move`

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Deal;
use crate::domain::ids::{DealId, StageId};
use crate::http::extract::{Caller, Id, IdempotencyKey, IfMatch, IfMatchHeader, Json};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::sales::deals;

/// Where a deal goes.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"stage_id": "019b8a3e-0000-7000-8000-000000000021"}))]
pub struct Move {
    /// The stage, of the deal's own pipeline or of another one.
    stage_id: StageId,
}

/// Moves an open deal into another stage.
#[utoipa::path(
    post, path = "/v1/deals/{id}/move", operation_id = "move_deal", tag = "deals",
    params(("id" = DealId, Path, description = "The deal"), IdempotencyKey, IfMatchHeader),
    responses(
        (status = 200, description = "The deal as it is now", body = Deal, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn move_deal(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<DealId>,
    IfMatch(expected): IfMatch,
    Json(to): Json<Move>,
) -> ApiResult<Record<Deal>> {
    let done = app
        .commit_once(&ctx, "deals.move", (id, expected, to.stage_id), |tx, ctx, request| {
            Box::pin(async move { deals::move_to(tx, ctx, request).await.map(Deal::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
