//! `POST /tickets/{id}/assign`

use axum::extract::State;
use axum::response::Response;

use super::end;
use crate::domain::ids::{TicketId, UserId};
use crate::domain::reason::Reason;
use crate::http::console::visitor::Sent;
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::tickets::Assignment;
use crate::ops::{App, Refusal, RequestContext, tickets};
use crate::store::db::Tx;

/// What the form says.
struct AssignRequest {
    id: TicketId,
    /// Who had the ticket when the page was drawn.
    was: Option<UserId>,
    to: UserId,
    reason: Option<Reason>,
}

/// Gives the ticket to a person, unless somebody else has done so since the page was drawn.
pub async fn assign(State(app): State<App>, Id(id): Id<TicketId>, sent: Sent) -> Result<Response, Problem> {
    let fields = &sent.fields;
    let done = match fields.read("user_id") {
        Some(to) => {
            let given = fields.text("reason").trim();
            let reason =
                (!given.is_empty()).then(|| Reason::Text(crate::domain::text::cut(given, 500).to_owned()));
            let request = AssignRequest { id, was: fields.read("was"), to, reason };
            app.commit(&sent.person.ctx, request, |tx, ctx, request| Box::pin(give(tx, ctx, request))).await
        }
        None => Err(Refusal::invalid("/user_id", "choose a person")),
    };
    end(&app, &sent, id, "assign", done).await
}

async fn give(tx: &mut Tx, ctx: &RequestContext, request: &AssignRequest) -> Result<(), Refusal> {
    let ticket = tickets::get(tx, ctx, request.id).await?;
    if ticket.assignee_id != request.was && ticket.assignee_id != Some(request.to) {
        return Err(Refusal::Conflict("somebody else has assigned the ticket meanwhile".to_owned()));
    }
    let assignment = Assignment { user: request.to, reason: request.reason.clone() };
    tickets::assign(tx, ctx, &(request.id, assignment)).await.map(|_| ())
}
