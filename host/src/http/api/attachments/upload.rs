//! `POST /v1/attachments`

use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Attachment;
use crate::domain::actor::Permission;
use crate::domain::attachment::UNKNOWN_TYPE;
use crate::http::answer::{Answer, Created};
use crate::http::extract::{Caller, IdempotencyKey, Query, whole};
use crate::http::openapi::PutProblems;
use crate::http::problem::{Kind, Problem};
use crate::ops::{App, attachments};

/// Where the file goes.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Place {
    /// The kind of record: `customer`, `conversation`, `interaction`, `ticket`, `task`, `deal`, `order`. It has to be said.
    subject_kind: Option<String>,
    /// The record. It has to be said.
    subject_id: Option<Uuid>,
    /// The file's name; a form's file has one of its own.
    name: Option<String>,
}

/// Puts a file on a record: the bytes as the body, or a form with them as the field `file`. 25 MiB at most.
///
/// A file put on a conversation can be sent to the customer: name it in the `attachments` of the reply.
#[utoipa::path(
    post, path = "/v1/attachments", operation_id = "upload_attachment", tag = "attachments",
    params(Place, IdempotencyKey),
    request_body(content((FileBytes = "application/octet-stream"), (FileForm = "multipart/form-data"))),
    responses((status = 201, description = "The file's facts", body = Attachment), PutProblems),
)]
pub async fn upload_attachment(
    State(app): State<App>,
    Caller(call): Caller,
    Query(place): Query<Place>,
    request: Request,
) -> Answer<Created<Attachment>> {
    let (Some(kind), Some(id)) = (place.subject_kind, place.subject_id) else {
        call.require(Permission::ConversationsWrite)?;
        let detail = "say which record the file is for: ?subject_kind=ticket&subject_id=...";
        return Err(Problem::new(Kind::Malformed, detail));
    };
    let body = Body::from_request(request, &()).await?;
    let name = place.name.or(body.name).unwrap_or_default();
    let new = attachments::NewFile::new(kind, id, &name, &body.media_type, body.bytes);
    let done = app
        .commit_once(&call, "attachments.upload", new, |tx, call, new| {
            Box::pin(async move { attachments::attach(tx, call, new).await.map(Attachment::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/attachments/{}", done.answer.id), record: done.answer })
}

/// A file's bytes.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary, example = "%PDF-1.7 ...")]
#[expect(dead_code, reason = "it only describes the body that `Body` reads")]
pub struct FileBytes(Vec<u8>);

/// A form with a file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it only describes the body that `Body` reads")]
pub struct FileForm {
    /// The file.
    file: FileBytes,
}

/// A file as it was sent: the whole body, or the first file of a form.
struct Body {
    name: Option<String>,
    media_type: String,
    bytes: Bytes,
}

impl FromRequest<()> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &()) -> Result<Self, Problem> {
        let given = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = given.unwrap_or(UNKNOWN_TYPE).to_owned();
        if !media_type.trim_start().to_ascii_lowercase().starts_with("multipart/form-data") {
            return Ok(Self { name: None, media_type, bytes: whole(request, state).await? });
        }
        let form = Multipart::from_request(request, state).await;
        let mut form = form.map_err(|rejection| Problem::new(Kind::Malformed, rejection.body_text()))?;
        while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
            if field.file_name().is_some() || field.name() == Some("file") {
                let name = field.file_name().map(str::to_owned);
                let media_type = field.content_type().unwrap_or(UNKNOWN_TYPE).to_owned();
                let bytes = field.bytes().await.map_err(|error| unreadable(&error))?;
                return Ok(Self { name, media_type, bytes });
            }
        }
        Err(Problem::new(Kind::Malformed, "the form has no file; send it as the field `file`"))
    }
}

fn unreadable(error: &MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(Kind::TooLarge, "the file is larger than is allowed here")
        }
        _ => Problem::new(Kind::Malformed, format!("the form can't be read: {}", error.body_text())),
    }
}
