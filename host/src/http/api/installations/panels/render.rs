//! `GET /v1/installations/{id}/panels/{place}`

use axum::Json as Body;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::{Panel, language};
use crate::domain::ids::InstallationId;
use crate::http::extract::{Caller, Id, PartName, Query};
use crate::http::openapi::FilterProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::calls::panels;

/// Whose page it is on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Of {
    /// The record: a customer, ticket or partner.
    record: Uuid,
}

/// Draws a plugin's panel for a record, as data. Texts are in the language of `Accept-Language`, as far as the plugin
/// speaks it.
#[utoipa::path(
    get, path = "/v1/installations/{id}/panels/{place}", operation_id = "get_panel", tag = "installations",
    params(
        ("id" = InstallationId, Path, description = "The installation"),
        ("place" = String, Path, description = "`customer`, `ticket` or `partner`", example = "customer"), Of,
    ),
    responses((status = 200, description = "The panel", body = Panel), FilterProblems),
)]
pub async fn get_panel(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(installation): Id<InstallationId>,
    PartName(name): PartName,
    Query(of): Query<Of>,
    headers: HeaderMap,
) -> ApiResult<Body<Panel>> {
    let (place, language) = (panels::place(&ctx, &name)?, language(&headers));
    let panel = panels::Panel { installation, place, record: of.record, language };
    Ok(Body(Panel::of(&panels::render(&app, &ctx, &panel).await?)))
}
