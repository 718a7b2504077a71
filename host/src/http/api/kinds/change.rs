//! `PATCH /v1/kinds/{name}`

use axum::extract::State;

use super::DeclaredKind;
use super::delete::Insisting;
use crate::domain::declared::DeclaredKindChange;
use crate::http::extract::{Caller, IfMatch, IfMatchHeader, MergePatch, Name, Query};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::declared_kinds::{self, WantedChange};

/// Changes a declared kind.
///
/// `fields` has all of its fields then: one that isn't there any more is dropped, one with `was` is renamed. All records are
/// looked at first, and it is answered with 409 if one has no fitting value of a field that takes less than before. From
/// then on records are as the kind says; they are brought into the new form in the background, and nobody waits.
#[utoipa::path(
    patch, path = "/v1/kinds/{name}", operation_id = "change_kind", tag = "kinds",
    params(("name" = String, Path, description = "The kind's name", example = "visit"), Insisting, IfMatchHeader),
    request_body(content = DeclaredKindChange, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The kind as it is now", body = DeclaredKind, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn change_kind(
    State(app): State<App>,
    Caller(ctx): Caller,
    Name(name): Name,
    Query(insisting): Query<Insisting>,
    IfMatch(expected): IfMatch,
    MergePatch(change): MergePatch<DeclaredKindChange>,
) -> ApiResult<Record<DeclaredKind>> {
    let wanted = WantedChange { name, expected, change, force: insisting.force };
    let looked = declared_kinds::look(&app, &ctx, &wanted).await?;
    let changed = app
        .commit(&ctx, (wanted, looked), |tx, ctx, request| Box::pin(declared_kinds::change(tx, ctx, request)))
        .await?;
    Ok(Record(changed.into()))
}
