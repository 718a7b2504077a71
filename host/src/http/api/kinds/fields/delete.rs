//! `DELETE /v1/kinds/{name}/fields/{field}`

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::extract::{Caller, Name, PartName, Query};
use crate::http::openapi::ActionProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::catalogue::custom_fields;

/// How sure the caller is.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Insisting {
    /// Whether it goes even if records have values of it, which go with it, or saved views and plugins name it.
    force: bool,
}

/// Removes a field that was added. Answered with 409 while records have values of it, with how many they are, or saved views or
/// plugins name it, unless `force` is true: then the values go with it, of 10,000 records at most.
#[utoipa::path(
    delete, path = "/v1/kinds/{name}/fields/{field}", operation_id = "delete_custom_field", tag = "kinds",
    params(
        ("name" = String, Path, description = "The kind's name", example = "customer"),
        ("field" = String, Path, description = "The field's name", example = "industry"),
        Insisting,
    ),
    responses((status = 204, description = "Records don't have it any more"), ActionProblems),
)]
pub async fn delete_custom_field(
    State(app): State<App>,
    Caller(ctx): Caller,
    Name(kind): Name,
    PartName(field): PartName,
    Query(insisting): Query<Insisting>,
) -> ApiResult<StatusCode> {
    let request = (kind, field, insisting.force);
    app.commit(&ctx, request, |tx, ctx, request| Box::pin(custom_fields::delete(tx, ctx, request))).await?;
    Ok(StatusCode::NO_CONTENT)
}
