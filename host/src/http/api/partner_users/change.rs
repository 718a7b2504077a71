//! `PATCH /v1/partner-users/{id}`

use axum::extract::State;

use crate::domain::ids::PartnerUserId;
use crate::http::api::partners::PartnerUser;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch, patch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::http::schema::texts::{Language, ShortName};
use crate::ops::{App, partners};

patch! {
    /// Changes of a person of a partner's, as a JSON merge patch: a field that isn't there stays. None can be null.
    #[schema(example = json!({"active": false}))]
    pub struct PartnerUserPatch for partners::PartnerUserChange {
        /// Their name.
        name: String as ShortName,
        /// BCP 47.
        language: String as Language,
        /// Whether their tokens are taken.
        active: bool,
    }
}

/// Changes a person of a partner's. Who isn't active gets in with no token from this moment on.
#[utoipa::path(
    patch, path = "/v1/partner-users/{id}", operation_id = "change_partner_user", tag = "partners",
    params(("id" = PartnerUserId, Path, description = "The person"), IfMatchHeader),
    request_body(content = PartnerUserPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The person as they are now", body = PartnerUser, headers(("ETag", description = "The version"))),
        ChangeProblems,
    ),
)]
pub async fn change_partner_user(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<PartnerUserId>,
    IfMatch(expected): IfMatch,
    MergePatch(patch): MergePatch<PartnerUserPatch>,
) -> ApiResult<Record<PartnerUser>> {
    let request = (id, expected, partners::PartnerUserChange::from(patch));
    let changed = app
        .commit(&ctx, request, |tx, ctx, request| Box::pin(partners::change_user(tx, ctx, request)))
        .await?;
    Ok(Record(changed.into()))
}
