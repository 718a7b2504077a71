//! `GET /v1/customers/{id}/timeline`

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::clock::Timestamp;
use crate::domain::ids::CustomerId;
use crate::http::api::conversations::Message;
use crate::http::api::events;
use crate::http::extract::{Caller, Id, Limit, Query};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::customers::view;

/// How much of the timeline.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Extent {
    /// How many entries.
    limit: Option<Limit>,
}

/// One thing that happened to a customer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = TimelineEntry)]
pub enum Entry {
    /// A message or other touch.
    Interaction {
        /// When it happened.
        at: Timestamp,
        /// What it was.
        interaction: Message,
    },
    /// An event of one of the customer's records.
    Event {
        /// When it happened.
        at: Timestamp,
        /// What it was.
        event: events::Entry,
    },
}

impl From<view::Entry> for Entry {
    fn from(entry: view::Entry) -> Self {
        let at = entry.at();
        match entry {
            view::Entry::Interaction(touch) => Self::Interaction { at, interaction: (*touch).into() },
            view::Entry::Event(event) => Self::Event { at, event: (*event).into() },
        }
    }
}

/// What happened to a customer, newest first.
#[utoipa::path(
    get, path = "/v1/customers/{id}/timeline", operation_id = "customer_timeline", tag = "customers",
    params(("id" = CustomerId, Path, description = "The customer"), Extent),
    responses((status = 200, description = "The newest entries", body = List<Entry>), ReadProblems),
)]
pub async fn customer_timeline(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<CustomerId>,
    Query(extent): Query<Extent>,
) -> ApiResult<List<Entry>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(view::timeline(&mut tx, &ctx, id, Limit::or_usual(extent.limit)).await?))
}
