//! `GET /v1/inbox`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::api::notifications::Notification;
use crate::http::extract::{Caller, Cursor, Limit, Query, page};
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::desk::inbox;

/// Which notifications.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<Cursor>,
    /// Only those that the caller hasn't read.
    unread: Option<bool>,
}

/// Lists what the caller was told, by name or as a member of a team, newest first. Texts are in the language that they
/// read; `read_at` is when they read it.
#[utoipa::path(
    get, path = "/v1/inbox", operation_id = "list_inbox", tag = "notifications",
    params(Filter),
    responses((status = 200, description = "A page of notifications", body = List<Notification>), ListProblems),
)]
pub async fn list_inbox(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(filter): Query<Filter>,
) -> ApiResult<List<Notification>> {
    let mut tx = app.db.read().await?;
    let page = page(filter.limit, filter.cursor);
    Ok(List::of(inbox::list(&mut tx, &ctx, page, filter.unread.unwrap_or(false)).await?))
}
