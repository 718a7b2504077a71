//! `POST /v1/teams`

use axum::extract::State;

use super::Team;
use crate::domain::team::NewTeam;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::ops::App;
use crate::ops::accounts::teams;

/// Makes a team. People join it when they are entered.
#[utoipa::path(
    post, path = "/v1/teams", operation_id = "create_team", tag = "teams",
    params(IdempotencyKey),
    responses((status = 201, description = "The team", body = Team), CreateProblems),
)]
pub async fn create_team(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewTeam>,
) -> ApiResult<Created<Team>> {
    let done = app
        .commit_once(&ctx, "teams.create", new, |tx, ctx, new| {
            Box::pin(
                async move { teams::create(tx, ctx, new).await.map(|team| Team::from((team, Vec::new()))) },
            )
        })
        .await?;
    Ok(Created { location: format!("/v1/teams/{}", done.answer.id), record: done.answer })
}
