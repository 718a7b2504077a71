//! `POST /v1/sla-policies`

use axum::extract::State;

use super::SlaPolicy;
use crate::domain::sla_policy::NewSlaPolicy;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::ops::App;
use crate::ops::tickets::policies;

/// Makes a policy. It counts for tickets that open, reopen or change their class or priority from now on.
#[utoipa::path(
    post, path = "/v1/sla-policies", operation_id = "create_sla_policy", tag = "tickets",
    params(IdempotencyKey),
    responses((status = 201, description = "The policy; `Location` is its address", body = SlaPolicy), CreateProblems),
)]
pub async fn create_sla_policy(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewSlaPolicy>,
) -> ApiResult<Created<SlaPolicy>> {
    let done = app
        .commit_once(&ctx, "sla-policies.create", new, |tx, ctx, new| {
            Box::pin(async move { policies::create(tx, ctx, new).await.map(SlaPolicy::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/sla-policies/{}", done.answer.0.id), record: done.answer })
}
