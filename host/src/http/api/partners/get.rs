//! `GET /v1/partners/{id}`

use axum::extract::State;

use super::Partner;
use crate::domain::ids::PartnerId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::{App, partners};

/// One partner.
#[utoipa::path(
    get, path = "/v1/partners/{id}", operation_id = "get_partner", tag = "partners",
    params(("id" = PartnerId, Path, description = "The partner")),
    responses(
        (status = 200, description = "The partner", body = Partner, headers(("ETag", description = "Its version"))),
        (status = 304, description = "The caller has this version already (`If-None-Match`)"),
        ReadProblems,
    ),
)]
pub async fn get_partner(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<PartnerId>,
) -> ApiResult<Record<Partner>> {
    let mut tx = app.db.read().await?;
    Ok(Record(partners::get(&mut tx, &ctx, id).await?.into()))
}
