//! `GET /v1/surveys/{id}`

use axum::extract::State;

use super::Survey;
use crate::domain::ids::SurveyId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
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
    Caller(ctx): Caller,
    Id(id): Id<SurveyId>,
) -> ApiResult<Record<Survey>> {
    let mut tx = app.db.read().await?;
    Ok(Record(surveys::get(&mut tx, &ctx, id).await?.into()))
}
