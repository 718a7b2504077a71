//! `GET /v1/attachments`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::Attachment;
use crate::domain::actor::Permission;
use crate::domain::entity::RecordKind;
use crate::http::extract::{Caller, Cursor, Limit, Query, page};
use crate::http::openapi::FilterProblems;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::conversations::attachments;

/// Whose files.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// The kind of record. It has to be said.
    #[param(required = true, value_type = RecordKind)]
    subject_kind: Option<String>,
    /// The record. It has to be said.
    #[param(required = true, value_type = Uuid)]
    subject_id: Option<Uuid>,
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<Cursor>,
}

/// Lists a record's files, the oldest first.
#[utoipa::path(
    get, path = "/v1/attachments", operation_id = "list_attachments", tag = "attachments",
    params(Filter),
    responses((status = 200, description = "A page of files", body = List<Attachment>), FilterProblems),
)]
pub async fn list_attachments(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(filter): Query<Filter>,
) -> ApiResult<List<Attachment>> {
    let (Some(kind), Some(id)) = (filter.subject_kind, filter.subject_id) else {
        ctx.require(Permission::ConversationsRead)?;
        let detail = "say whose files: ?subject_kind=ticket&subject_id=...";
        return Err(Problem::new(ProblemKind::Malformed, detail));
    };
    let mut tx = app.db.read().await?;
    let page = page(filter.limit, filter.cursor);
    Ok(List::of(attachments::list(&mut tx, &ctx, &kind, id, page).await?))
}
