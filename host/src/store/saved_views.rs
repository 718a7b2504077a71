//! Lists as people have set them up.

use super::db::{DbError, Tx, args};
use super::records;
use crate::domain::ids::SavedViewId;
use crate::domain::saved_view::SavedView;

/// Adds a view.
pub async fn insert(tx: &mut Tx, view: &SavedView) -> Result<(), DbError> {
    records::insert(tx, view).await
}

/// One view.
pub async fn get(tx: &mut Tx, id: SavedViewId) -> Result<Option<SavedView>, DbError> {
    tx.optional("select * from saved_views where id = $1", args![id]).await
}

/// Locks a view for a change by raising its version.
pub async fn lock(tx: &mut Tx, id: SavedViewId) -> Result<Option<SavedView>, DbError> {
    let sql = "update saved_views set version = version + 1, updated_at = $2 where id = $1 returning *";
    tx.optional(sql, args![id, tx.now()]).await
}

/// Writes back a locked view.
pub async fn update(tx: &mut Tx, view: &SavedView) -> Result<(), DbError> {
    records::update(tx, view).await
}

/// Removes a view.
pub async fn delete(tx: &mut Tx, id: SavedViewId) -> Result<(), DbError> {
    tx.execute("delete from saved_views where id = $1", args![id]).await?;
    Ok(())
}

/// The views of a kind, by their names.
pub async fn of_kind(tx: &mut Tx, kind: &str) -> Result<Vec<SavedView>, DbError> {
    tx.all("select * from saved_views where kind = $1 order by name, id", args![kind]).await
}

/// Removes the views of a kind that is no more.
pub async fn delete_of_kind(tx: &mut Tx, kind: &str) -> Result<(), DbError> {
    tx.execute("delete from saved_views where kind = $1", args![kind]).await?;
    Ok(())
}
