//! `POST /v1/dead-letters/{id}/replay`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::JobId;
use crate::http::extract::{Caller, Id, IdempotencyKey};
use crate::http::openapi::ActionProblems;
use crate::http::response::ApiResult;
use crate::ops::{App, dead_letters};

/// Puts given-up work back into its queue.
///
/// It has all its tries again and stands before what waits of the same conversation. A message goes out under the same
/// id as before, so a provider that has it all the same can tell.
#[utoipa::path(
    post, path = "/v1/dead-letters/{id}/replay", operation_id = "replay_dead_letter", tag = "dead-letters",
    params(("id" = JobId, Path, description = "The dead letter"), IdempotencyKey),
    responses((status = 204, description = "It waits for its turn"), ActionProblems),
)]
pub async fn replay_dead_letter(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<JobId>,
) -> ApiResult<StatusCode> {
    app.commit_once(&ctx, "dead-letters.replay", id, |tx, ctx, id| {
        Box::pin(dead_letters::replay(tx, ctx, *id))
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
