//! `GET /v1/deals`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Deal;
use crate::domain::deal::DealStatus;
use crate::domain::ids::{CustomerId, PartnerId, PipelineId, StageId, UserId};
use crate::http::extract::{Caller, Condition, Limit, Next, Query, Sort, list_query};
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::http::schema::DealSort;
use crate::http::schema::texts::Words;
use crate::ops::App;
use crate::ops::sales::deals;
use crate::store::deals::DealFilter;

/// Which deals.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<Next>,
    /// In which order.
    #[param(value_type = Option<DealSort>)]
    sort: Option<Sort>,
    /// Which ones.
    filter: Option<Condition>,
    /// Words of its name, or of its added fields.
    #[param(value_type = Option<Words>)]
    q: Option<String>,
    /// Those that stand so.
    status: Option<DealStatus>,
    /// Those of this customer and of the records that were merged into it.
    customer_id: Option<CustomerId>,
    /// Those in this pipeline.
    pipeline_id: Option<PipelineId>,
    /// Those in this stage.
    stage_id: Option<StageId>,
    /// Those of this person.
    owner_id: Option<UserId>,
    /// Those that this partner registered.
    partner_id: Option<PartnerId>,
}

/// Lists deals, the last changed first unless sorted otherwise.
#[utoipa::path(
    get, path = "/v1/deals", operation_id = "list_deals", tag = "deals",
    params(Filter),
    responses((status = 200, description = "A page of deals", body = List<Deal>), ListProblems),
)]
pub async fn list_deals(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(filter): Query<Filter>,
) -> ApiResult<List<Deal>> {
    let mut tx = app.db.read().await?;
    let query = list_query(filter.limit, filter.cursor, filter.sort, filter.filter, filter.q);
    let by = DealFilter {
        status: filter.status,
        customer: filter.customer_id.map(Into::into),
        pipeline: filter.pipeline_id,
        stage: filter.stage_id,
        owner: filter.owner_id,
        partner: filter.partner_id,
    };
    Ok(List::of(deals::list(&mut tx, &ctx, &query, by).await?))
}
