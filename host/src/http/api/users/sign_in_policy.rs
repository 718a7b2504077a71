//! `/v1/sign-in-policy`

use axum::Json as Answer;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::extract::{Caller, Json};
use crate::http::openapi::{CreateProblems, ReadProblems};
use crate::http::response::ApiResult;
use crate::http::schema::texts::AnyText;
use crate::ops::App;
use crate::ops::accounts::second_factor;

/// How people sign in.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"second_factor_roles": ["administrator"]}))]
pub struct SignInPolicy {
    /// The roles that may do nothing before they have a second factor.
    #[schema(value_type = Vec<AnyText>)]
    second_factor_roles: Vec<String>,
}

/// Shows how people sign in.
#[utoipa::path(
    get, path = "/v1/sign-in-policy", operation_id = "get_sign_in_policy", tag = "users",
    responses((status = 200, description = "The policy", body = SignInPolicy), ReadProblems),
)]
pub async fn get_sign_in_policy(
    State(app): State<App>,
    Caller(ctx): Caller,
) -> ApiResult<Answer<SignInPolicy>> {
    let second_factor_roles = second_factor::required_roles(&mut app.db.read().await?, &ctx).await?;
    Ok(Answer(SignInPolicy { second_factor_roles }))
}

/// Sets how people sign in. Who has no second factor though their role must have one sets it up before they can do
/// anything else.
#[utoipa::path(
    put, path = "/v1/sign-in-policy", operation_id = "put_sign_in_policy", tag = "users",
    responses((status = 200, description = "The policy as it is now", body = SignInPolicy), CreateProblems),
)]
pub async fn put_sign_in_policy(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(policy): Json<SignInPolicy>,
) -> ApiResult<Answer<SignInPolicy>> {
    let roles = policy.second_factor_roles;
    app.commit(&ctx, roles.clone(), |tx, ctx, roles| Box::pin(second_factor::require_for(tx, ctx, roles)))
        .await?;
    let second_factor_roles = second_factor::required_roles(&mut app.db.read().await?, &ctx).await?;
    Ok(Answer(SignInPolicy { second_factor_roles }))
}
