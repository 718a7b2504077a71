//! `PATCH /v1/partners/{id}`

use axum::extract::State;

use super::Partner;
use crate::domain::ids::{InstallationId, PartnerId};
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, LenientInteger, MergePatch, patch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::http::schema::texts::ShortName;
use crate::ops::{App, partners};

patch! {
    /// Changes of a partner, as a JSON merge patch: a field that isn't there stays.
    #[schema(example = json!({"active": false}))]
    pub struct PartnerPatch for partners::PartnerChange {
        /// What people call it.
        name: String as ShortName,
        /// The installation of a plugin that joins its system.
        installation_id: Option<InstallationId>,
        /// Whether anything is shared with it at all; its people see nothing while it isn't.
        active: bool,
        /// How many minutes it has to accept or refuse what is handed over.
        #[schema(minimum = 1, maximum = 43_200)]
        answer_minutes: LenientInteger as i64,
        /// For how many days a lead that it registers is its own.
        #[schema(minimum = 0, maximum = 3_650)]
        protection_days: LenientInteger as i64,
    }
}

/// Changes a partner.
#[utoipa::path(
    patch, path = "/v1/partners/{id}", operation_id = "change_partner", tag = "partners",
    params(("id" = PartnerId, Path, description = "The partner"), IfMatchHeader),
    request_body(content = PartnerPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The partner as it is now", body = Partner, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn change_partner(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<PartnerId>,
    IfMatch(expected): IfMatch,
    MergePatch(patch): MergePatch<PartnerPatch>,
) -> ApiResult<Record<Partner>> {
    let change = partners::PartnerChange::from(patch);
    partners::check_joins(&app, &ctx, change.installation_id.flatten()).await?;
    let request = (id, expected, change);
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(partners::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
