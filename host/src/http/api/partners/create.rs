//! `POST /v1/partners`

use axum::extract::State;

use super::Partner;
use crate::domain::partner::NewPartner;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::ops::{App, partners};

/// Makes a partner.
#[utoipa::path(
    post, path = "/v1/partners", operation_id = "create_partner", tag = "partners",
    params(IdempotencyKey),
    responses((status = 201, description = "The partner; `Location` is its address", body = Partner), CreateProblems),
)]
pub async fn create_partner(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewPartner>,
) -> ApiResult<Created<Partner>> {
    partners::check_joins(&app, &ctx, new.installation_id.flatten()).await?;
    let done = app
        .commit_once(&ctx, "partners.create", new, |tx, ctx, new| {
            Box::pin(async move { partners::create(tx, ctx, new).await.map(Partner::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/partners/{}", done.answer.0.id), record: done.answer })
}
