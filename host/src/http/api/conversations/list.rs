//! `GET /v1/conversations`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Conversation;
use crate::domain::ids::CustomerId;
use crate::http::extract::{Caller, Condition, Limit, Next, Query, Sort, list_query};
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::http::schema::ConversationSort;
use crate::ops::{App, conversations};

/// Which conversations.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<Next>,
    /// In which order.
    #[param(value_type = Option<ConversationSort>)]
    sort: Option<Sort>,
    /// Which ones.
    filter: Option<Condition>,
    /// Those of this customer and of the records that were merged into it.
    customer_id: Option<CustomerId>,
}

/// Lists conversations, the last active first unless sorted otherwise.
#[utoipa::path(
    get, path = "/v1/conversations", operation_id = "list_conversations", tag = "conversations",
    params(Filter),
    responses((status = 200, description = "A page of conversations", body = List<Conversation>), ListProblems),
)]
pub async fn list_conversations(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(filter): Query<Filter>,
) -> ApiResult<List<Conversation>> {
    let mut tx = app.db.read().await?;
    let query = list_query(filter.limit, filter.cursor, filter.sort, filter.filter, None);
    Ok(List::of(conversations::list(&mut tx, &ctx, &query, filter.customer_id.map(Into::into)).await?))
}
