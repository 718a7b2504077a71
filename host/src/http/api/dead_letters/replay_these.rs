//! `POST /v1/dead-letters:replay`

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::ids::JobId;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::ApiResult;
use crate::ops::{App, dead_letters};

/// Which dead letters.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeadLetters, example = json!({"ids": ["019b8a3e-0000-7000-8000-00000000000e"]}))]
pub struct These {
    /// Their ids, 1 to 1,000, each once.
    #[schema(value_type = HashSet<JobId>, min_items = 1, max_items = 1000)]
    ids: Vec<JobId>,
}

/// Puts several back into their queues, all or none. Those of one conversation keep their order.
#[utoipa::path(
    post, path = "/v1/dead-letters:replay", operation_id = "replay_dead_letters", tag = "dead-letters",
    params(IdempotencyKey),
    responses((status = 204, description = "They wait for their turn"), CreateProblems),
)]
pub async fn replay_dead_letters(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(these): Json<These>,
) -> ApiResult<StatusCode> {
    app.commit_once(&ctx, "dead-letters.replay-these", these.ids, |tx, ctx, ids| {
        Box::pin(dead_letters::replay_these(tx, ctx, ids))
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
