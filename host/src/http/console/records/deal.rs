//! What is done with a deal besides changing its fields.

use axum::extract::State;
use axum::response::Response;

use super::change::ended;
use crate::domain::catalogue::Record as _;
use crate::domain::deal::Deal;
use crate::domain::ids::{DealId, StageId};
use crate::http::console::visitor::Sent;
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::sales::deals;
use crate::ops::{App, Refusal};

/// `POST /records/deal/{id}/stage`: moves a deal into another stage.
pub async fn move_deal(State(app): State<App>, Id(id): Id<DealId>, sent: Sent) -> Result<Response, Problem> {
    let done = match sent.fields.read::<StageId>("stage_id") {
        Some(stage) => {
            let request = (id, None, stage);
            app.commit(&sent.person.ctx, request, |tx, ctx, request| {
                Box::pin(deals::move_to(tx, ctx, request))
            })
            .await
        }
        None => Err(Refusal::invalid("/stage_id", "choose a stage")),
    };
    ended(&app, &sent, Deal::KIND, id.0, done).await
}

/// `POST /records/deal/{id}/win`
pub async fn win_deal(State(app): State<App>, Id(id): Id<DealId>, sent: Sent) -> Result<Response, Problem> {
    let done = app.commit(&sent.person.ctx, id, |tx, ctx, id| Box::pin(deals::win(tx, ctx, *id))).await;
    ended(&app, &sent, Deal::KIND, id.0, done).await
}

/// `POST /records/deal/{id}/lose`: loses a deal for a reason.
pub async fn lose_deal(State(app): State<App>, Id(id): Id<DealId>, sent: Sent) -> Result<Response, Problem> {
    let request = (id, sent.fields.text("reason").trim().to_owned());
    let done = app
        .commit(&sent.person.ctx, request, |tx, ctx, request| Box::pin(deals::lose(tx, ctx, request)))
        .await;
    ended(&app, &sent, Deal::KIND, id.0, done).await
}
