//! `GET /v1/tickets/{id}/sla`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::clock::Timestamp;
use crate::domain::ids::TicketId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::tickets::sla;

/// The clocks of a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "ticket_id": "019b8a3e-0000-7000-8000-000000000005",
    "clocks": [{
        "clock": "first-response", "state": "kept", "due_at": "2026-01-05T08:15:00Z", "done_at": "2026-01-05T08:04:00Z",
        "seconds_left": null,
    }],
}))]
pub struct TicketSla {
    /// The ticket.
    ticket_id: TicketId,
    /// Those that a policy has set, and that of the last hand-off.
    clocks: Vec<SlaClock>,
}

/// One clock.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "clock": "resolution", "state": "running", "due_at": "2026-01-05T12:00:00Z", "done_at": null, "seconds_left": 14160,
}))]
pub struct SlaClock {
    /// `first-response`, `next-response`, `resolution`, `hold` (how long it may wait for something) or `hand-off`.
    clock: &'static str,
    /// `running`, `paused` while the ticket waits for something, `kept`, `breached`, or `stopped` when it ended with the
    /// ticket.
    state: &'static str,
    /// When it is due; of a paused one, when it would have been. It is later by the time that the pause takes.
    due_at: Timestamp,
    /// When what it watches was done.
    done_at: Option<Timestamp>,
    /// Seconds left until it is due, while it runs; negative when it is over.
    seconds_left: Option<i64>,
}

/// How a ticket's clocks stand now.
#[utoipa::path(
    get, path = "/v1/tickets/{id}/sla", operation_id = "ticket_sla", tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket")),
    responses((status = 200, description = "Its clocks", body = TicketSla), ReadProblems),
)]
pub async fn ticket_sla(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TicketId>,
) -> ApiResult<Json<TicketSla>> {
    let mut tx = app.db.read().await?;
    let clocks = sla::clocks(&mut tx, &ctx, id).await?.into_iter().map(|state| SlaClock {
        clock: state.clock,
        state: state.state,
        due_at: state.due_at,
        done_at: state.done_at,
        seconds_left: state.seconds_left,
    });
    Ok(Json(TicketSla { ticket_id: id, clocks: clocks.collect() }))
}
