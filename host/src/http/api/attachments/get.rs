//! `GET /v1/attachments/{id}`

use axum::extract::State;

use super::Attachment;
use crate::domain::ids::AttachmentId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::conversations::attachments;

/// What is known of one file, without its bytes.
#[utoipa::path(
    get, path = "/v1/attachments/{id}", operation_id = "get_attachment", tag = "attachments",
    params(("id" = AttachmentId, Path, description = "The file")),
    responses(
        (status = 200, description = "The file's facts", body = Attachment, headers(("ETag", description = "Its version"))),
        (status = 304, description = "The caller has this version already (`If-None-Match`)"),
        ReadProblems,
    ),
)]
pub async fn get_attachment(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<AttachmentId>,
) -> ApiResult<Record<Attachment>> {
    let mut tx = app.db.read().await?;
    Ok(Record(attachments::get(&mut tx, &ctx, id).await?.into()))
}
