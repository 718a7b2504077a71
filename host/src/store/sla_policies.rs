//! The policies that set the clocks of tickets.

use super::db::{DbError, Tx, args};
use super::records;
use crate::domain::ids::{CalendarId, SlaPolicyId};
use crate::domain::sla_policy::SlaPolicy;

/// Every policy.
pub async fn list(tx: &mut Tx) -> Result<Vec<SlaPolicy>, DbError> {
    tx.all("select * from sla_policies order by id", &[]).await
}

/// One policy.
pub async fn get(tx: &mut Tx, id: SlaPolicyId) -> Result<Option<SlaPolicy>, DbError> {
    tx.optional("select * from sla_policies where id = $1", args![id]).await
}

/// The policies whose times follow a calendar.
pub async fn following(tx: &mut Tx, calendar: CalendarId) -> Result<Vec<SlaPolicy>, DbError> {
    tx.all("select * from sla_policies where calendar_id = $1 order by id", args![calendar]).await
}

/// Adds a policy.
pub async fn insert(tx: &mut Tx, policy: &SlaPolicy) -> Result<(), DbError> {
    records::insert(tx, policy).await
}

/// Locks a policy for a change by raising its version.
pub async fn lock(tx: &mut Tx, id: SlaPolicyId) -> Result<Option<SlaPolicy>, DbError> {
    tx.optional("update sla_policies set version = version + 1 where id = $1 returning *", args![id]).await
}

/// Writes back the fields of a locked policy.
pub async fn update(tx: &mut Tx, policy: &SlaPolicy) -> Result<(), DbError> {
    records::update(tx, policy).await
}

/// Removes a policy; false when there is none.
pub async fn delete(tx: &mut Tx, id: SlaPolicyId) -> Result<bool, DbError> {
    Ok(tx.execute("delete from sla_policies where id = $1", args![id]).await? == 1)
}
