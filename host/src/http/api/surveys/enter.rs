//! `POST /v1/surveys/{id}/answers`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Survey;
use crate::domain::ids::SurveyId;
use crate::http::extract::{Caller, Id, Json, LenientInteger};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Record};
use crate::http::schema::texts::Remark;
use crate::ops::{App, surveys};

/// An answer that a customer gave on the phone, on paper or in person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"rating": 5, "comment": "很快！"}))]
pub struct NewAnswer {
    /// One of the survey's options.
    #[schema(value_type = i64)]
    rating: LenientInteger,
    /// What the customer said besides, at most 5,000 characters.
    #[serde(default)]
    #[schema(value_type = Remark)]
    comment: String,
}

/// Enters a customer's answer. It takes the place of the one before; to enter the same one again changes nothing.
#[utoipa::path(
    post, path = "/v1/surveys/{id}/answers", operation_id = "enter_answer", tag = "surveys",
    params(("id" = SurveyId, Path, description = "The survey")),
    responses((status = 200, description = "The survey as it is now", body = Survey), PutProblems),
)]
pub async fn enter_answer(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<SurveyId>,
    Json(new): Json<NewAnswer>,
) -> ApiResult<Record<Survey>> {
    let given = surveys::Given { rating: Some(new.rating.0), text: new.comment };
    Ok(Record(surveys::enter(&app, &ctx, id, &given).await?.into()))
}
