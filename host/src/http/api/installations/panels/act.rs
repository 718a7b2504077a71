//! `POST /v1/installations/{id}/panels/{place}`

use axum::Json as Body;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Panel, language};
use crate::domain::ids::InstallationId;
use crate::http::extract::{Caller, Id, IdempotencyKey, Json, PartName};
use crate::http::openapi::PutProblems;
use crate::http::response::ApiResult;
use crate::http::schema::texts::AnyText;
use crate::ops::App;
use crate::ops::calls::panels;

/// A press of a button, or a form that is sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"record": "019b8a3e-0000-7000-8000-000000000001", "action": "plan", "parameters": {"visit_on": "2026-02-28"}}))]
pub struct PanelPress {
    /// The record on whose page the panel is.
    record: Uuid,
    /// The name of the button or form.
    #[schema(value_type = AnyText)]
    action: String,
    /// What is entered into the form, by the names of its inputs.
    #[serde(default)]
    #[schema(value_type = Object)]
    parameters: Map<String, Value>,
}

/// Presses a button of a plugin's panel, or sends its form. What it changes is done when it answers with the panel as it is
/// then; an error leaves nothing.
#[utoipa::path(
    post, path = "/v1/installations/{id}/panels/{place}", operation_id = "use_panel", tag = "installations",
    params(
        ("id" = InstallationId, Path, description = "The installation"),
        ("place" = String, Path, description = "`customer`, `ticket` or `partner`", example = "customer"),
        IdempotencyKey,
    ),
    responses((status = 200, description = "The panel", body = Panel), PutProblems),
)]
pub async fn use_panel(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(installation): Id<InstallationId>,
    PartName(name): PartName,
    headers: HeaderMap,
    Json(press): Json<PanelPress>,
) -> ApiResult<Body<Panel>> {
    let (place, language) = (panels::place(&ctx, &name)?, language(&headers));
    let PanelPress { record, action, parameters } = press;
    let panel = panels::Panel { installation, place, record, language };
    let press = panels::Press { panel, name: action, parameters };
    Ok(Body(Panel::of(&panels::act(&app, &ctx, press).await?)))
}
