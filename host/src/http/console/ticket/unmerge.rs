//! `POST /tickets/{id}/unmerge`

use axum::extract::State;
use axum::response::Response;

use super::end;
use super::merge::pair;
use crate::domain::ids::{CustomerId, TicketId};
use crate::http::console::visitor::Sent;
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::customers::merges;
use crate::ops::{App, Refusal};

/// Undoes the merge of a record into the ticket's customer.
pub async fn unmerge(State(app): State<App>, Id(id): Id<TicketId>, sent: Sent) -> Result<Response, Problem> {
    let done = match sent.fields.read::<CustomerId>("customer_id") {
        Some(other) => {
            app.commit(&sent.person.ctx, (id, other), |tx, ctx, (id, other)| {
                Box::pin(async move {
                    let pair = pair(tx, ctx, *id, *other).await?;
                    merges::unmerge(tx, ctx, &pair).await
                })
            })
            .await
        }
        None => Err(Refusal::invalid("/customer_id", "names no customer")),
    };
    end(&app, &sent, id, "unmerge", done).await
}
