//! `POST /v1/shares/{id}/withdraw`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Share;
use crate::domain::ids::ShareId;
use crate::http::extract::{Caller, Id, IdempotencyKey, IfMatch, IfMatchHeader, Json};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::http::schema::texts::Note;
use crate::ops::App;
use crate::ops::partners::shares;

/// Why a share is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ShareWithdrawal, example = json!({"reason": "已由我们自己处理"}))]
pub struct Withdrawal {
    /// Why, at most 4,000 characters.
    #[schema(value_type = Note)]
    reason: String,
}

/// Takes a share back. The partner doesn't see the record any more.
#[utoipa::path(
    post, path = "/v1/shares/{id}/withdraw", operation_id = "withdraw_share", tag = "shares",
    params(("id" = ShareId, Path, description = "The share"), IdempotencyKey, IfMatchHeader),
    responses(
        (status = 200, description = "The share as it is now", body = Share, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn withdraw_share(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<ShareId>,
    IfMatch(expected): IfMatch,
    Json(response): Json<Withdrawal>,
) -> ApiResult<Record<Share>> {
    let request = (id, expected, response.reason);
    let done = app
        .commit_once(&ctx, "shares.withdraw", request, |tx, ctx, request| {
            Box::pin(async move { shares::withdraw(tx, ctx, request).await.map(Share::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
