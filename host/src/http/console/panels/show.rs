//! `GET /panels/{id}/{place}/{record}`

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::{Named, Shown, page};
use crate::http::console::visitor::{Person, is_partial};
use crate::http::problem::Problem;
use crate::ops::calls::panels;
use crate::ops::{App, Refusal};

/// Draws a panel. A plugin that can't is said to, in its place.
pub async fn show(
    State(app): State<App>,
    person: Person,
    named: Named,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let panel = named.for_reader(&person.frame);
    let shown = match panels::render(&app, &person.ctx, &panel).await {
        Ok(blocks) => Shown::blocks(blocks),
        Err(Refusal::Unavailable { .. } | Refusal::Invalid(_) | Refusal::Conflict(_)) => {
            Shown { notes: vec![person.frame.t("panel-unavailable")], ..Shown::blocks(Vec::new()) }
        }
        Err(other) => return Err(other.into()),
    };
    page(&app, &person, &named, is_partial(&headers), shown).await
}
