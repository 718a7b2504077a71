//! `GET /v1/installations/{id}/deliveries`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Delivery;
use crate::domain::delivery::DeliveryState;
use crate::domain::ids::InstallationId;
use crate::http::extract::{Caller, Cursor, Id, Limit, Query, page};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::intake::deliveries;

/// Which of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Deliveries {
    /// Only those in this state.
    state: Option<DeliveryState>,
    /// How many.
    limit: Option<Limit>,
    /// `next` of the page before.
    cursor: Option<Cursor>,
}

/// Lists what a channel took in and acknowledged that became no message, the newest first.
///
/// Each is kept as it came for 14 days, and 64 MiB of an installation at most: beyond that the oldest go first.
#[utoipa::path(
    get, path = "/v1/installations/{id}/deliveries", operation_id = "list_deliveries", tag = "installations",
    params(("id" = InstallationId, Path, description = "The installation"), Deliveries),
    responses((status = 200, description = "A page of deliveries", body = List<Delivery>), ReadProblems),
)]
pub async fn list_deliveries(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<InstallationId>,
    Query(wanted): Query<Deliveries>,
) -> ApiResult<List<Delivery>> {
    let mut tx = app.db.read().await?;
    let page = page(wanted.limit, wanted.cursor);
    Ok(List::of(deliveries::list(&mut tx, &ctx, id, wanted.state, page).await?))
}
