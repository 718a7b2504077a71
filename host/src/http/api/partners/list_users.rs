//! `GET /v1/partners/{id}/users`

use axum::extract::State;

use super::PartnerUser;
use crate::domain::ids::PartnerId;
use crate::http::answer::{Answer, List};
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::ops::{App, partners};

/// A partner's people, in the order they were entered.
#[utoipa::path(
    get, path = "/v1/partners/{id}/users", operation_id = "list_partner_users", tag = "partners",
    params(("id" = PartnerId, Path, description = "The partner")),
    responses((status = 200, description = "Its people", body = List<PartnerUser>), ReadProblems),
)]
pub async fn list_partner_users(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<PartnerId>,
) -> Answer<List<PartnerUser>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(partners::users(&mut tx, &call, id).await?))
}
