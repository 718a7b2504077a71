//! `POST /v1/tokens`

use axum::Json as Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Token;
use crate::domain::clock::Timestamp;
use crate::domain::ids::UserId;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::ApiResult;
use crate::http::schema::choices::TokenScope;
use crate::http::schema::texts::ShortName;
use crate::ops::App;
use crate::ops::accounts::tokens;

/// A token to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "web shop", "scopes": ["customers:read", "tickets:write"]}))]
pub struct NewToken {
    /// What it is for, 1 to 100 characters.
    #[schema(value_type = ShortName)]
    name: String,
    /// What it may do, `*` for all; none that the caller lacks.
    #[schema(value_type = Vec<TokenScope>)]
    scopes: Vec<String>,
    /// The person that it acts for, as far as they may at the time; it is a program's own when not said. To make one for
    /// somebody else needs `users:write` and every right that they have. A token that acts for a person makes none of
    /// a program's own.
    #[serde(default)]
    user_id: Option<UserId>,
    /// When it ends; never when not said. A token that ends makes none that ends later.
    #[serde(default)]
    expires_at: Option<Timestamp>,
}

/// A token that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct FreshToken {
    #[serde(flatten)]
    pub(in crate::http::api) record: Token,
    /// Its text, `hsp_...`. It is told this once and kept nowhere: null when the request is repeated under its
    /// `Idempotency-Key`.
    #[schema(example = "hsp_AZuKPgAAcACAAAAAAAAAABWm1c2VhbC1vZi0xNi1i")]
    pub(in crate::http::api) token: Option<String>,
}

/// Makes an API token. Only this answer has its text.
#[utoipa::path(
    post, path = "/v1/tokens", operation_id = "create_token", tag = "tokens",
    params(IdempotencyKey),
    responses((status = 201, description = "The token with its text", body = FreshToken), CreateProblems),
)]
pub async fn create_token(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewToken>,
) -> ApiResult<impl IntoResponse> {
    let new = tokens::NewToken {
        name: new.name,
        scopes: new.scopes,
        user_id: new.user_id,
        expires_at: new.expires_at,
    };
    let fresh = tokens::generate();
    // The text isn't part of the request: it is fresh each time, and what is kept under the key must not have it.
    let text = fresh.clone();
    let done = app
        .commit_once(&ctx, "tokens.create", new, move |tx, ctx, new| {
            let request = (new.clone(), text.clone());
            Box::pin(async move { tokens::create(tx, ctx, &request).await.map(Token::from) })
        })
        .await?;
    let token = (!done.repeated).then_some(fresh);
    Ok((StatusCode::CREATED, [(CACHE_CONTROL, "no-store")], Body(FreshToken { record: done.answer, token })))
}
