//! `POST /v1/teams`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Team;
use crate::domain::triage::Class;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::http::schema::texts::ShortName;
use crate::ops::{App, teams};

/// A team to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Complaints", "classes": ["complaint"], "watches": ["after-sales"]}))]
pub struct NewTeam {
    /// Its name, 1 to 100 characters, which no other team has.
    #[schema(value_type = ShortName)]
    name: String,
    /// The classes of tickets that it takes.
    #[serde(default)]
    classes: Vec<Class>,
    /// The classes whose urgent tickets it is told of besides.
    #[serde(default)]
    watches: Vec<Class>,
}

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
    let new = teams::NewTeam { name: new.name, classes: new.classes, watches: new.watches };
    let done = app
        .commit_once(&ctx, "teams.create", new, |tx, ctx, new| {
            Box::pin(
                async move { teams::create(tx, ctx, new).await.map(|team| Team::from((team, Vec::new()))) },
            )
        })
        .await?;
    Ok(Created { location: format!("/v1/teams/{}", done.answer.id), record: done.answer })
}
