//! `DELETE /v1/attachments/{id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::AttachmentId;
use crate::http::answer::Answer;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::ops::{App, attachments};

/// Removes a file, bytes and all.
#[utoipa::path(
    delete, path = "/v1/attachments/{id}", operation_id = "remove_attachment", tag = "attachments",
    params(("id" = AttachmentId, Path, description = "The file")),
    responses((status = 204, description = "It is gone"), ReadProblems),
)]
pub async fn remove_attachment(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<AttachmentId>,
) -> Answer<StatusCode> {
    app.commit(&call, id, |tx, call, id| Box::pin(attachments::remove(tx, call, *id))).await?;
    Ok(StatusCode::NO_CONTENT)
}
