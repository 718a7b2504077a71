//! Files on records: what they are and what they are attached to. Their bytes are in [`blobs`](super::blobs).

use uuid::Uuid;

use super::db::{DbError, Tx, args};
use super::page::{Page, PagePosition, PageRequest};
use super::records;
use crate::domain::attachment::Attachment;
use crate::domain::ids::AttachmentId;

/// Adds a file.
pub async fn insert(tx: &mut Tx, attachment: &Attachment) -> Result<(), DbError> {
    records::insert(tx, attachment).await
}

/// One file.
pub async fn get(tx: &mut Tx, id: AttachmentId) -> Result<Option<Attachment>, DbError> {
    tx.optional("select * from attachments where id = $1", args![id]).await
}

/// A record's files, the oldest first.
pub async fn of_subject(
    tx: &mut Tx,
    kind: &str,
    id: Uuid,
    page: PageRequest,
) -> Result<Page<Attachment>, DbError> {
    let after = page.after.map_or(Uuid::nil(), |place| place.id);
    let rows = tx
        .all(
            "select * from attachments where subject_kind = $1 and subject_id = $2 and id > $3 order by id limit $4",
            args![kind, id, after, page.limit + 1],
        )
        .await?;
    Ok(Page::cut(rows, page.limit, |row: &Attachment| PagePosition { at: row.created_at, id: row.id.0 }))
}

/// How many files a record has.
pub async fn count(tx: &mut Tx, kind: &str, id: Uuid) -> Result<i64, DbError> {
    let sql = "select count(*) from attachments where subject_kind = $1 and subject_id = $2";
    tx.scalar(sql, args![kind, id]).await
}

/// Attaches a file to another record. False when it isn't attached to the first one any more.
pub async fn attach(
    tx: &mut Tx,
    id: AttachmentId,
    from: (&str, Uuid),
    to: (&str, Uuid),
) -> Result<bool, DbError> {
    let moved = tx
        .execute(
            "update attachments set subject_kind = $4, subject_id = $5, version = version + 1 \
             where id = $1 and subject_kind = $2 and subject_id = $3",
            args![id, from.0, from.1, to.0, to.1],
        )
        .await?;
    Ok(moved == 1)
}

/// Forgets a file; its bytes are forgotten apart.
pub async fn delete(tx: &mut Tx, id: AttachmentId) -> Result<bool, DbError> {
    Ok(tx.execute("delete from attachments where id = $1", args![id]).await? == 1)
}
