//! `DELETE /v1/tokens/{id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::TokenId;
use crate::http::answer::Answer;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::ops::{App, tokens};

/// Revokes a token: it is refused from now on.
#[utoipa::path(
    delete, path = "/v1/tokens/{id}", operation_id = "revoke_token", tag = "tokens",
    params(("id" = TokenId, Path, description = "The token")),
    responses((status = 204, description = "It is revoked"), ReadProblems),
)]
pub async fn revoke_token(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<TokenId>,
) -> Answer<StatusCode> {
    app.commit(&call, id, |tx, call, id| Box::pin(tokens::revoke(tx, call, *id))).await?;
    Ok(StatusCode::NO_CONTENT)
}
