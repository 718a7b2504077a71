//! `POST /v1/partner-users/{id}/tokens`

use axum::Json as Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::ids::PartnerUserId;
use crate::http::api::tokens::{FreshToken, Token};
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::ApiResult;
use crate::http::schema::texts::ShortName;
use crate::ops::accounts::tokens;
use crate::ops::{App, partners};

/// A token for a person of a partner's.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "portal"}))]
pub struct NewPartnerToken {
    /// What it is for, 1 to 100 characters.
    #[schema(value_type = ShortName)]
    name: String,
}

/// Makes a token for a person of a partner's, who sees with it what is shared with the partner and nothing else. Only
/// this answer has its text; `DELETE /v1/tokens/{id}` revokes it.
#[utoipa::path(
    post, path = "/v1/partner-users/{id}/tokens", operation_id = "create_partner_token", tag = "partners",
    params(("id" = PartnerUserId, Path, description = "The person"), IdempotencyKey),
    responses((status = 201, description = "The token with its text", body = FreshToken), PutProblems),
)]
pub async fn create_partner_token(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<PartnerUserId>,
    Json(new): Json<NewPartnerToken>,
) -> ApiResult<impl IntoResponse> {
    let fresh = tokens::generate();
    // The text isn't part of the request: it is fresh each time, and what is kept under the key must not have it.
    let text = fresh.clone();
    let done = app
        .commit_once(&ctx, "partners.create-token", (id, new.name), move |tx, ctx, (id, name)| {
            let request = (*id, name.clone(), text.clone());
            Box::pin(async move { partners::create_token(tx, ctx, &request).await.map(Token::from) })
        })
        .await?;
    let token = (!done.repeated).then_some(fresh);
    Ok((StatusCode::CREATED, [(CACHE_CONTROL, "no-store")], Body(FreshToken { record: done.answer, token })))
}
