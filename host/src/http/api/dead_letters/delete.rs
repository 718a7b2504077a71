//! `DELETE /v1/dead-letters/{id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::JobId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::ops::{App, dead_letters};

/// Throws given-up work away. A message of it stays failed.
#[utoipa::path(
    delete, path = "/v1/dead-letters/{id}", operation_id = "delete_dead_letter", tag = "dead-letters",
    params(("id" = JobId, Path, description = "The dead letter")),
    responses((status = 204, description = "It is gone"), ReadProblems),
)]
pub async fn delete_dead_letter(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<JobId>,
) -> ApiResult<StatusCode> {
    app.commit(&ctx, id, |tx, ctx, id| Box::pin(dead_letters::discard(tx, ctx, *id))).await?;
    Ok(StatusCode::NO_CONTENT)
}
