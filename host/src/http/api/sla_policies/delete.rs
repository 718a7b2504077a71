//! `DELETE /v1/sla-policies/{id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::SlaPolicyId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::tickets::policies;

/// Removes a policy. Clocks that it has set run on.
#[utoipa::path(
    delete, path = "/v1/sla-policies/{id}", operation_id = "delete_sla_policy", tag = "tickets",
    params(("id" = SlaPolicyId, Path, description = "The policy")),
    responses((status = 204, description = "It is gone"), ReadProblems),
)]
pub async fn delete_sla_policy(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<SlaPolicyId>,
) -> ApiResult<StatusCode> {
    app.commit(&ctx, id, |tx, ctx, id| Box::pin(policies::delete(tx, ctx, *id))).await?;
    Ok(StatusCode::NO_CONTENT)
}
