//! `/v1/installations/{id}/panels`

mod act;
mod render;

use axum::http::HeaderMap;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::panel::Block;
use crate::http::texts::Texts;
use crate::ops::App;

/// The operations on panels.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(render::get_panel, act::use_panel))
}

/// A panel as its plugin has drawn it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"blocks": [
    {"type": "heading", "text": "Visits"},
    {"type": "fields", "fields": [{"name": "next", "value": "2026-02-28"}]},
    {"type": "buttons", "buttons": [{"name": "cancel", "label": "Cancel the visit"}]},
]}))]
pub struct Panel {
    /// Its pieces, each an object whose `type` is `heading`, `text`, `fields`, `table`, `chart`, `buttons`, `form` or
    /// `records`.
    #[schema(value_type = Vec<Object>)]
    blocks: Vec<Value>,
}

impl Panel {
    fn of(blocks: &[Block]) -> Self {
        Self { blocks: blocks.iter().map(|block| serde_json::json!(block)).collect() }
    }
}

/// The language in which the caller reads.
fn language(headers: &HeaderMap) -> String {
    match Texts::of_browser(headers) {
        Texts::Chinese => "zh-CN",
        Texts::English => "en",
    }
    .to_owned()
}
