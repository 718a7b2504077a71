//! `PATCH /v1/users/{id}`

use axum::extract::State;

use super::User;
use crate::domain::ids::UserId;
use crate::domain::role::Role;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, LenientInteger, MergePatch, patch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::http::schema::texts::{Language, ShortName, Tag};
use crate::ops::{App, teams};

patch! {
    /// Changes of a user, as a JSON merge patch: a field that isn't there stays. Only `region` can be null.
    #[schema(example = json!({"present": false}))]
    pub struct UserPatch for teams::UserChange {
        /// Their name, 1 to 100 characters.
        name: String as ShortName,
        /// What they may do when they sign in: `agent`, `supervisor` or `administrator`. It may be changed by who may do all
        /// that the role may, before and after.
        role: Role,
        /// Whether they still work here; who no longer does is signed out.
        active: bool,
        /// Whether they take tickets now.
        present: bool,
        /// How many open tickets they take at most, 0 to 1,000.
        #[schema(minimum = 0, maximum = 1_000)]
        capacity: LenientInteger as i64,
        /// What they can do; it takes the place of what was there.
        #[schema(max_items = 50)]
        skills: Vec<String> as Vec<Tag>,
        /// What they speak; it takes the place of what was there.
        #[schema(max_items = 50)]
        languages: Vec<String> as Vec<Language>,
        /// The language they read, BCP 47.
        language: String as Language,
        /// Where they work; null clears it.
        region: Option<String> as Option<Tag>,
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
    Caller(ctx): Caller,
    Id(id): Id<UserId>,
    IfMatch(expected): IfMatch,
    MergePatch(patch): MergePatch<UserPatch>,
) -> ApiResult<Record<User>> {
    let request = (id, expected, teams::UserChange::from(patch));
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(teams::change_user(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
