//! `POST /v1/attachments`

use axum::extract::{Request, State};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Attachment;
use crate::domain::actor::Permission;
use crate::domain::attachment::UNKNOWN_TYPE;
use crate::domain::entity::RecordKind;
use crate::http::extract::{Caller, IdempotencyKey, Query, Upload};
use crate::http::openapi::PutProblems;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::response::{ApiResult, Created};
use crate::http::schema::texts::AnyText;
use crate::ops::App;
use crate::ops::conversations::attachments;

/// Where the file goes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AttachTo {
    /// The kind of record. It has to be said.
    #[param(required = true, value_type = RecordKind)]
    subject_kind: Option<String>,
    /// The record. It has to be said.
    #[param(required = true, value_type = Uuid)]
    subject_id: Option<Uuid>,
    /// The file's name; a form's file has one of its own.
    #[param(value_type = Option<AnyText>)]
    name: Option<String>,
}

/// Puts a file on a record: the bytes as the body, or a form with them as the field `file`. 25 MiB at most.
///
/// A file put on a conversation can be sent to the customer: name it in the `attachments` of the reply.
#[utoipa::path(
    post, path = "/v1/attachments", operation_id = "upload_attachment", tag = "attachments",
    params(AttachTo, IdempotencyKey),
    request_body(content((FileBytes = "application/octet-stream"), (FileForm = "multipart/form-data"))),
    responses((status = 201, description = "The file's facts", body = Attachment), PutProblems),
)]
pub async fn upload_attachment(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(place): Query<AttachTo>,
    request: Request,
) -> ApiResult<Created<Attachment>> {
    let (Some(kind), Some(id)) = (place.subject_kind, place.subject_id) else {
        ctx.require(Permission::ConversationsWrite)?;
        let detail = "say which record the file is for: ?subject_kind=ticket&subject_id=...";
        return Err(Problem::new(ProblemKind::Malformed, detail));
    };
    // Nothing is read from who may not put it there.
    attachments::check(&mut app.db.read().await?, &ctx, &kind, id).await?;
    let sent = Upload::read(request, &(), "file").await?;
    let name = place.name.or(sent.name).unwrap_or_default();
    let media_type = sent.media_type.as_deref().unwrap_or(UNKNOWN_TYPE);
    let new = attachments::NewFile::new(kind, id, &name, media_type, sent.bytes);
    let done = app
        .commit_once(&ctx, "attachments.upload", new, |tx, ctx, new| {
            Box::pin(async move { attachments::attach(tx, ctx, new).await.map(Attachment::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/attachments/{}", done.answer.0.id), record: done.answer })
}

/// A file's bytes.
#[derive(Deserialize, ToSchema)]
#[schema(value_type = String, format = Binary, example = "%PDF-1.7 ...")]
#[expect(dead_code, reason = "it only describes the body that `Upload` reads")]
pub struct FileBytes(Vec<u8>);

/// A form with a file.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it only describes the body that `Upload` reads")]
pub struct FileForm {
    /// The file.
    file: FileBytes,
}
