//! `DELETE /v1/dead-letters/{id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::JobId;
use crate::http::answer::Answer;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::ops::{App, dead_letters};

/// Throws given-up work away. A message of it stays failed.
#[utoipa::path(
    delete, path = "/v1/dead-letters/{id}", operation_id = "discard_dead_letter", tag = "dead-letters",
    params(("id" = JobId, Path, description = "The dead letter")),
    responses((status = 204, description = "It is gone"), ReadProblems),
)]
pub async fn discard_dead_letter(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<JobId>,
) -> Answer<StatusCode> {
    app.commit(&call, id, |tx, call, id| Box::pin(dead_letters::discard(tx, call, *id))).await?;
    Ok(StatusCode::NO_CONTENT)
}
