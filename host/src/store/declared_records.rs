//! Records of declared kinds.

use std::sync::LazyLock;

use uuid::Uuid;

use super::db::{Arg, DbError, Tx, args, row};
use super::filter::{self, ListError, ListQuery, Narrow, Statement};
use super::page::Page;
use super::records;
use super::search::Searched;
use super::visible::seen;
use crate::domain::actor::Scope;
use crate::domain::catalogue::{Kind, Record as _};
use crate::domain::clock::Timestamp;
use crate::domain::declared::{DeclaredRecord, Pending};
use crate::domain::ids::RecordId;

/// A record as its kind has it now, also where it is still kept in the form before.
fn now(kind: &Kind, mut record: DeclaredRecord) -> DeclaredRecord {
    if let Some(pending) = kind.declared.and_then(|declared| declared.kind.pending.as_ref()) {
        pending.apply(&mut record.data);
    }
    record
}

/// Adds a record. False when there is one of that id.
pub async fn insert(tx: &mut Tx, record: &DeclaredRecord) -> Result<bool, DbError> {
    static SQL: LazyLock<String> =
        LazyLock::new(|| records::insert_sql(DeclaredRecord::KIND, &[], "on conflict (id) do nothing"));
    let added = tx.execute(&SQL, &records::insert_args(record, &[])).await? == 1;
    tx.texts_changed(Searched::Record, record.id);
    Ok(added)
}

/// One record.
pub async fn get(
    tx: &mut Tx,
    kind: &Kind,
    id: RecordId,
    scope: Scope,
) -> Result<Option<DeclaredRecord>, DbError> {
    let sql = seen!(
        scope,
        "select * from records where id = $1 and kind = $3 and ",
        (in "records.kind", "records.id", "$2"),
        ""
    );
    let found: Option<DeclaredRecord> = tx.optional(sql, args![id, scope.viewer(), kind.name]).await?;
    Ok(found.map(|record| now(kind, record)))
}

/// Locks a record for a change by raising its version; none when it isn't there for this scope.
pub async fn lock(
    tx: &mut Tx,
    kind: &Kind,
    id: RecordId,
    scope: Scope,
) -> Result<Option<DeclaredRecord>, DbError> {
    let sql = seen!(
        scope,
        "update records set version = version + 1, updated_at = $4 where id = $1 and kind = $3 and ",
        (in "records.kind", "records.id", "$2", "change"),
        " returning *"
    );
    let args = args![id, scope.viewer(), kind.name, tx.now()];
    let found: Option<DeclaredRecord> = tx.optional(sql, args).await?;
    Ok(found.map(|record| now(kind, record)))
}

/// Writes back a locked record.
pub async fn update(tx: &mut Tx, record: &DeclaredRecord) -> Result<(), DbError> {
    tx.execute(
        "update records set data = $2, owner_id = $3, team_id = $4, custom = $5 where id = $1",
        args![
            record.id,
            super::db::Json(&record.data),
            record.owner_id,
            record.team_id,
            super::db::Json(&record.custom)
        ],
    )
    .await?;
    tx.texts_changed(Searched::Record, record.id);
    Ok(())
}

/// Removes a record.
pub async fn delete(tx: &mut Tx, id: RecordId) -> Result<(), DbError> {
    tx.execute("delete from records where id = $1", args![id]).await?;
    tx.texts_changed(Searched::Record, id);
    Ok(())
}

/// A page of a list.
pub async fn list(
    tx: &mut Tx,
    kind: &'static Kind,
    query: &ListQuery,
    scope: Scope,
) -> Result<Page<DeclaredRecord, String>, ListError> {
    let page = filter::page_of::<DeclaredRecord>(tx, kind, query, Narrow::default(), scope).await?;
    Ok(Page { items: page.items.into_iter().map(|record| now(kind, record)).collect(), next: page.next })
}

/// The records that a statement of the filter finds.
pub(super) async fn found(
    tx: &mut Tx,
    kind: &'static Kind,
    statement: Statement,
) -> Result<Vec<DeclaredRecord>, DbError> {
    let records = tx.all_filtered::<DeclaredRecord>(statement).await?.items;
    Ok(records.into_iter().map(|record| now(kind, record)).collect())
}

/// Records of a kind as they are kept, after an id; for who looks at all of them.
pub async fn kept_after(
    tx: &mut Tx,
    kind: &str,
    after: Uuid,
    limit: i64,
) -> Result<Vec<DeclaredRecord>, DbError> {
    let sql = "select * from records where kind = $1 and id > $2 order by id limit $3";
    tx.all(sql, args![kind, after, limit]).await
}

/// Records of a kind as they are kept that were written since.
pub async fn kept_since(tx: &mut Tx, kind: &str, since: Timestamp) -> Result<Vec<DeclaredRecord>, DbError> {
    tx.all("select * from records where kind = $1 and updated_at >= $2", args![kind, since]).await
}

/// How many records a kind has; at most so many are counted.
pub async fn count(tx: &mut Tx, kind: &str, most: i64) -> Result<i64, DbError> {
    let sql = "select count(*) from (select 1 from records where kind = $1 limit $2) as counted";
    tx.scalar(sql, args![kind, most]).await
}

/// Removes so many records of a kind; how many there were.
pub async fn delete_some(tx: &mut Tx, kind: &str, limit: i64) -> Result<usize, DbError> {
    let ids: Vec<RecordId> = tx
        .scalars(
            "delete from records where id in (select id from records where kind = $1 limit $2) returning id",
            args![kind, limit],
        )
        .await?;
    for id in &ids {
        tx.texts_changed(Searched::Record, *id);
    }
    Ok(ids.len())
}

/// Brings some records of a kind, those after an id, into the form that it has now; the last one's id, if there may be
/// more.
pub async fn migrate_after(
    tx: &mut Tx,
    kind: &str,
    pending: &Pending,
    after: Uuid,
    limit: i64,
) -> Result<Option<Uuid>, DbError> {
    let sql = "select id from records where kind = $1 and id > $2 order by id limit $3";
    let ids: Vec<Uuid> = tx.scalars(sql, args![kind, after, limit]).await?;
    let Some(last) = ids.last().copied() else { return Ok(None) };
    for (sql, argument) in filter::steps(tx, pending) {
        let mut args = args![kind, after, last].to_vec();
        args.extend(argument.map(Arg::from));
        tx.execute_made(sql, args).await?;
    }
    for id in ids.iter().filter(|_| !(pending.dropped.is_empty() && pending.filled.is_empty())) {
        tx.texts_changed(Searched::Record, *id);
    }
    Ok(Some(last).filter(|_| i64::try_from(ids.len()) == Ok(limit)))
}

row! {
    struct Titled {
        id: Uuid,
        title: String,
    }

    struct Counted {
        count: i64,
    }
}

/// What people know some records of a kind by.
pub async fn titles(tx: &mut Tx, kind: &'static Kind, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>, DbError> {
    let places: Vec<String> = (1..=ids.len()).map(|number| format!("${number}")).collect();
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let condition = format!("id in ({})", places.join(", "));
    titled(tx, kind, &condition, ids.iter().map(|id| Arg::from(*id)).collect()).await
}

/// What people know the first records of a kind by.
pub async fn first_titles(
    tx: &mut Tx,
    kind: &'static Kind,
    limit: i64,
) -> Result<Vec<(Uuid, String)>, DbError> {
    titled(tx, kind, "true order by id limit $1", vec![limit.into()]).await
}

/// The ids of records of a kind that people know by exactly this, two at most.
pub async fn called(tx: &mut Tx, kind: &'static Kind, title: &str) -> Result<Vec<Uuid>, DbError> {
    let condition = format!("{} = $1 order by id limit 2", filter::title_of(kind));
    let found = titled(tx, kind, &condition, vec![title.into()]).await?;
    Ok(found.into_iter().map(|(id, _)| id).collect())
}

async fn titled(
    tx: &mut Tx,
    kind: &'static Kind,
    condition: &str,
    args: Vec<Arg>,
) -> Result<Vec<(Uuid, String)>, DbError> {
    let sql = filter::titles_of_declared(kind, condition);
    let rows = tx.all_filtered::<Titled>(Statement { sql, args, long: false }).await?;
    Ok(rows.items.into_iter().map(|row| (row.id, row.title)).collect())
}

/// How many records of a kind have a value of an added field; with `value`, of those that have this one.
pub(super) async fn count_custom(
    tx: &mut Tx,
    kind: &'static Kind,
    name: &str,
    value: Option<&str>,
) -> Result<i64, DbError> {
    let sql = filter::count_of_added(kind);
    let args = vec![name.into(), value.map(str::to_owned).into()];
    let rows = tx.all_filtered::<Counted>(Statement { sql, args, long: false }).await?;
    Ok(rows.items.first().map_or(0, |row| row.count))
}
