//! `PATCH /v1/records/{name}/{id}`

use axum::extract::State;
use uuid::Uuid;

use super::record::{AnyFields, RecordFields};
use crate::domain::ids::RecordId;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch, Name};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::records::declared_records;

/// Changes a record of a declared kind: a field that isn't there stays, one that is null is cleared.
#[utoipa::path(
    patch, path = "/v1/records/{name}/{id}", operation_id = "change_record", tag = "records",
    params(
        ("name" = String, Path, description = "The kind's name", example = "visit"),
        ("id" = RecordId, Path, description = "The record"),
        IfMatchHeader,
    ),
    request_body(content = RecordFields, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The record as it is now", body = AnyFields, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn change_record(
    State(app): State<App>,
    Caller(ctx): Caller,
    Name(name): Name,
    Id(id): Id<Uuid>,
    IfMatch(expected): IfMatch,
    MergePatch(RecordFields(fields)): MergePatch<RecordFields>,
) -> ApiResult<Record<AnyFields>> {
    let request = (name, id, expected, fields);
    let changed = app
        .commit(&ctx, request, |tx, ctx, request| Box::pin(declared_records::change(tx, ctx, request)))
        .await?;
    Ok(Record(changed.into()))
}
