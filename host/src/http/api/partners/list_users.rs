//! `GET /v1/partners/{id}/users`

use axum::extract::State;

use super::PartnerUser;
use crate::domain::ids::PartnerId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::{App, partners};

/// A partner's people, in the order they were entered.
#[utoipa::path(
    get, path = "/v1/partners/{id}/users", operation_id = "list_partner_users", tag = "partners",
    params(("id" = PartnerId, Path, description = "The partner")),
    responses((status = 200, description = "Its people", body = List<PartnerUser>), ReadProblems),
)]
pub async fn list_partner_users(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<PartnerId>,
) -> ApiResult<List<PartnerUser>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(partners::users(&mut tx, &ctx, id).await?))
}
