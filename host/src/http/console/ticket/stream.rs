//! `GET /tickets/{id}/stream`

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::page;
use super::show::Thread;
use crate::domain::ids::TicketId;
use crate::http::console::live;
use crate::http::console::visitor::Person;
use crate::http::extract::{Id, Query};
use crate::http::problem::Problem;
use crate::ops::{App, tickets};

/// Brings what changes on a ticket's page.
pub async fn stream(
    State(app): State<App>,
    person: Person,
    headers: HeaderMap,
    Id(id): Id<TicketId>,
    Query(thread): Query<Thread>,
) -> Result<Response, Problem> {
    tickets::get(&mut app.db.read().await?, &person.ctx, id).await?;
    let draw: live::Draw = Box::new(move |app, frame, ctx| {
        Box::pin(async move { page::parts(&app, &frame, &ctx, id, thread.messages).await.ok() })
    });
    live::follow(app, headers, person.frame, person.ctx, draw)
}
