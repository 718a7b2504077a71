//! `POST /v1/customers/{id}/identities`

use axum::Json as Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;

use super::Identity;
use super::create::NewIdentity;
use crate::domain::ids::CustomerId;
use crate::http::answer::Answer;
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::ops::{App, identities};

/// Gives a customer an identity, as somebody typed it. It outranks none that a channel vouches for, and merges nobody.
#[utoipa::path(
    post, path = "/v1/customers/{id}/identities", operation_id = "add_identity", tag = "customers",
    params(("id" = CustomerId, Path, description = "The customer"), IdempotencyKey),
    responses((status = 201, description = "The identity in its canonical form", body = Identity), PutProblems),
)]
pub async fn add_identity(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<CustomerId>,
    Json(new): Json<NewIdentity>,
) -> Answer<impl IntoResponse> {
    let done = app
        .commit_once(&call, "customers.add-identity", (id, new.into()), |tx, call, wish| {
            Box::pin(async move { identities::add(tx, call, wish).await.map(Identity::from) })
        })
        .await?;
    Ok((StatusCode::CREATED, Body(done.answer)))
}
