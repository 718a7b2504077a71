//! `POST /v1/partners/{id}/users`

use axum::extract::State;

use super::PartnerUser;
use crate::domain::ids::PartnerId;
use crate::domain::partner::NewPartnerUser;
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Created};
use crate::ops::{App, partners};

/// Enters a person of a partner's. `POST /v1/partner-users/{id}/tokens` lets them in.
#[utoipa::path(
    post, path = "/v1/partners/{id}/users", operation_id = "create_partner_user", tag = "partners",
    params(("id" = PartnerId, Path, description = "The partner"), IdempotencyKey),
    responses((status = 201, description = "The person; `Location` is the address", body = PartnerUser), PutProblems),
)]
pub async fn create_partner_user(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<PartnerId>,
    Json(new): Json<NewPartnerUser>,
) -> ApiResult<Created<PartnerUser>> {
    let done = app
        .commit_once(&ctx, "partners.create-user", (id, new), |tx, ctx, request| {
            Box::pin(async move { partners::create_user(tx, ctx, request).await.map(PartnerUser::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/partner-users/{}", done.answer.0.id), record: done.answer })
}
