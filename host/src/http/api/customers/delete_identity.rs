//! `DELETE /v1/customers/{id}/identities/{identity_id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::{CustomerId, IdentityId};
use crate::http::extract::{Caller, Id, Part};
use crate::http::openapi::ActionProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::customers::identities;

/// Takes an identity from a customer, unless a channel vouches for it.
#[utoipa::path(
    delete, path = "/v1/customers/{id}/identities/{identity_id}", operation_id = "delete_identity", tag = "customers",
    params(
        ("id" = CustomerId, Path, description = "The customer"),
        ("identity_id" = IdentityId, Path, description = "The identity"),
    ),
    responses((status = 204, description = "The customer isn't known by it any more"), ActionProblems),
)]
pub async fn delete_identity(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<CustomerId>,
    Part(identity): Part<IdentityId>,
) -> ApiResult<StatusCode> {
    app.commit(&ctx, (id, identity), |tx, ctx, request| Box::pin(identities::remove(tx, ctx, request)))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
