//! `POST /v1/shares/{id}/accept`

use axum::extract::State;

use super::Share;
use super::record::PartnerResponse;
use crate::domain::ids::ShareId;
use crate::http::extract::{Caller, Id, IdempotencyKey, IfMatch, IfMatchHeader, Json};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::partners::shares;

/// Takes a shared record over, for the partner.
#[utoipa::path(
    post, path = "/v1/shares/{id}/accept", operation_id = "accept_share", tag = "shares",
    params(("id" = ShareId, Path, description = "The share"), IdempotencyKey, IfMatchHeader),
    responses(
        (status = 200, description = "The share as it is now", body = Share, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn accept_share(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<ShareId>,
    IfMatch(expected): IfMatch,
    Json(response): Json<PartnerResponse>,
) -> ApiResult<Record<Share>> {
    let request = (id, expected, shares::PartnerResponse::from(response));
    let done = app
        .commit_once(&ctx, "shares.accept", request, |tx, ctx, request| {
            Box::pin(async move { shares::accept(tx, ctx, request).await.map(Share::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
