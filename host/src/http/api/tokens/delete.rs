//! `DELETE /v1/tokens/{id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::TokenId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::accounts::tokens;

/// Revokes a token: it is refused from now on.
#[utoipa::path(
    delete, path = "/v1/tokens/{id}", operation_id = "delete_token", tag = "tokens",
    params(("id" = TokenId, Path, description = "The token")),
    responses((status = 204, description = "It is revoked"), ReadProblems),
)]
pub async fn delete_token(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TokenId>,
) -> ApiResult<StatusCode> {
    app.commit(&ctx, id, |tx, ctx, id| Box::pin(tokens::revoke(tx, ctx, *id))).await?;
    Ok(StatusCode::NO_CONTENT)
}
