//! `POST /plugins/{id}/enable`

use axum::extract::State;
use axum::response::Response;

use super::page::switch;
use crate::domain::ids::InstallationId;
use crate::http::console::visitor::Sent;
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::App;

/// Switches a plugin on.
pub async fn enable(
    State(app): State<App>,
    Id(id): Id<InstallationId>,
    sent: Sent,
) -> Result<Response, Problem> {
    switch(&app, &sent, id, true).await
}
