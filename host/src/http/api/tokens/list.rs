//! `GET /v1/tokens`

use axum::extract::State;

use super::Token;
use crate::http::answer::{Answer, List};
use crate::http::extract::Caller;
use crate::http::openapi::ListProblems;
use crate::ops::{App, tokens};

/// Lists every token, newest first, revoked ones included.
#[utoipa::path(
    get, path = "/v1/tokens", operation_id = "list_tokens", tag = "tokens",
    responses((status = 200, description = "All tokens", body = List<Token>), ListProblems),
)]
pub async fn list_tokens(State(app): State<App>, Caller(call): Caller) -> Answer<List<Token>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(tokens::list(&mut tx, &call).await?))
}
