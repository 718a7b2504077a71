//! Files kept as rows of a mebibyte each, so that neither database has to hold one in a single value.

use uuid::Uuid;

use super::db::{DbError, Tx, args};
use crate::domain::ids::BlobId;

/// Bytes of one row.
pub const CHUNK: usize = 1 << 20;

/// Keeps a file and says by which id.
pub async fn put(tx: &mut Tx, bytes: &[u8]) -> Result<Uuid, DbError> {
    let id: Uuid = tx.id::<BlobId>().0;
    for (ordinal, chunk) in (0_i64..).zip(bytes.chunks(CHUNK)) {
        tx.execute("insert into blobs (id, ordinal, data) values ($1, $2, $3)", args![id, ordinal, chunk])
            .await?;
    }
    Ok(id)
}

/// The whole file; empty when there is none of this id.
pub async fn get(tx: &mut Tx, id: Uuid) -> Result<Vec<u8>, DbError> {
    let chunks: Vec<Vec<u8>> =
        tx.scalars("select data from blobs where id = $1 order by ordinal", args![id]).await?;
    Ok(chunks.concat())
}

/// At most `length` bytes from `offset`, and no more than the row has in which that lies; empty at the end.
pub async fn read(tx: &mut Tx, id: Uuid, offset: u64, length: usize) -> Result<Vec<u8>, DbError> {
    let Ok(ordinal) = i64::try_from(offset / CHUNK as u64) else { return Ok(Vec::new()) };
    let sql = "select data from blobs where id = $1 and ordinal = $2";
    let row: Option<Vec<u8>> = tx.optional_scalar(sql, args![id, ordinal]).await?;
    let start = usize::try_from(offset % CHUNK as u64).unwrap_or(CHUNK);
    let rest = row.as_deref().and_then(|row| row.get(start..)).unwrap_or_default();
    Ok(rest[..rest.len().min(length)].to_vec())
}

/// Forgets a file.
pub async fn delete(tx: &mut Tx, id: Uuid) -> Result<(), DbError> {
    tx.execute("delete from blobs where id = $1", args![id]).await.map(|_| ())
}
