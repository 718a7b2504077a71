//! `POST /v1/users`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::User;
use crate::domain::ids::TeamId;
use crate::domain::role::Role;
use crate::http::extract::{Caller, IdempotencyKey, Json, LenientInteger};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::http::schema::texts::{Language, ShortName, Tag};
use crate::http::schema::values::EmailAddress;
use crate::ops::{App, teams};

/// A user to be entered.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "李雷", "email": "li.lei@example.com", "language": "zh-CN", "capacity": 8, "languages": ["zh-CN", "en"],
    "teams": ["019b8a3e-0000-7000-8000-000000000006"],
}))]
pub struct NewUser {
    /// Their name, 1 to 100 characters.
    #[schema(value_type = ShortName)]
    name: String,
    /// Their e-mail address, which no other user has.
    #[schema(value_type = EmailAddress)]
    email: String,
    /// The language they read, BCP 47; `en` when not said.
    #[serde(default = "english")]
    #[schema(value_type = Language)]
    language: String,
    /// What they may do when they sign in, none that the caller may not: `agent` (customers, conversations, tickets and deals),
    /// `supervisor` (besides, the event log, plugins, orders, SLA policies and partners) or `administrator` (everything); `agent`
    /// when not said.
    #[serde(default = "agent")]
    role: Role,
    /// How many open tickets they take at most, 0 to 1,000; 10 when not said.
    #[serde(default = "ten")]
    #[schema(value_type = i64, minimum = 0, maximum = 1_000)]
    capacity: LenientInteger,
    /// What they can do.
    #[serde(default)]
    #[schema(value_type = Vec<Tag>, max_items = 50)]
    skills: Vec<String>,
    /// What they speak, BCP 47.
    #[serde(default)]
    #[schema(value_type = Vec<Language>, max_items = 50)]
    languages: Vec<String>,
    /// Where they work.
    #[serde(default)]
    #[schema(value_type = Option<Tag>)]
    region: Option<String>,
    /// The teams they are in.
    #[serde(default)]
    teams: Vec<TeamId>,
}

fn english() -> String {
    "en".to_owned()
}

fn agent() -> Role {
    Role::Agent
}

fn ten() -> LenientInteger {
    LenientInteger(10)
}

impl From<NewUser> for teams::NewUser {
    fn from(new: NewUser) -> Self {
        Self {
            name: new.name,
            email: new.email,
            language: new.language,
            role: new.role,
            capacity: new.capacity.0,
            skills: new.skills,
            languages: new.languages,
            region: new.region,
            teams: new.teams,
        }
    }
}

/// Enters a user.
#[utoipa::path(
    post, path = "/v1/users", operation_id = "create_user", tag = "users",
    params(IdempotencyKey),
    responses((status = 201, description = "The user", body = User), CreateProblems),
)]
pub async fn create_user(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewUser>,
) -> ApiResult<Created<User>> {
    let new = teams::NewUser::from(new);
    let done = app
        .commit_once(&ctx, "users.create", new, |tx, ctx, new| {
            Box::pin(async move { teams::create_user(tx, ctx, new).await.map(User::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/users/{}", done.answer.id), record: done.answer })
}
