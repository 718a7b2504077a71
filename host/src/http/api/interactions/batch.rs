//! `POST /v1/interactions:batch`

use axum::extract::State;
use serde_json::Value;

use super::create::NewInteraction;
use crate::http::api::conversations::Message;
use crate::http::batch::{self, Batch, Outcomes};
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::customers::interactions;

/// Stores up to 1,000 interactions, each with its own outcome. One that was told of before is answered as it is.
#[utoipa::path(
    post, path = "/v1/interactions:batch", operation_id = "create_interactions", tag = "interactions",
    params(IdempotencyKey), request_body = Batch<NewInteraction>,
    responses((status = 200, description = "What became of each", body = Outcomes<Message>), CreateProblems),
)]
pub async fn create_interactions(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<Batch<Value>>,
) -> ApiResult<axum::Json<Outcomes<Message>>> {
    batch::run::<NewInteraction, interactions::NewTouch, _, _>(
        &app,
        &ctx,
        "interactions.create-batch",
        new,
        |tx, ctx, new| {
            Box::pin(async move {
                interactions::create(tx, ctx, new).await.map(|(stored, _)| Message::from(stored))
            })
        },
    )
    .await
}
