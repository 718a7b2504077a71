//! `GET /v1/kinds`

use axum::extract::State;

use super::description::KindDescription;
use crate::http::extract::Caller;
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::catalogue::{custom_fields, kinds};

/// Lists the kinds of records that the caller may see, with their fields: what they hold, what they are called in both
/// languages, and what can be done with them.
#[utoipa::path(
    get, path = "/v1/kinds", operation_id = "list_kinds", tag = "kinds",
    responses((status = 200, description = "The kinds", body = List<KindDescription>), ListProblems),
)]
pub async fn list_kinds(State(app): State<App>, Caller(ctx): Caller) -> ApiResult<List<KindDescription>> {
    let mut tx = app.db.read().await?;
    let added = custom_fields::all(&mut tx, &ctx).await?;
    let described =
        kinds::list(&mut tx, &ctx).await?.into_iter().map(|kind| KindDescription::new(kind, &added));
    Ok(List { items: described.collect(), next: None })
}
