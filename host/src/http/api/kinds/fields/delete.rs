//! `DELETE /v1/kinds/{name}/fields/{field}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::http::extract::{Caller, Name, PartName};
use crate::http::openapi::ActionProblems;
use crate::http::response::ApiResult;
use crate::ops::{App, custom_fields};

/// Removes a field that was added. Answered with 409, and how many they are, while records have values of it.
#[utoipa::path(
    delete, path = "/v1/kinds/{name}/fields/{field}", operation_id = "delete_custom_field", tag = "kinds",
    params(
        ("name" = String, Path, description = "The kind's name", example = "customer"),
        ("field" = String, Path, description = "The field's name", example = "industry"),
    ),
    responses((status = 204, description = "Records don't have it any more"), ActionProblems),
)]
pub async fn delete_custom_field(
    State(app): State<App>,
    Caller(ctx): Caller,
    Name(kind): Name,
    PartName(field): PartName,
) -> ApiResult<StatusCode> {
    app.commit(&ctx, (kind, field), |tx, ctx, request| Box::pin(custom_fields::delete(tx, ctx, request)))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
