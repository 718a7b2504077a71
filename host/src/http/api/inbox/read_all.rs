//! `POST /v1/notifications:read-all`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::extract::{Caller, IdempotencyKey};
use crate::http::openapi::ActionProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::desk::inbox;

/// How many were read at once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"read": 3}))]
pub struct AllRead {
    /// How many the caller hadn't read before.
    read: u64,
}

/// Notes that the caller has read all that they were told.
#[utoipa::path(
    post, path = "/v1/notifications:read-all", operation_id = "read_all_notifications", tag = "notifications",
    params(IdempotencyKey),
    responses((status = 200, description = "How many", body = AllRead), ActionProblems),
)]
pub async fn read_all_notifications(State(app): State<App>, Caller(ctx): Caller) -> ApiResult<Json<AllRead>> {
    let done = app
        .commit_once(&ctx, "notifications.read-all", (), |tx, ctx, ()| Box::pin(inbox::read_all(tx, ctx)))
        .await?;
    Ok(Json(AllRead { read: done.answer }))
}
