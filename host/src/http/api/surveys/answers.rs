//! `GET /v1/surveys/{id}/answers`

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::clock::Timestamp;
use crate::domain::ids::SurveyId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::{App, surveys};

/// An answer to a survey. A later one takes the place of the one before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "at": "2026-01-05T09:02:00Z", "actor": "respondent:019b8a3e-0000-7000-8000-000000000008", "rating": 5,
    "normalized": 1.0, "comment": "很快！",
}))]
pub struct SurveyAnswer {
    /// When it came.
    at: Timestamp,
    /// Who gave or entered it: `respondent:ID`, `user:ID`, `token:ID`, or the `system` for one in a chat.
    actor: String,
    /// The answer on the scale.
    rating: Option<i64>,
    /// The answer from 0 (worst) to 1 (best).
    normalized: Option<f64>,
    /// What the customer wrote besides.
    comment: Option<String>,
}

impl From<surveys::Answered> for SurveyAnswer {
    fn from(answered: surveys::Answered) -> Self {
        Self {
            at: answered.at,
            actor: answered.actor,
            rating: answered.rating,
            normalized: answered.normalized,
            comment: answered.comment,
        }
    }
}

/// Lists the answers to a survey, oldest first: the last one counts.
#[utoipa::path(
    get, path = "/v1/surveys/{id}/answers", operation_id = "list_answers", tag = "surveys",
    params(("id" = SurveyId, Path, description = "The survey")),
    responses((status = 200, description = "The answers", body = List<SurveyAnswer>), ReadProblems),
)]
pub async fn list_answers(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<SurveyId>,
) -> ApiResult<List<SurveyAnswer>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(surveys::answers(&mut tx, &ctx, id).await?))
}
