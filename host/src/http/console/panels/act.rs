//! `POST /panels/{id}/{place}/{record}`

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value};

use super::{Named, Shown, page};
use crate::http::console::frame::Frame;
use crate::http::console::visitor::{Sent, is_partial};
use crate::http::problem::Problem;
use crate::ops::calls::panels::{self, Press};
use crate::ops::{App, Refusal};

/// What stands before the name of an input in what a form sends.
const BEFORE: &str = "p-";

/// Does what a button or form of a panel says, and shows the panel as it is then. What was wrong is said above it, and what
/// was entered stays.
pub async fn act(
    State(app): State<App>,
    named: Result<Named, Problem>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Problem> {
    // Whoever didn't sign in isn't answered which panels there are.
    let named = named?;
    let Sent { person, fields } = &sent;
    let panel = named.for_reader(&person.frame);
    let parameters: Map<String, Value> =
        fields.named(BEFORE).map(|(name, value)| (name.to_owned(), value.into())).collect();
    let press = Press { panel: panel.clone(), name: fields.text("action").to_owned(), parameters };
    let ctx = person.ctx.clone().keyed(Some(fields.text("key").to_owned()).filter(|key| !key.is_empty()));
    let partial = is_partial(&headers);
    let refusal = match panels::act(&app, &ctx, press).await {
        Ok(blocks) => return page(&app, person, &named, partial, Shown::blocks(blocks)).await,
        Err(refusal) => refusal,
    };
    let (status, notes) = trouble(&person.frame, refusal)?;
    let blocks = panels::render(&app, &person.ctx, &panel).await.unwrap_or_default();
    page(&app, person, &named, partial, Shown { blocks, status, notes, sent: Some(fields) }).await
}

/// What was wrong, as far as who sent the form can mend it.
fn trouble(frame: &Frame, refusal: Refusal) -> Result<(StatusCode, Vec<String>), Problem> {
    Ok(match refusal {
        Refusal::Invalid(faults) => {
            let name = |pointer: &str| pointer.rsplit('/').next().unwrap_or_default().to_owned();
            let note = |fault: crate::ops::InvalidField| match name(&fault.pointer).as_str() {
                "parameters" | "" => fault.detail,
                input => format!("{input}: {}", fault.detail),
            };
            (StatusCode::UNPROCESSABLE_ENTITY, faults.into_iter().map(note).collect())
        }
        Refusal::Conflict(text) => (StatusCode::CONFLICT, vec![text]),
        Refusal::Denied(_) => (StatusCode::FORBIDDEN, vec![frame.t("fault-denied")]),
        Refusal::Unavailable { .. } => (StatusCode::SERVICE_UNAVAILABLE, vec![frame.t("panel-unavailable")]),
        other => return Err(other.into()),
    })
}
