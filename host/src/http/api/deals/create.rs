//! `POST /v1/deals`

use axum::extract::State;

use super::Deal;
use crate::domain::deal::NewDeal;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::ops::App;
use crate::ops::sales::deals;

/// Makes a lead or deal.
#[utoipa::path(
    post, path = "/v1/deals", operation_id = "create_deal", tag = "deals",
    params(IdempotencyKey),
    responses((status = 201, description = "The deal; `Location` is its address", body = Deal), CreateProblems),
)]
pub async fn create_deal(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewDeal>,
) -> ApiResult<Created<Deal>> {
    let done = app
        .commit_once(&ctx, "deals.create", new, |tx, ctx, new| {
            Box::pin(async move { deals::create(tx, ctx, None, new).await.map(Deal::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/deals/{}", done.answer.0.id), record: done.answer })
}
