//! `GET /v1/surveys/{id}`

use axum::extract::State;

use super::Survey;
use crate::domain::ids::SurveyId;
use crate::http::answer::{Answer, Record};
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::ops::{App, surveys};

/// One survey.
#[utoipa::path(
    get, path = "/v1/surveys/{id}", operation_id = "get_survey", tag = "surveys",
    params(("id" = SurveyId, Path, description = "The survey")),
    responses(
        (status = 200, description = "The survey", body = Survey, headers(("ETag", description = "Its version"))),
        (status = 304, description = "The caller has this version already (`If-None-Match`)"),
        ReadProblems,
    ),
)]
pub async fn get_survey(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<SurveyId>,
) -> Answer<Record<Survey>> {
    let mut tx = app.db.read().await?;
    Ok(Record(surveys::get(&mut tx, &call, id).await?.into()))
}
