//! Fields that a company has added to kinds of records.

use std::sync::LazyLock;

use super::db::{DbError, Tx, args};
use super::{filter, records};
use crate::domain::catalogue::{Kind, Record as _};
use crate::domain::custom_field::CustomField;

/// Adds a field. False when its kind has one of that name.
pub async fn insert(tx: &mut Tx, field: &CustomField) -> Result<bool, DbError> {
    static SQL: LazyLock<String> =
        LazyLock::new(|| records::insert_sql(CustomField::KIND, &[], "on conflict (kind, name) do nothing"));
    Ok(tx.execute(&SQL, &records::insert_args(field, &[])).await? == 1)
}

/// The fields that were added to a kind, in their order of names.
pub async fn of_kind(tx: &mut Tx, kind: &Kind) -> Result<Vec<CustomField>, DbError> {
    tx.all("select * from custom_fields where kind = $1 order by name", args![kind.name]).await
}

/// Every field that was added.
pub async fn list(tx: &mut Tx) -> Result<Vec<CustomField>, DbError> {
    tx.all("select * from custom_fields order by kind, name", &[]).await
}

/// Locks a field for a change by raising its version.
pub async fn lock(tx: &mut Tx, kind: &Kind, name: &str) -> Result<Option<CustomField>, DbError> {
    let sql = "update custom_fields set version = version + 1, updated_at = $3 where kind = $1 and name = $2 returning *";
    tx.optional(sql, args![kind.name, name, tx.now()]).await
}

/// Writes back a locked field.
pub async fn update(tx: &mut Tx, field: &CustomField) -> Result<(), DbError> {
    records::update(tx, field).await
}

/// Removes a field.
pub async fn delete(tx: &mut Tx, field: &CustomField) -> Result<(), DbError> {
    tx.execute("delete from custom_fields where id = $1", args![field.id]).await?;
    Ok(())
}

/// Makes the index by which records are found by a field, or takes it away. Writes of the kind wait meanwhile.
pub async fn set_index(
    tx: &mut Tx,
    kind: &'static Kind,
    field: &CustomField,
    wanted: bool,
) -> Result<(), DbError> {
    filter::set_index(tx, kind, field, wanted).await
}

/// How many records have a value of a field; with `value`, this one.
pub async fn count(
    tx: &mut Tx,
    kind: &'static Kind,
    name: &str,
    value: Option<&str>,
) -> Result<i64, DbError> {
    records::count_custom(tx, kind, name, value).await
}

/// Takes the values of a field out of all records that have one; how many.
pub async fn clear(tx: &mut Tx, kind: &'static Kind, name: &str) -> Result<usize, DbError> {
    records::clear_custom(tx, kind, name).await
}

/// Removes the fields that were added to a kind that is no more, with their indexes.
pub async fn delete_of_kind(tx: &mut Tx, kind: &'static Kind) -> Result<(), DbError> {
    for field in of_kind(tx, kind).await? {
        if field.indexed {
            set_index(tx, kind, &field, false).await?;
        }
        delete(tx, &field).await?;
    }
    Ok(())
}
