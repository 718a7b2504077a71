//! Partners and the people who work there.

use std::sync::LazyLock;

use super::db::{DbError, Tx, args};
use super::page::{Page, PagePosition, PageRequest};
use super::records;
use crate::domain::catalogue::Record as _;
use crate::domain::ids::{InstallationId, PartnerId, PartnerUserId};
use crate::domain::partner::{Partner, PartnerUser};

/// Adds a partner.
pub async fn insert(tx: &mut Tx, partner: &Partner) -> Result<(), DbError> {
    records::insert(tx, partner).await
}

/// Locks a partner for a change by raising its version.
pub async fn lock(tx: &mut Tx, id: PartnerId) -> Result<Option<Partner>, DbError> {
    tx.optional(
        "update partners set version = version + 1, updated_at = $2 where id = $1 returning *",
        args![id, tx.now()],
    )
    .await
}

/// Writes back the fields of a locked partner; what is shared with it goes to its installation from now on.
pub async fn update(tx: &mut Tx, partner: &Partner) -> Result<(), DbError> {
    records::update(tx, partner).await?;
    let sql = "update shares set installation_id = $2 where partner_id = $1 and installation_id is distinct from $2";
    tx.execute(sql, args![partner.id, partner.installation_id]).await?;
    Ok(())
}

/// One partner.
pub async fn get(tx: &mut Tx, id: PartnerId) -> Result<Option<Partner>, DbError> {
    tx.optional("select * from partners where id = $1", args![id]).await
}

/// The partner of this name.
pub async fn named(tx: &mut Tx, name: &str) -> Result<Option<Partner>, DbError> {
    tx.optional("select * from partners where name = $1", args![name]).await
}

/// The partner whose installation it is.
pub async fn of_installation(tx: &mut Tx, id: InstallationId) -> Result<Option<Partner>, DbError> {
    tx.optional("select * from partners where installation_id = $1 order by id limit 1", args![id]).await
}

/// Partners, the newest first.
pub async fn list(tx: &mut Tx, page: PageRequest) -> Result<Page<Partner>, DbError> {
    let after = page.after.unwrap_or(PagePosition::START);
    let rows = tx
        .all(
            "select * from partners where id < $1 order by id desc limit $2",
            args![after.id, page.limit + 1],
        )
        .await?;
    Ok(Page::cut(rows, page.limit, |partner: &Partner| PagePosition {
        at: partner.created_at,
        id: partner.id.0,
    }))
}

/// Enters a person. False when somebody has the address already.
pub async fn insert_user(tx: &mut Tx, user: &PartnerUser) -> Result<bool, DbError> {
    static SQL: LazyLock<String> =
        LazyLock::new(|| records::insert_sql(PartnerUser::KIND, &[], "on conflict (email) do nothing"));
    Ok(tx.execute(&SQL, &records::insert_args(user, &[])).await? == 1)
}

/// Locks a person for a change by raising the version.
pub async fn lock_user(tx: &mut Tx, id: PartnerUserId) -> Result<Option<PartnerUser>, DbError> {
    tx.optional("update partner_users set version = version + 1 where id = $1 returning *", args![id]).await
}

/// Writes back the fields of a locked person.
pub async fn update_user(tx: &mut Tx, user: &PartnerUser) -> Result<(), DbError> {
    records::update(tx, user).await
}

/// One person.
pub async fn user(tx: &mut Tx, id: PartnerUserId) -> Result<Option<PartnerUser>, DbError> {
    tx.optional("select * from partner_users where id = $1", args![id]).await
}

/// The partner that a person works for, if both are active.
pub async fn active_of(tx: &mut Tx, user: PartnerUserId) -> Result<Option<PartnerId>, DbError> {
    tx.optional_scalar(
        "select p.id from partners p join partner_users u on u.partner_id = p.id \
         where u.id = $1 and u.active and p.active",
        args![user],
    )
    .await
}

/// A partner's people, in the order they were entered.
pub async fn users(tx: &mut Tx, partner: PartnerId) -> Result<Vec<PartnerUser>, DbError> {
    tx.all("select * from partner_users where partner_id = $1 order by id", args![partner]).await
}
