//! `POST /v1/kinds`

use axum::extract::State;

use super::DeclaredKind;
use crate::domain::declared::NewDeclaredKind;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::ops::{App, declared_kinds};

/// Declares a kind of records. From then on there are `/v1/records/{name}`, its pages, its events and its part of the search.
#[utoipa::path(
    post, path = "/v1/kinds", operation_id = "declare_kind", tag = "kinds",
    params(IdempotencyKey),
    responses((status = 201, description = "The kind; `Location` is its address", body = DeclaredKind), CreateProblems),
)]
pub async fn declare_kind(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewDeclaredKind>,
) -> ApiResult<Created<DeclaredKind>> {
    let done = app
        .commit_once(&ctx, "kinds.declare", new, |tx, ctx, new| {
            Box::pin(async move { declared_kinds::declare(tx, ctx, new).await.map(DeclaredKind::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/kinds/{}", done.answer.0.name), record: done.answer })
}
