//! `GET /v1/inbox/unread`

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::extract::Caller;
use crate::http::openapi::ListProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::desk::inbox;

/// How much somebody hasn't read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"unread": 3, "kinds": {"mention": 1, "ticket.assigned": 2}}))]
pub struct Unread {
    /// How many notifications.
    unread: i64,
    /// How many of each kind.
    kinds: BTreeMap<String, i64>,
}

/// Counts what the caller hasn't read.
#[utoipa::path(
    get, path = "/v1/inbox/unread", operation_id = "count_unread", tag = "notifications",
    responses((status = 200, description = "The numbers", body = Unread), ListProblems),
)]
pub async fn count_unread(State(app): State<App>, Caller(ctx): Caller) -> ApiResult<Json<Unread>> {
    let mut tx = app.db.read().await?;
    let kinds: BTreeMap<String, i64> =
        inbox::unread(&mut tx, &ctx).await?.into_iter().map(|kind| (kind.kind, kind.count)).collect();
    Ok(Json(Unread { unread: kinds.values().sum(), kinds }))
}
