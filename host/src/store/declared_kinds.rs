//! Kinds of records that were declared.

use std::sync::LazyLock;

use super::db::{DbError, Tx, args};
use super::filter::KindVersion;
use super::{filter, records};
use crate::domain::catalogue::{Kind, Record as _};
use crate::domain::declared::DeclaredKind;

/// The version of the kind of a name.
const VERSION: &str = "select id, name, version, updated_at from declared_kinds where name = $1";

/// Adds a kind. False when there is one of that name.
pub async fn insert(tx: &mut Tx, kind: &DeclaredKind) -> Result<bool, DbError> {
    static SQL: LazyLock<String> =
        LazyLock::new(|| records::insert_sql(DeclaredKind::KIND, &[], "on conflict (name) do nothing"));
    let added = tx.execute(&SQL, &records::insert_args(kind, &[])).await? == 1;
    if added {
        filter::set_indexes(tx, None, Some(kind)).await?;
    }
    Ok(added)
}

/// The kind of this name.
pub async fn named(tx: &mut Tx, name: &str) -> Result<Option<&'static Kind>, DbError> {
    match tx.optional::<KindVersion>(VERSION, args![name]).await? {
        Some(version) => of(tx, version).await,
        None => Ok(None),
    }
}

/// As [`named`], for who writes a record of it: it stays as it is until the transaction ends.
pub async fn held(tx: &mut Tx, name: &str) -> Result<Option<&'static Kind>, DbError> {
    match tx.optional::<KindVersion>(filter::hold_declared_kind(tx.dialect()), args![name]).await? {
        Some(version) => of(tx, version).await,
        None => Ok(None),
    }
}

/// Every kind that was declared, by their names.
pub async fn list(tx: &mut Tx) -> Result<Vec<&'static Kind>, DbError> {
    let sql = "select id, name, version, updated_at from declared_kinds order by name";
    let mut kinds = Vec::new();
    for version in tx.all::<KindVersion>(sql, &[]).await? {
        kinds.extend(of(tx, version).await?);
    }
    Ok(kinds)
}

/// A version of a kind: read whole when this host meets it for the first time.
async fn of(tx: &mut Tx, version: KindVersion) -> Result<Option<&'static Kind>, DbError> {
    let name = version.name().to_owned();
    if let Some(kind) = filter::known_declared_kind(tx, version) {
        return Ok(Some(kind));
    }
    let found = tx.optional("select * from declared_kinds where name = $1", args![name]).await?;
    found.map(|declared| filter::declared_kind(tx, declared)).transpose()
}

/// Makes the indexes of all kinds, in a database that has none of them.
pub async fn make_indexes(tx: &mut Tx) -> Result<(), DbError> {
    let kinds: Vec<DeclaredKind> = tx.all("select * from declared_kinds order by name", &[]).await?;
    for kind in &kinds {
        filter::set_indexes(tx, None, Some(kind)).await?;
    }
    Ok(())
}

/// Locks a kind for a change by raising its version.
pub async fn lock(tx: &mut Tx, name: &str) -> Result<Option<DeclaredKind>, DbError> {
    let sql = "update declared_kinds set version = version + 1, updated_at = $2 where name = $1 returning *";
    tx.optional(sql, args![name, tx.now()]).await
}

/// Writes back a locked kind, with the indexes that it says.
pub async fn update(tx: &mut Tx, before: &DeclaredKind, kind: &DeclaredKind) -> Result<(), DbError> {
    records::update(tx, kind).await?;
    if let Some(version) = tx.optional::<KindVersion>(VERSION, args![&kind.name]).await? {
        filter::forget_declared_kind(tx, version);
    }
    filter::set_indexes(tx, Some(before), Some(kind)).await
}

/// Removes a kind with its indexes.
pub async fn delete(tx: &mut Tx, kind: &DeclaredKind) -> Result<(), DbError> {
    tx.execute("delete from declared_kinds where id = $1", args![kind.id]).await?;
    filter::set_indexes(tx, Some(kind), None).await
}
