//! `PUT /v1/installations/{id}/secrets/{name}`

use axum::Json as Body;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Installation;
use crate::domain::ids::InstallationId;
use crate::http::extract::{Caller, Id, Json, Name};
use crate::http::openapi::PutProblems;
use crate::http::response::ApiResult;
use crate::http::schema::texts::SecretValue;
use crate::ops::installations::installed;
use crate::ops::{App, installations};

/// A secret. It has no `Debug`, so that it can't be logged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"value": "123456:ABC-DEF"}))]
pub struct SecretText {
    /// Its text. It is sealed before it is stored and never shown again.
    #[schema(value_type = SecretValue, write_only)]
    value: String,
}

/// Sets a secret that the plugin asks for; the next call has it.
#[utoipa::path(
    put, path = "/v1/installations/{id}/secrets/{name}", operation_id = "put_secret", tag = "installations",
    params(
        ("id" = InstallationId, Path, description = "The installation"),
        ("name" = String, Path, description = "The secret's name in the manifest"),
    ),
    responses((status = 200, description = "The installation as it is now", body = Installation), PutProblems),
)]
pub async fn put_secret(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<InstallationId>,
    Name(name): Name,
    Json(secret): Json<SecretText>,
) -> ApiResult<Body<Installation>> {
    let sealed = installations::seal(&app, id, &name, &secret.value)?;
    let changed = app
        .commit(&ctx, (id, sealed), |tx, ctx, request| {
            Box::pin(async move {
                let row = installations::set_secret(tx, ctx, request).await?;
                installed::of(tx, row).await
            })
        })
        .await?;
    Ok(Body(changed.into()))
}
