//! `GET /v1/customers/{id}/scores`

use axum::extract::State;

use super::Score;
use crate::domain::ids::CustomerId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::customers::view;

/// What plugins think of a customer.
#[utoipa::path(
    get, path = "/v1/customers/{id}/scores", operation_id = "customer_scores", tag = "customers",
    params(("id" = CustomerId, Path, description = "The customer")),
    responses((status = 200, description = "Its scores", body = List<Score>), ReadProblems),
)]
pub async fn customer_scores(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<CustomerId>,
) -> ApiResult<List<Score>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(view::scores(&mut tx, &ctx, id).await?))
}
