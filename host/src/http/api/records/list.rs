//! `GET /v1/records/{name}`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::record::AnyFields;
use crate::http::extract::{Caller, Condition, Limit, Name, Next, Query, Sort, list_query};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, List};
use crate::http::schema::texts::{AnyText, Words};
use crate::ops::App;
use crate::ops::records::declared_records;

/// Which records.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<Next>,
    /// In which order: names of fields, separated by commas; `-` before one puts the greatest first.
    #[param(value_type = Option<AnyText>, example = "-visit_on")]
    sort: Option<Sort>,
    /// Which ones.
    filter: Option<Condition>,
    /// Words that the texts of their fields have.
    #[param(value_type = Option<Words>)]
    q: Option<String>,
}

/// Lists records of a declared kind, the newest first unless sorted otherwise.
#[utoipa::path(
    get, path = "/v1/records/{name}", operation_id = "list_records", tag = "records",
    params(("name" = String, Path, description = "The kind's name", example = "visit"), Filter),
    responses((status = 200, description = "A page of records", body = List<AnyFields>), ReadProblems),
)]
pub async fn list_records(
    State(app): State<App>,
    Caller(ctx): Caller,
    Name(name): Name,
    Query(filter): Query<Filter>,
) -> ApiResult<List<AnyFields>> {
    let mut tx = app.db.read().await?;
    let kind = declared_records::kind(&mut tx, &ctx, &name).await?;
    let query = list_query(filter.limit, filter.cursor, filter.sort, filter.filter, filter.q);
    Ok(List::of(declared_records::list(&mut tx, &ctx, kind, &query).await?))
}
