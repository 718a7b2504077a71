//! `GET /v1/interactions/{id}`

use axum::extract::State;

use crate::domain::ids::InteractionId;
use crate::http::api::conversations::Message;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::customers::interactions;

/// One interaction.
#[utoipa::path(
    get, path = "/v1/interactions/{id}", operation_id = "get_interaction", tag = "interactions",
    params(("id" = InteractionId, Path, description = "The interaction")),
    responses(
        (status = 200, description = "The interaction", body = Message, headers(("ETag", description = "Its version"))),
        (status = 304, description = "The caller has this version already (`If-None-Match`)"),
        ReadProblems,
    ),
)]
pub async fn get_interaction(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<InteractionId>,
) -> ApiResult<Record<Message>> {
    let mut tx = app.db.read().await?;
    Ok(Record(interactions::get(&mut tx, &ctx, id).await?.into()))
}
