//! `GET /v1/shares`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::Share;
use crate::domain::ids::PartnerId;
use crate::domain::partner::ShareState;
use crate::http::extract::{Caller, Cursor, Limit, Query, page};
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::partners::shares;
use crate::store::shares::ShareFilter;

/// Which shares.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<Cursor>,
    /// Those with this partner.
    partner_id: Option<PartnerId>,
    /// Those of this ticket or deal.
    subject_id: Option<Uuid>,
    /// Those that stand so.
    state: Option<ShareState>,
}

/// Lists what is shared, the last changed first; to a partner's people, what is shared with it.
#[utoipa::path(
    get, path = "/v1/shares", operation_id = "list_shares", tag = "shares",
    params(Filter),
    responses((status = 200, description = "A page of shares", body = List<Share>), ListProblems),
)]
pub async fn list_shares(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(filter): Query<Filter>,
) -> ApiResult<List<Share>> {
    let mut tx = app.db.read().await?;
    let page = page(filter.limit, filter.cursor);
    let filter = ShareFilter { partner: filter.partner_id, subject: filter.subject_id, state: filter.state };
    Ok(List::of(shares::list(&mut tx, &ctx, page, filter).await?))
}
