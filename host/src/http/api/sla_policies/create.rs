//! `POST /v1/sla-policies`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::SlaPolicy;
use crate::domain::hand_off;
use crate::domain::triage::{Class, Priority};
use crate::http::answer::{Answer, Created};
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::ops::{App, policies};

/// A policy to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "紧急投诉", "class": "complaint", "priority": "urgent", "first_response_minutes": 15, "resolution_minutes": 240,
}))]
pub struct NewSlaPolicy {
    /// Its name, 1 to 100 characters, which no other policy has.
    name: String,
    /// For this class only.
    #[serde(default)]
    class: Option<Class>,
    /// For this priority only.
    #[serde(default)]
    priority: Option<Priority>,
    /// For customers of this value grade only.
    #[serde(default)]
    grade: Option<String>,
    /// Minutes until the first answer.
    first_response_minutes: i64,
    /// Minutes until the resolution.
    resolution_minutes: i64,
    /// Minutes until a hand-off to another team is accepted; 60 when not said.
    #[serde(default = "usual")]
    hand_off_minutes: i64,
}

fn usual() -> i64 {
    hand_off::DEFAULT_MINUTES
}

impl From<NewSlaPolicy> for policies::NewPolicy {
    fn from(new: NewSlaPolicy) -> Self {
        Self {
            name: new.name,
            class: new.class,
            priority: new.priority,
            grade: new.grade,
            first_response_minutes: new.first_response_minutes,
            resolution_minutes: new.resolution_minutes,
            hand_off_minutes: new.hand_off_minutes,
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
    Caller(call): Caller,
    Json(new): Json<NewSlaPolicy>,
) -> Answer<Created<SlaPolicy>> {
    let new = policies::NewPolicy::from(new);
    let done = app
        .commit_once(&call, "sla-policies.create", new, |tx, call, new| {
            Box::pin(async move { policies::create(tx, call, new).await.map(SlaPolicy::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/sla-policies/{}", done.answer.id), record: done.answer })
}
