//! `GET /v1/tokens`

use axum::extract::State;

use super::Token;
use crate::http::extract::Caller;
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::accounts::tokens;

/// Lists every token, newest first, revoked ones included.
#[utoipa::path(
    get, path = "/v1/tokens", operation_id = "list_tokens", tag = "tokens",
    responses((status = 200, description = "All tokens", body = List<Token>), ListProblems),
)]
pub async fn list_tokens(State(app): State<App>, Caller(ctx): Caller) -> ApiResult<List<Token>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(tokens::list(&mut tx, &ctx).await?))
}
