//! `GET /v1/events`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Event;
use crate::http::extract::{Caller, Limit, Query};
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::http::schema::texts::EventTypes;
use crate::ops::events::Types;
use crate::ops::{App, events};

/// Which stretch of the log.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Extent {
    /// After this place: `next` of the page before, or `hospesseq` of the last event that is known; from the beginning
    /// when not said.
    #[serde(default)]
    #[param(required = false, minimum = 0)]
    after: i64,
    /// Types of events, with commas between them: `ticket.resolved,deal.*`; all when not said.
    #[serde(default)]
    #[param(required = false, value_type = EventTypes)]
    r#type: Types,
    /// How many are looked at; those of other types are left out, so a page may have fewer.
    limit: Option<Limit>,
}

/// Lists events in the order of the log, oldest first.
///
/// To follow the log, ask again after the `hospesseq` of the last event; places have no gaps and never change.
#[utoipa::path(
    get, path = "/v1/events", operation_id = "list_events", tag = "events",
    params(Extent),
    responses((status = 200, description = "A stretch of the log", body = List<Event>), ListProblems),
)]
pub async fn list_events(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(extent): Query<Extent>,
) -> ApiResult<List<Event>> {
    let mut tx = app.db.read().await?;
    let limit = Limit::or_usual(extent.limit);
    let stretch = events::after(&mut tx, &ctx, &extent.r#type, extent.after, limit).await?;
    let next = stretch.next.map(|place| place.to_string());
    Ok(List { next, ..List::whole(stretch.items) })
}
