//! `POST /tickets/{id}/merge`

use axum::extract::State;
use axum::response::Response;

use super::end;
use crate::domain::ids::{CustomerId, TicketId};
use crate::http::console::visitor::Sent;
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::customers::merges::{self, Pair};
use crate::ops::{App, Refusal, RequestContext, customers, tickets};
use crate::store::db::Tx;

/// Merges another record into the ticket's customer.
pub async fn merge(State(app): State<App>, Id(id): Id<TicketId>, sent: Sent) -> Result<Response, Problem> {
    let done = match sent.fields.read::<CustomerId>("customer_id") {
        Some(other) => {
            app.commit(&sent.person.ctx, (id, other), |tx, ctx, (id, other)| {
                Box::pin(async move {
                    let pair = pair(tx, ctx, *id, *other).await?;
                    merges::merge(tx, ctx, &pair).await
                })
            })
            .await
        }
        None => Err(Refusal::invalid("/customer_id", "names no customer")),
    };
    end(&app, &sent, id, "merge", done).await
}

/// The ticket's customer and another record.
pub(super) async fn pair(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: TicketId,
    other: CustomerId,
) -> Result<Pair, Refusal> {
    let ticket = tickets::get(tx, ctx, id).await?;
    let winner = customers::canonical(tx, ctx, ticket.customer_id).await?.customer.id;
    Ok(Pair { winner, loser: other })
}
