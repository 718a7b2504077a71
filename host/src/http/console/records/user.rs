//! What is done for somebody who works here.

use axum::extract::State;
use axum::response::Response;

use super::change::ended;
use crate::domain::catalogue::Record as _;
use crate::domain::ids::UserId;
use crate::domain::team::User;
use crate::http::console::visitor::Sent;
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::App;
use crate::ops::accounts::password_links;

/// `POST /records/user/{id}/invite`: sends somebody a link by which they set their first password.
pub async fn invite_user(
    State(app): State<App>,
    Id(id): Id<UserId>,
    sent: Sent,
) -> Result<Response, Problem> {
    let ctx = &sent.person.ctx;
    let done = match password_links::require_mail(&app, ctx) {
        Ok(()) => app.commit(ctx, id, |tx, ctx, id| Box::pin(password_links::invite(tx, ctx, *id))).await,
        Err(refusal) => Err(refusal),
    };
    ended(&app, &sent, User::KIND, id.0, done).await
}
