//! `POST /v1/shares/{id}/refuse`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Share;
use crate::domain::ids::ShareId;
use crate::http::extract::{Caller, Id, IdempotencyKey, IfMatch, IfMatchHeader, Json};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::http::schema::texts::Why;
use crate::ops::App;
use crate::ops::partners::shares;

/// Why a partner refuses a share.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ShareRefusal, example = json!({"reason": "不在我们的服务区域"}))]
pub struct Refusal {
    /// Why, 1 to 4,000 characters; whoever shared it is told.
    #[schema(value_type = Why)]
    reason: String,
}

/// Refuses a shared record, for the partner, who doesn't see it any more.
#[utoipa::path(
    post, path = "/v1/shares/{id}/refuse", operation_id = "refuse_share", tag = "shares",
    params(("id" = ShareId, Path, description = "The share"), IdempotencyKey, IfMatchHeader),
    responses(
        (status = 200, description = "The share as it is now", body = Share, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn refuse_share(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<ShareId>,
    IfMatch(expected): IfMatch,
    Json(response): Json<Refusal>,
) -> ApiResult<Record<Share>> {
    let request = (id, expected, shares::PartnerResponse { reference: None, message: response.reason });
    let done = app
        .commit_once(&ctx, "shares.refuse", request, |tx, ctx, request| {
            Box::pin(async move { shares::refuse(tx, ctx, request).await.map(Share::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
