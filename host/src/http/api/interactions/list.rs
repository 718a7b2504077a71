//! `GET /v1/interactions`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::ids::{ConversationId, CustomerId, TicketId};
use crate::http::answer::{Answer, List};
use crate::http::api::conversations::Message;
use crate::http::extract::{Caller, Cursor, Limit, Query, page};
use crate::http::openapi::ListProblems;
use crate::http::schema::texts::AnyText;
use crate::ops::{App, interactions};
use crate::store::touches::TouchFilter;

/// Which interactions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<Cursor>,
    /// Those of this customer.
    customer_id: Option<CustomerId>,
    /// Those in this thread.
    conversation_id: Option<ConversationId>,
    /// Those on this ticket.
    ticket_id: Option<TicketId>,
    /// Those of this kind, such as `call`.
    #[param(value_type = Option<AnyText>)]
    kind: Option<String>,
}

/// Lists interactions of every origin, the last that happened first.
#[utoipa::path(
    get, path = "/v1/interactions", operation_id = "list_interactions", tag = "interactions",
    params(Filter),
    responses((status = 200, description = "A page of interactions", body = List<Message>), ListProblems),
)]
pub async fn list_interactions(
    State(app): State<App>,
    Caller(call): Caller,
    Query(filter): Query<Filter>,
) -> Answer<List<Message>> {
    let mut tx = app.db.read().await?;
    let page = page(filter.limit, filter.cursor);
    let filter = TouchFilter {
        customer: filter.customer_id,
        conversation: filter.conversation_id,
        ticket: filter.ticket_id,
        kind: filter.kind,
    };
    Ok(List::of(interactions::list(&mut tx, &call, page, &filter).await?))
}
