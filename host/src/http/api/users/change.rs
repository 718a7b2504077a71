//! `PATCH /v1/users/{id}`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::User;
use crate::domain::ids::UserId;
use crate::domain::role::Role;
use crate::http::answer::{Answer, Record};
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch, present};
use crate::http::openapi::ChangeProblems;
use crate::ops::{App, nullable, teams};

/// Changes of a user, as a JSON merge patch: a field that isn't there stays. Only `region` can be null.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"present": false}))]
pub struct UserPatch {
    /// Their name, 1 to 100 characters.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String)]
    name: Option<String>,
    /// What they may do when they sign in: `agent`, `supervisor` or `administrator`. It may be changed by who may do all
    /// that the role may, before and after.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Role)]
    role: Option<Role>,
    /// Whether they still work here; who no longer does is signed out.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool)]
    active: Option<bool>,
    /// Whether they take tickets now.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool)]
    present: Option<bool>,
    /// How many open tickets they take at most, 0 to 1,000.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64)]
    capacity: Option<i64>,
    /// What they can do; it takes the place of what was there.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<String>)]
    skills: Option<Vec<String>>,
    /// What they speak; it takes the place of what was there.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<String>)]
    languages: Option<Vec<String>>,
    /// The language they read, BCP 47.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String)]
    language: Option<String>,
    /// Where they work; null clears it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    region: Option<Option<String>>,
}

impl From<UserPatch> for teams::UserChange {
    fn from(patch: UserPatch) -> Self {
        Self {
            name: patch.name,
            role: patch.role,
            active: patch.active,
            present: patch.present,
            capacity: patch.capacity,
            skills: patch.skills,
            languages: patch.languages,
            language: patch.language,
            region: patch.region,
        }
    }
}

/// Changes a user: presence, capacity, skills, role.
#[utoipa::path(
    patch, path = "/v1/users/{id}", operation_id = "change_user", tag = "users",
    params(("id" = UserId, Path, description = "The user"), IfMatchHeader),
    request_body(content = UserPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The user as they are now", body = User, headers(("ETag", description = "Their version"))),
        ChangeProblems,
    ),
)]
pub async fn change_user(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<UserId>,
    IfMatch(expected): IfMatch,
    MergePatch(patch): MergePatch<UserPatch>,
) -> Answer<Record<User>> {
    let wish = (id, expected, teams::UserChange::from(patch));
    let changed =
        app.commit(&call, wish, |tx, call, wish| Box::pin(teams::change_user(tx, call, wish))).await?;
    Ok(Record(changed.into()))
}
