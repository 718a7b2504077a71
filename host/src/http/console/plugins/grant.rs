//! `POST /plugins/{id}/grant`

use axum::extract::State;
use axum::response::Response;

use super::page::grant_requested;
use crate::domain::ids::InstallationId;
use crate::http::console::visitor::Sent;
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::App;

/// Grants a plugin all that it asks for.
pub async fn grant(
    State(app): State<App>,
    Id(id): Id<InstallationId>,
    sent: Sent,
) -> Result<Response, Problem> {
    grant_requested(&app, &sent, id).await
}
