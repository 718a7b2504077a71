//! `POST /plugins/{id}/disable`

use axum::extract::State;
use axum::response::Response;

use super::page::switch;
use crate::domain::ids::InstallationId;
use crate::http::console::visitor::Sent;
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::App;

/// Switches a plugin off.
pub async fn disable(
    State(app): State<App>,
    Id(id): Id<InstallationId>,
    sent: Sent,
) -> Result<Response, Problem> {
    switch(&app, &sent, id, false).await
}
