//! `GET /plugins/{id}/deliveries`

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::domain::delivery::DeliveryState;
use crate::domain::ids::InstallationId;
use crate::http::console::frame::Frame;
use crate::http::console::visitor::Person;
use crate::http::extract::{Id, Query};
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::ops::intake::deliveries;
use crate::ops::{App, installations};
use crate::store::deliveries::KeptDelivery;
use crate::store::page::{PagePosition, PageRequest};

/// Deliveries on a page.
const LIMIT: i64 = 50;

/// Which page of the list.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    /// Those that were made messages, too.
    #[serde(default)]
    all: bool,
    /// Where the page before ended.
    after: Option<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "console/deliveries.html")]
struct Deliveries<'a> {
    frame: &'a Frame,
    id: InstallationId,
    name: String,
    all: bool,
    deliveries: Vec<KeptDelivery>,
    next: Option<PagePosition>,
}

/// Shows what a channel took in that became no message.
pub async fn list(
    State(app): State<App>,
    Id(id): Id<InstallationId>,
    Query(wanted): Query<Wanted>,
    person: Person,
) -> Result<Response, Problem> {
    let mut tx = app.db.read().await?;
    let state = (!wanted.all).then_some(DeliveryState::Kept);
    let after = wanted.after.and_then(|place| place.parse().ok());
    let page = PageRequest { limit: LIMIT, after };
    let kept = deliveries::list(&mut tx, &person.ctx, id, state, page).await?;
    let name = installations::get(&mut tx, &person.ctx, id).await?.name;
    let page = Deliveries {
        frame: &person.frame,
        id,
        name,
        all: wanted.all,
        deliveries: kept.items,
        next: kept.next,
    };
    Ok(Page::console(StatusCode::OK, page).into_response())
}
