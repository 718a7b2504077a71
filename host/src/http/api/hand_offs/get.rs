//! `GET /v1/hand-offs/{id}`

use axum::extract::State;

use super::HandOff;
use crate::domain::ids::HandOffId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::tickets::hand_offs;

/// One hand-off.
#[utoipa::path(
    get, path = "/v1/hand-offs/{id}", operation_id = "get_hand_off", tag = "tickets",
    params(("id" = HandOffId, Path, description = "The hand-off")),
    responses((status = 200, description = "The hand-off", body = HandOff), ReadProblems),
)]
pub async fn get_hand_off(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<HandOffId>,
) -> ApiResult<Record<HandOff>> {
    let mut tx = app.db.read().await?;
    Ok(Record(hand_offs::get(&mut tx, &ctx, id).await?.into()))
}
