//! `GET /v1/interactions`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::ids::{ConversationId, CustomerId, TicketId};
use crate::http::api::conversations::Message;
use crate::http::extract::{Caller, Condition, Limit, Next, Query, Sort, list_query};
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::http::schema::InteractionSort;
use crate::http::schema::texts::{AnyText, Words};
use crate::ops::App;
use crate::ops::customers::interactions;
use crate::store::touches::TouchFilter;

/// Which interactions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<Next>,
    /// In which order.
    #[param(value_type = Option<InteractionSort>)]
    sort: Option<Sort>,
    /// Which ones.
    filter: Option<Condition>,
    /// Words of what was written or said.
    #[param(value_type = Option<Words>)]
    q: Option<String>,
    /// Those of this customer and of the records that were merged into it.
    customer_id: Option<CustomerId>,
    /// Those in this thread.
    conversation_id: Option<ConversationId>,
    /// Those on this ticket.
    ticket_id: Option<TicketId>,
    /// Those of this kind, such as `call`.
    #[param(value_type = Option<AnyText>)]
    kind: Option<String>,
}

/// Lists interactions of every origin, the last that happened first unless sorted otherwise.
#[utoipa::path(
    get, path = "/v1/interactions", operation_id = "list_interactions", tag = "interactions",
    params(Filter),
    responses((status = 200, description = "A page of interactions", body = List<Message>), ListProblems),
)]
pub async fn list_interactions(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(filter): Query<Filter>,
) -> ApiResult<List<Message>> {
    let mut tx = app.db.read().await?;
    let query = list_query(filter.limit, filter.cursor, filter.sort, filter.filter, filter.q);
    let by = TouchFilter {
        customer: filter.customer_id.map(Into::into),
        conversation: filter.conversation_id,
        ticket: filter.ticket_id,
        kind: filter.kind,
    };
    Ok(List::of(interactions::list(&mut tx, &ctx, &query, &by).await?))
}
