//! `GET /v1/installations/{id}/calls`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::call::PluginCall;
use crate::domain::ids::InstallationId;
use crate::http::extract::{Caller, Cursor, Id, Limit, Query, page};
use crate::http::openapi::FilterProblems;
use crate::http::response::{ApiResult, List};
use crate::http::schema::choices::CallOutcome;
use crate::ops::App;
use crate::ops::installations::kept_calls;

/// Which calls.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Calls {
    /// Only those that ended so.
    #[param(value_type = Option<CallOutcome>)]
    outcome: Option<String>,
    /// How many.
    limit: Option<Limit>,
    /// `next` of the page before.
    cursor: Option<Cursor>,
}

/// Lists the calls of an installation that were kept, the newest first.
///
/// Every failure is kept, 60 a minute at most, and of the calls that went well the share that the host's setting
/// `transcripts` names. They are forgotten after 14 days.
#[utoipa::path(
    get, path = "/v1/installations/{id}/calls", operation_id = "list_calls", tag = "installations",
    params(("id" = InstallationId, Path, description = "The installation"), Calls),
    responses((status = 200, description = "A page of calls", body = List<PluginCall>), FilterProblems),
)]
pub async fn list_calls(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<InstallationId>,
    Query(calls): Query<Calls>,
) -> ApiResult<List<PluginCall>> {
    let mut tx = app.db.read().await?;
    let page = page(calls.limit, calls.cursor);
    Ok(List::of(kept_calls::list(&mut tx, &call, id, calls.outcome.as_deref(), page).await?))
}
