//! `GET /v1/comments`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::Comment;
use crate::domain::entity::RecordKind;
use crate::http::extract::{Caller, Cursor, Limit, Query, page};
use crate::http::openapi::FilterProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::conversations::comments;
use crate::ops::{App, Refusal};

/// Which comments.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<Cursor>,
    /// The kind of the record whose comments are wanted; goes with `subject_id`. Without both all comments are listed,
    /// for who may read every kind of record.
    subject_kind: Option<RecordKind>,
    /// The record.
    subject_id: Option<Uuid>,
}

/// Lists the comments on a record, newest first. A deleted one stays in its place without its text.
#[utoipa::path(
    get, path = "/v1/comments", operation_id = "list_comments", tag = "comments",
    params(Filter),
    responses((status = 200, description = "A page of comments", body = List<Comment>), FilterProblems),
)]
pub async fn list_comments(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(filter): Query<Filter>,
) -> ApiResult<List<Comment>> {
    let mut tx = app.db.read().await?;
    let page = page(filter.limit, filter.cursor);
    let record = match (filter.subject_kind, filter.subject_id) {
        (Some(kind), Some(id)) => Some((kind, id)),
        (None, None) => None,
        _ => {
            let detail = "subject_kind and subject_id go together";
            return Err(Refusal::invalid("/subject_id", detail).into());
        }
    };
    Ok(List::of(comments::list(&mut tx, &ctx, page, record).await?))
}
