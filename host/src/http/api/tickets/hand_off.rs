//! `POST /v1/tickets/{id}/hand-off`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::ids::{TeamId, TicketId, UserId};
use crate::http::api::hand_offs::HandOff;
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Created};
use crate::http::schema::texts::HandOffNote;
use crate::ops::App;
use crate::ops::tickets::hand_offs;

/// To whom a ticket is to be handed off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"team_id": "019b8a3e-0000-7000-8000-000000000008", "note": "客户要求上门检修"}))]
pub struct NewHandOff {
    /// The team.
    team_id: TeamId,
    /// The person there; whoever accepts it when not said.
    #[serde(default)]
    user_id: Option<UserId>,
    /// What they should know, at most 2,000 characters.
    #[serde(default)]
    #[schema(value_type = HandOffNote)]
    note: String,
}

/// Hands a ticket off to another team. The giving team has it until the other accepts; a ticket that is refused or
/// not accepted in time stays where it is.
#[utoipa::path(
    post, path = "/v1/tickets/{id}/hand-off", operation_id = "hand_off_ticket", tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket"), IdempotencyKey),
    responses((status = 201, description = "The hand-off; `Location` is its address", body = HandOff), PutProblems),
)]
pub async fn hand_off_ticket(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TicketId>,
    Json(new): Json<NewHandOff>,
) -> ApiResult<Created<HandOff>> {
    let request = (id, hand_offs::NewHandOff { team: new.team_id, user: new.user_id, note: new.note });
    let done = app
        .commit_once(&ctx, "tickets.hand-off", request, |tx, ctx, request| {
            Box::pin(async move { hand_offs::hand_off(tx, ctx, request).await.map(HandOff::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/hand-offs/{}", done.answer.0.id), record: done.answer })
}
