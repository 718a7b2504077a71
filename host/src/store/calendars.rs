//! Business calendars.

use super::db::{DbError, Tx, args};
use super::records;
use crate::domain::calendar::Calendar;
use crate::domain::ids::CalendarId;

/// Adds a calendar.
pub async fn insert(tx: &mut Tx, calendar: &Calendar) -> Result<(), DbError> {
    records::insert(tx, calendar).await
}

/// Locks a calendar for a change by raising its version.
pub async fn lock(tx: &mut Tx, id: CalendarId) -> Result<Option<Calendar>, DbError> {
    tx.optional("update calendars set version = version + 1 where id = $1 returning *", args![id]).await
}

/// Writes back the fields of a locked calendar.
pub async fn update(tx: &mut Tx, calendar: &Calendar) -> Result<(), DbError> {
    records::update(tx, calendar).await
}

/// Removes a calendar; false when there is none.
pub async fn delete(tx: &mut Tx, id: CalendarId) -> Result<bool, DbError> {
    Ok(tx.execute("delete from calendars where id = $1", args![id]).await? == 1)
}

/// One calendar.
pub async fn get(tx: &mut Tx, id: CalendarId) -> Result<Option<Calendar>, DbError> {
    tx.optional("select * from calendars where id = $1", args![id]).await
}

/// Every calendar.
pub async fn list(tx: &mut Tx) -> Result<Vec<Calendar>, DbError> {
    tx.all("select * from calendars order by id", &[]).await
}
