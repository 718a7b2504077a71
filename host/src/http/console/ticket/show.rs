//! `GET /tickets/{id}`

use axum::extract::State;
use axum::response::Response;

use super::page;
use crate::domain::ids::TicketId;
use crate::http::console::visitor::Person;
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::App;

/// Shows a ticket.
pub async fn show(State(app): State<App>, person: Person, Id(id): Id<TicketId>) -> Result<Response, Problem> {
    page::draw(&app, &person, id, None).await
}
