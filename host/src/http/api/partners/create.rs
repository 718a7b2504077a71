//! `POST /v1/partners`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Partner;
use crate::domain::ids::InstallationId;
use crate::http::extract::{Caller, IdempotencyKey, Json, LenientInteger};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::http::schema::texts::ShortName;
use crate::ops::{App, partners};

/// A partner to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "华南经销商", "answer_minutes": 240}))]
pub struct NewPartner {
    /// What people call it, 1 to 100 characters.
    #[schema(value_type = ShortName)]
    name: String,
    /// The installation of a plugin that joins its system; no other partner's.
    #[serde(default)]
    installation_id: Option<InstallationId>,
    /// How many minutes it has to accept or refuse what is handed over, 1 to 43,200; 480 when not said.
    #[serde(default = "answer_minutes")]
    #[schema(value_type = i64, minimum = 1, maximum = 43_200)]
    answer_minutes: LenientInteger,
    /// For how many days a lead that it registers is its own, 0 to 3,650; 90 when not said.
    #[serde(default = "protection_days")]
    #[schema(value_type = i64, minimum = 0, maximum = 3_650)]
    protection_days: LenientInteger,
}

fn answer_minutes() -> LenientInteger {
    LenientInteger(partners::ANSWER_MINUTES)
}

fn protection_days() -> LenientInteger {
    LenientInteger(partners::PROTECTION_DAYS)
}

/// Makes a partner.
#[utoipa::path(
    post, path = "/v1/partners", operation_id = "create_partner", tag = "partners",
    params(IdempotencyKey),
    responses((status = 201, description = "The partner; `Location` is its address", body = Partner), CreateProblems),
)]
pub async fn create_partner(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewPartner>,
) -> ApiResult<Created<Partner>> {
    let new = partners::NewPartner {
        name: new.name,
        installation_id: new.installation_id,
        answer_minutes: new.answer_minutes.0,
        protection_days: new.protection_days.0,
    };
    partners::check_joins(&app, &ctx, new.installation_id).await?;
    let done = app
        .commit_once(&ctx, "partners.create", new, |tx, ctx, new| {
            Box::pin(async move { partners::create(tx, ctx, new).await.map(Partner::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/partners/{}", done.answer.id), record: done.answer })
}
