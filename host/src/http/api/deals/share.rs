//! `POST /v1/deals/{id}/share`

use axum::extract::State;

use crate::domain::ids::DealId;
use crate::http::api::shares::{NewShare, Share};
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Created};
use crate::ops::App;
use crate::ops::partners::shares::{self, Shared};

/// Shares a deal with a partner, or offers it for taking over. The partner sees the named fields and nothing else.
#[utoipa::path(
    post, path = "/v1/deals/{id}/share", operation_id = "share_deal", tag = "shares",
    params(("id" = DealId, Path, description = "The deal"), IdempotencyKey),
    responses((status = 201, description = "The share; `Location` is its address", body = Share), PutProblems),
)]
pub async fn share_deal(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<DealId>,
    Json(new): Json<NewShare>,
) -> ApiResult<Created<Share>> {
    let request = (Shared::Deal(id), new.into());
    let done = app
        .commit_once(&ctx, "deals.share", request, |tx, ctx, request| {
            Box::pin(async move { shares::share(tx, ctx, request).await.map(Share::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/shares/{}", done.answer.id), record: done.answer })
}
