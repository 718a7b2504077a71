//! `DELETE /v1/roles/{id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::RoleId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ActionProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::accounts::roles;

/// Removes a role that nobody has. Those that come with the host can be changed, not removed.
#[utoipa::path(
    delete, path = "/v1/roles/{id}", operation_id = "delete_role", tag = "users",
    params(("id" = RoleId, Path, description = "The role")),
    responses((status = 204, description = "It is gone"), ActionProblems),
)]
pub async fn delete_role(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<RoleId>,
) -> ApiResult<StatusCode> {
    app.commit(&ctx, id, |tx, ctx, id| Box::pin(roles::delete(tx, ctx, *id))).await?;
    Ok(StatusCode::NO_CONTENT)
}
