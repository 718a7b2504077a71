//! Who is in a team.

use axum::extract::State;
use axum::response::Response;

use super::change::ended;
use crate::domain::catalogue::Record as _;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::team::Team;
use crate::http::console::visitor::Sent;
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::accounts::membership;
use crate::ops::{App, Refusal};

/// `POST /records/team/{id}/join`: takes somebody into a team.
pub async fn join_team(State(app): State<App>, Id(id): Id<TeamId>, sent: Sent) -> Result<Response, Problem> {
    let done = match sent.fields.read::<UserId>("user_id") {
        Some(user) => {
            let request = (id, user);
            app.commit(&sent.person.ctx, request, |tx, ctx, request| {
                Box::pin(membership::join(tx, ctx, request))
            })
            .await
            .map(|_| ())
        }
        None => Err(Refusal::invalid("/user_id", "choose somebody")),
    };
    ended(&app, &sent, Team::KIND, id.0, done).await
}

/// `POST /records/team/{id}/leave`: takes somebody out of a team.
pub async fn leave_team(State(app): State<App>, Id(id): Id<TeamId>, sent: Sent) -> Result<Response, Problem> {
    let done = match sent.fields.read::<UserId>("user_id") {
        Some(user) => {
            let request = (id, user);
            app.commit(&sent.person.ctx, request, |tx, ctx, request| {
                Box::pin(membership::leave(tx, ctx, request))
            })
            .await
        }
        None => Err(Refusal::invalid("/user_id", "choose somebody")),
    };
    ended(&app, &sent, Team::KIND, id.0, done).await
}
