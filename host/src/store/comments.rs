//! Comments on records.

use uuid::Uuid;

use super::db::{DbError, Tx, args};
use super::filter::{CustomerRows, of_customer};
use super::page::{Page, PagePosition, PageRequest};
use super::records;
use crate::domain::comment::Comment;
use crate::domain::ids::CommentId;

/// Adds a comment.
pub async fn insert(tx: &mut Tx, comment: &Comment) -> Result<(), DbError> {
    records::insert(tx, comment).await
}

/// Locks a comment for a change by raising its version.
pub async fn lock(tx: &mut Tx, id: CommentId) -> Result<Option<Comment>, DbError> {
    tx.optional("update comments set version = version + 1 where id = $1 returning *", args![id]).await
}

/// Writes back the fields of a locked comment.
pub async fn update(tx: &mut Tx, comment: &Comment) -> Result<(), DbError> {
    records::update(tx, comment).await
}

/// One comment.
pub async fn get(tx: &mut Tx, id: CommentId) -> Result<Option<Comment>, DbError> {
    tx.optional("select * from comments where id = $1", args![id]).await
}

/// A record's comments, newest first.
pub async fn of_subject(
    tx: &mut Tx,
    kind: &str,
    id: Uuid,
    page: PageRequest,
) -> Result<Page<Comment>, DbError> {
    let after = page.after.unwrap_or(PagePosition::START);
    let rows = tx
        .all(
            "select * from comments where subject_kind = $1 and subject_id = $2 and id < $3 order by id desc limit $4",
            args![kind, id, after.id, page.limit + 1],
        )
        .await?;
    Ok(Page::cut(rows, page.limit, place))
}

/// All comments, newest first.
pub async fn list(tx: &mut Tx, page: PageRequest) -> Result<Page<Comment>, DbError> {
    let after = page.after.unwrap_or(PagePosition::START);
    let sql = "select * from comments where id < $1 order by id desc limit $2";
    let rows = tx.all(sql, args![after.id, page.limit + 1]).await?;
    Ok(Page::cut(rows, page.limit, place))
}

fn place(comment: &Comment) -> PagePosition {
    PagePosition { at: comment.created_at, id: comment.id.0 }
}

/// Which comments from one to another, in the order of their ids, are deleted.
pub async fn deleted_between(
    tx: &mut Tx,
    first: CommentId,
    last: CommentId,
) -> Result<Vec<CommentId>, DbError> {
    let sql = "select id from comments where id >= $1 and id <= $2 and deleted_at is not null";
    tx.scalars(sql, args![first, last]).await
}

/// The newest comments on a customer and its records.
pub async fn of_customer(tx: &mut Tx, of: CustomerRows, limit: i64) -> Result<Vec<Comment>, DbError> {
    let forms = of_customer!(
        "select * from comments where ",
        "$1",
        " and deleted_at is null order by id desc limit $2"
    );
    let sql = of.choose(tx, forms).await?;
    tx.all(sql, args![of.customer(), limit]).await
}
