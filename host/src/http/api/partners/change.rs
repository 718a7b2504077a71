//! `PATCH /v1/partners/{id}`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Partner;
use crate::domain::ids::{InstallationId, PartnerId};
use crate::http::answer::{Answer, Record};
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch, present};
use crate::http::openapi::ChangeProblems;
use crate::ops::{App, nullable, partners};

/// Changes of a partner, as a JSON merge patch: a field that isn't there stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"active": false}))]
pub struct PartnerPatch {
    /// What people call it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String)]
    name: Option<String>,
    /// The installation of a plugin that joins its system.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<InstallationId>)]
    installation_id: Option<Option<InstallationId>>,
    /// Whether anything is shared with it at all; its people see nothing while it isn't.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = bool)]
    active: Option<bool>,
    /// How many minutes it has to accept or refuse what is handed over.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64)]
    answer_minutes: Option<i64>,
    /// For how many days a lead that it registers is its own.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = i64)]
    protection_days: Option<i64>,
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
    Caller(call): Caller,
    Id(id): Id<PartnerId>,
    IfMatch(expected): IfMatch,
    MergePatch(patch): MergePatch<PartnerPatch>,
) -> Answer<Record<Partner>> {
    let change = partners::PartnerChange {
        name: patch.name,
        installation_id: patch.installation_id,
        active: patch.active,
        answer_minutes: patch.answer_minutes,
        protection_days: patch.protection_days,
    };
    let wish = (id, expected, change);
    let changed =
        app.commit(&call, wish, |tx, call, wish| Box::pin(partners::change(tx, call, wish))).await?;
    Ok(Record(changed.into()))
}
