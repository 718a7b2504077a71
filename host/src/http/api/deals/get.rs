//! `GET /v1/deals/{id}`

use axum::extract::State;

use super::Deal;
use crate::domain::ids::DealId;
use crate::http::answer::{Answer, Record};
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::ops::{App, deals};

/// One deal.
#[utoipa::path(
    get, path = "/v1/deals/{id}", operation_id = "get_deal", tag = "deals",
    params(("id" = DealId, Path, description = "The deal")),
    responses(
        (status = 200, description = "The deal", body = Deal, headers(("ETag", description = "Its version"))),
        (status = 304, description = "The caller has this version already (`If-None-Match`)"),
        ReadProblems,
    ),
)]
pub async fn get_deal(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<DealId>,
) -> Answer<Record<Deal>> {
    let mut tx = app.db.read().await?;
    Ok(Record(deals::see(&mut tx, &call, id).await?.into()))
}
