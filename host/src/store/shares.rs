//! What is shared with partners.

use std::sync::LazyLock;

use uuid::Uuid;

use super::db::{DbError, Tx, args};
use super::page::{Page, PagePosition, PageRequest};
use super::records;
use super::visible::visible;
use crate::domain::actor::Scope;
use crate::domain::catalogue::Record as _;
use crate::domain::ids::{PartnerId, ShareId};
use crate::domain::partner::{Share, ShareState};

/// The condition that a share is open and with a viewer, who is a partner or its installation.
macro_rules! open_with {
    ($viewer:literal) => {
        concat!(
            "(state in ('shared', 'offered', 'accepted') and (partner_id = ",
            $viewer,
            " or installation_id = ",
            $viewer,
            "))"
        )
    };
}

/// Adds a share. False when the partner has the record already.
pub async fn insert(tx: &mut Tx, share: &Share) -> Result<bool, DbError> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        let tail = "on conflict (partner_id, subject_id) where state in ('shared', 'offered', 'accepted') do nothing";
        records::insert_sql(Share::KIND, &[], tail)
    });
    Ok(tx.execute(&SQL, &records::insert_args(share, &[])).await? == 1)
}

/// Locks a share for a change by raising its version; none when it isn't there for this scope.
pub async fn lock(tx: &mut Tx, id: ShareId, scope: Scope) -> Result<Option<Share>, DbError> {
    tx.optional(
        concat!(
            "update shares set version = version + 1, updated_at = $3 where id = $1 and (",
            open_with!("$2"),
            " or ",
            visible!("share", "shares.id", "$2", "change"),
            ") returning *"
        ),
        args![id, scope.viewer(), tx.now()],
    )
    .await
}

/// Writes back the fields of a locked share.
pub async fn update(tx: &mut Tx, share: &Share) -> Result<(), DbError> {
    records::update(tx, share).await
}

/// One share; for a partner and its installation those alone that are open.
pub async fn get(tx: &mut Tx, id: ShareId, scope: Scope) -> Result<Option<Share>, DbError> {
    tx.optional(
        concat!(
            "select * from shares where id = $1 and (",
            open_with!("$2"),
            " or ",
            visible!("share", "shares.id", "$2"),
            ")"
        ),
        args![id, scope.viewer()],
    )
    .await
}

/// The open share of a record with a partner.
pub async fn open_of(tx: &mut Tx, partner: PartnerId, subject: Uuid) -> Result<Option<Share>, DbError> {
    tx.optional(
        "select * from shares where partner_id = $1 and subject_id = $2 and state in ('shared', 'offered', 'accepted')",
        args![partner, subject],
    )
    .await
}

/// What a list of shares is narrowed by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ShareFilter {
    /// Those with this partner.
    pub partner: Option<PartnerId>,
    /// Those of this record.
    pub subject: Option<Uuid>,
    /// Those that stand so.
    pub state: Option<ShareState>,
}

/// Shares, the last changed first.
pub async fn list(
    tx: &mut Tx,
    page: PageRequest,
    filter: ShareFilter,
    scope: Scope,
) -> Result<Page<Share>, DbError> {
    let after = page.after.unwrap_or(PagePosition::START);
    let rows = tx
        .all(
            concat!(
                "select * from shares where (updated_at, id) < ($1, $2) and (",
                open_with!("$3"),
                " or ",
                visible!("share", "shares.id", "$3"),
                ") and ($4 is null or partner_id = $4) and ($5 is null or subject_id = $5) \
                 and ($6 is null or state = $6) order by updated_at desc, id desc limit $7"
            ),
            args![
                after.at,
                after.id,
                scope.viewer(),
                filter.partner,
                filter.subject,
                filter.state,
                page.limit + 1
            ],
        )
        .await?;
    Ok(Page::cut(rows, page.limit, |share: &Share| PagePosition { at: share.updated_at, id: share.id.0 }))
}

/// The shares that wait for a partner's system, the oldest first.
pub async fn to_deliver(tx: &mut Tx, partner: PartnerId, limit: i64) -> Result<Vec<Share>, DbError> {
    tx.all(
        "select * from shares where partner_id = $1 and delivery = 'queued' \
         and state in ('shared', 'offered', 'accepted') order by id limit $2",
        args![partner, limit],
    )
    .await
}
