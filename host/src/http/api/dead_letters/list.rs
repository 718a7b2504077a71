//! `GET /v1/dead-letters`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::DeadLetter;
use crate::http::extract::{Caller, Cursor, Limit, Query, page};
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::http::schema::texts::AnyText;
use crate::ops::{App, dead_letters};

/// Which of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Extent {
    /// Only work of this queue, for example `send`.
    #[param(value_type = Option<AnyText>)]
    queue: Option<String>,
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended: its `next`.
    cursor: Option<Cursor>,
}

/// Lists work that was given up after its last try, newest first.
#[utoipa::path(
    get, path = "/v1/dead-letters", operation_id = "list_dead_letters", tag = "dead-letters",
    params(Extent),
    responses((status = 200, description = "A page of dead letters", body = List<DeadLetter>), ListProblems),
)]
pub async fn list_dead_letters(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(extent): Query<Extent>,
) -> ApiResult<List<DeadLetter>> {
    let mut tx = app.db.read().await?;
    let page = page(extent.limit, extent.cursor);
    Ok(List::of(dead_letters::list(&mut tx, &ctx, page, extent.queue.as_deref()).await?))
}
