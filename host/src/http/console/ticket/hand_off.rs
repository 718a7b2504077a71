//! `POST /tickets/{id}/hand-off`

use axum::extract::State;
use axum::response::Response;

use super::end;
use crate::domain::ids::TicketId;
use crate::http::console::visitor::Sent;
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::tickets::hand_offs::{self, NewHandOff};
use crate::ops::{App, Refusal};

/// Hands the ticket off to another team.
pub async fn hand_off(State(app): State<App>, Id(id): Id<TicketId>, sent: Sent) -> Result<Response, Problem> {
    let done = match sent.fields.read("team_id") {
        Some(team) => {
            let new = NewHandOff { team, user: None, note: sent.fields.text("note").to_owned() };
            let request = (id, new);
            app.commit(&sent.person.ctx, request, |tx, ctx, request| {
                Box::pin(hand_offs::hand_off(tx, ctx, request))
            })
            .await
        }
        None => Err(Refusal::invalid("/team_id", "choose a team")),
    };
    end(&app, &sent, id, "hand-off", done).await
}
