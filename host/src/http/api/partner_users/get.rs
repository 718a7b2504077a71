//! `GET /v1/partner-users/{id}`

use axum::extract::State;

use crate::domain::ids::PartnerUserId;
use crate::http::api::partners::PartnerUser;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::{App, partners};

/// One person of a partner's.
#[utoipa::path(
    get, path = "/v1/partner-users/{id}", operation_id = "get_partner_user", tag = "partners",
    params(("id" = PartnerUserId, Path, description = "The person")),
    responses(
        (status = 200, description = "The person", body = PartnerUser, headers(("ETag", description = "The version"))),
        (status = 304, description = "The caller has this version already (`If-None-Match`)"),
        ReadProblems,
    ),
)]
pub async fn get_partner_user(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<PartnerUserId>,
) -> ApiResult<Record<PartnerUser>> {
    let mut tx = app.db.read().await?;
    Ok(Record(partners::user(&mut tx, &ctx, id).await?.into()))
}
