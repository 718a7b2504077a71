//! `PATCH /v1/kinds/{name}/fields/{field}`

use axum::extract::State;

use super::CustomField;
use crate::domain::custom_field::CustomFieldChange;
use crate::http::extract::{Caller, IfMatch, IfMatchHeader, MergePatch, Name, PartName};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::catalogue::custom_fields;

/// Changes the titles, the help, the choices and the index of a field that was added. A choice that records have can't be taken away.
#[utoipa::path(
    patch, path = "/v1/kinds/{name}/fields/{field}", operation_id = "change_custom_field", tag = "kinds",
    params(
        ("name" = String, Path, description = "The kind's name", example = "customer"),
        ("field" = String, Path, description = "The field's name", example = "industry"),
        IfMatchHeader,
    ),
    request_body(content = CustomFieldChange, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The field as it is now", body = CustomField, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn change_custom_field(
    State(app): State<App>,
    Caller(ctx): Caller,
    Name(kind): Name,
    PartName(field): PartName,
    IfMatch(expected): IfMatch,
    MergePatch(change): MergePatch<CustomFieldChange>,
) -> ApiResult<Record<CustomField>> {
    let request = (kind, field, expected, change);
    let changed = app
        .commit(&ctx, request, |tx, ctx, request| Box::pin(custom_fields::change(tx, ctx, request)))
        .await?;
    Ok(Record(changed.into()))
}
