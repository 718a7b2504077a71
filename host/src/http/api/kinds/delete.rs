//! `DELETE /v1/kinds/{name}`

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::extract::{Caller, Name, Query};
use crate::http::openapi::ActionProblems;
use crate::http::response::ApiResult;
use crate::ops::{App, declared_kinds};

/// How sure the caller is.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Insisting {
    /// Whether it is done even if records, saved views or plugins are in the way.
    pub(super) force: bool,
}

/// Removes a declared kind. Answered with 409 while there are records of it, or while saved views or plugins name its
/// fields, unless `force` is true; and while another kind relates to it.
#[utoipa::path(
    delete, path = "/v1/kinds/{name}", operation_id = "delete_kind", tag = "kinds",
    params(("name" = String, Path, description = "The kind's name", example = "visit"), Insisting),
    responses((status = 204, description = "It is gone"), ActionProblems),
)]
pub async fn delete_kind(
    State(app): State<App>,
    Caller(ctx): Caller,
    Name(name): Name,
    Query(insisting): Query<Insisting>,
) -> ApiResult<StatusCode> {
    let request = (name, insisting.force);
    app.commit(&ctx, request, |tx, ctx, request| Box::pin(declared_kinds::delete(tx, ctx, request))).await?;
    Ok(StatusCode::NO_CONTENT)
}
