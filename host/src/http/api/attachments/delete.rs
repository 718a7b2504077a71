//! `DELETE /v1/attachments/{id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::AttachmentId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::conversations::attachments;

/// Removes a file, bytes and all.
#[utoipa::path(
    delete, path = "/v1/attachments/{id}", operation_id = "delete_attachment", tag = "attachments",
    params(("id" = AttachmentId, Path, description = "The file")),
    responses((status = 204, description = "It is gone"), ReadProblems),
)]
pub async fn delete_attachment(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<AttachmentId>,
) -> ApiResult<StatusCode> {
    app.commit(&ctx, id, |tx, ctx, id| Box::pin(attachments::remove(tx, ctx, *id))).await?;
    Ok(StatusCode::NO_CONTENT)
}
