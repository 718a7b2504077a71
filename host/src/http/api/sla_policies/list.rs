//! `GET /v1/sla-policies`

use axum::extract::State;

use super::SlaPolicy;
use crate::http::extract::Caller;
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::tickets::policies;

/// Lists every policy.
#[utoipa::path(
    get, path = "/v1/sla-policies", operation_id = "list_sla_policies", tag = "tickets",
    responses((status = 200, description = "All policies", body = List<SlaPolicy>), ListProblems),
)]
pub async fn list_sla_policies(State(app): State<App>, Caller(ctx): Caller) -> ApiResult<List<SlaPolicy>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(policies::list(&mut tx, &ctx).await?))
}
