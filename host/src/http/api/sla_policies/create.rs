//! `POST /v1/sla-policies`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::SlaPolicy;
use crate::domain::hand_off;
use crate::domain::triage::{Class, Priority};
use crate::http::extract::{Caller, IdempotencyKey, Json, LenientInteger};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::http::schema::texts::{ShortName, Tag};
use crate::ops::{App, policies};

/// A policy to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "紧急投诉", "class": "complaint", "priority": "urgent", "first_response_minutes": 15, "resolution_minutes": 240,
}))]
pub struct NewSlaPolicy {
    /// Its name, 1 to 100 characters, which no other policy has.
    #[schema(value_type = ShortName)]
    name: String,
    /// For this class only.
    #[serde(default)]
    class: Option<Class>,
    /// For this priority only.
    #[serde(default)]
    priority: Option<Priority>,
    /// For customers of this value grade only.
    #[serde(default)]
    #[schema(value_type = Option<Tag>)]
    grade: Option<String>,
    /// Minutes until the first answer.
    #[schema(value_type = i64, minimum = 1, maximum = 5_270_400)]
    first_response_minutes: LenientInteger,
    /// Minutes until the resolution.
    #[schema(value_type = i64, minimum = 1, maximum = 5_270_400)]
    resolution_minutes: LenientInteger,
    /// Minutes until a hand-off to another team is accepted; 60 when not said.
    #[serde(default = "usual")]
    #[schema(value_type = i64, minimum = 1, maximum = 5_270_400)]
    hand_off_minutes: LenientInteger,
}

fn usual() -> LenientInteger {
    LenientInteger(hand_off::DEFAULT_MINUTES)
}

impl From<NewSlaPolicy> for policies::NewPolicy {
    fn from(new: NewSlaPolicy) -> Self {
        Self {
            name: new.name,
            class: new.class,
            priority: new.priority,
            grade: new.grade,
            first_response_minutes: new.first_response_minutes.0,
            resolution_minutes: new.resolution_minutes.0,
            hand_off_minutes: new.hand_off_minutes.0,
        }
    }
}

/// Makes a policy. It counts for tickets that open or reopen from now on.
#[utoipa::path(
    post, path = "/v1/sla-policies", operation_id = "create_sla_policy", tag = "tickets",
    params(IdempotencyKey),
    responses((status = 201, description = "The policy; `Location` is its address", body = SlaPolicy), CreateProblems),
)]
pub async fn create_sla_policy(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewSlaPolicy>,
) -> ApiResult<Created<SlaPolicy>> {
    let new = policies::NewPolicy::from(new);
    let done = app
        .commit_once(&ctx, "sla-policies.create", new, |tx, ctx, new| {
            Box::pin(async move { policies::create(tx, ctx, new).await.map(SlaPolicy::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/sla-policies/{}", done.answer.id), record: done.answer })
}
