//! `PATCH /v1/roles/{id}`

use axum::extract::State;

use super::Role;
use crate::domain::ids::RoleId;
use crate::domain::role::RoleChange;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::accounts::roles;

/// Changes a role that may do no more than the caller, before and after. Who has it feels it by their next request. The
/// administrator's stays as it is.
#[utoipa::path(
    patch, path = "/v1/roles/{id}", operation_id = "change_role", tag = "users",
    params(("id" = RoleId, Path, description = "The role"), IfMatchHeader),
    request_body(content = RoleChange, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The role as it is now", body = Role, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn change_role(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<RoleId>,
    IfMatch(expected): IfMatch,
    MergePatch(change): MergePatch<RoleChange>,
) -> ApiResult<Record<Role>> {
    let request = (id, expected, change);
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(roles::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
