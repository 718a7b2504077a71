//! `POST /v1/customers/{id}/identities`

use axum::Json as Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;

use super::Identity;
use crate::domain::actor::Permission;
use crate::domain::customer::TypedIdentity;
use crate::domain::ids::CustomerId;
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::calls;
use crate::ops::customers::identities;

/// Gives a customer an identity, as somebody typed it. It outranks none that a channel vouches for, and merges nobody.
#[utoipa::path(
    post, path = "/v1/customers/{id}/identities", operation_id = "add_identity", tag = "customers",
    params(("id" = CustomerId, Path, description = "The customer"), IdempotencyKey),
    responses((status = 201, description = "The identity in its canonical form", body = Identity), PutProblems),
)]
pub async fn add_identity(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<CustomerId>,
    Json(new): Json<TypedIdentity>,
) -> ApiResult<impl IntoResponse> {
    ctx.require(Permission::CustomersWrite)?;
    let mut new = [new];
    calls::identities::canonical(&app, &mut new, "").await?;
    let [new] = new;
    let done = app
        .commit_once(&ctx, "customers.add-identity", (id, new), |tx, ctx, request| {
            Box::pin(async move { identities::add(tx, ctx, request).await.map(Identity::from) })
        })
        .await?;
    Ok((StatusCode::CREATED, Body(done.answer)))
}
