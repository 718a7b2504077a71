//! `GET /v1/roles/{id}`

use axum::extract::State;

use super::Role;
use crate::domain::ids::RoleId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::accounts::roles;

/// Shows a role.
#[utoipa::path(
    get, path = "/v1/roles/{id}", operation_id = "get_role", tag = "users",
    params(("id" = RoleId, Path, description = "The role")),
    responses(
        (status = 200, description = "The role", body = Role, headers(("ETag", description = "Its version"))),
        ReadProblems,
    ),
)]
pub async fn get_role(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<RoleId>,
) -> ApiResult<Record<Role>> {
    Ok(Record(roles::get(&mut app.db.read().await?, &ctx, id).await?.into()))
}
