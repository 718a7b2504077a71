//! `POST /v1/users/{id}/password`

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::ids::UserId;
use crate::http::extract::{Caller, Id, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::ApiResult;
use crate::http::schema::texts::{AnyText, Password};
use crate::ops::App;
use crate::ops::accounts::own_password;

/// A new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"password": "correct horse battery"}))]
pub struct NewPassword {
    /// The password: 10 to 200 characters, at least five different ones.
    #[schema(value_type = Password)]
    password: String,
    /// The password until now; needed for one's own.
    #[serde(default)]
    #[schema(value_type = Option<AnyText>)]
    current: Option<String>,
}

/// Sets a user's password, and signs them out everywhere.
///
/// It takes somebody who signed in: one's own takes the current one besides; another's takes the right to change users, and
/// every right that they have, and ends the tokens that act for them. A token changes no password, whoever it acts for;
/// one that acts for nobody gives a first password to a user who has none and may do no more than the token.
#[utoipa::path(
    post, path = "/v1/users/{id}/password", operation_id = "set_password", tag = "users",
    params(("id" = UserId, Path, description = "The user")),
    responses((status = 204, description = "It is set"), PutProblems),
)]
pub async fn set_password(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<UserId>,
    Json(new): Json<NewPassword>,
) -> ApiResult<StatusCode> {
    own_password::set_password(&app, &ctx, id, &new.password, new.current.as_deref()).await?;
    Ok(StatusCode::NO_CONTENT)
}
