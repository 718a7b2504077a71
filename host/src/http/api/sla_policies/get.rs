//! `GET /v1/sla-policies/{id}`

use axum::extract::State;

use super::SlaPolicy;
use crate::domain::ids::SlaPolicyId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::tickets::policies;

/// One policy.
#[utoipa::path(
    get, path = "/v1/sla-policies/{id}", operation_id = "get_sla_policy", tag = "tickets",
    params(("id" = SlaPolicyId, Path, description = "The policy")),
    responses((status = 200, description = "The policy", body = SlaPolicy), ReadProblems),
)]
pub async fn get_sla_policy(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<SlaPolicyId>,
) -> ApiResult<Record<SlaPolicy>> {
    let mut tx = app.db.read().await?;
    Ok(Record(policies::get(&mut tx, &ctx, id).await?.into()))
}
