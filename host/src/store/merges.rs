//! Which customers were merged into which.

use std::borrow::Cow;

use super::db::{DbError, Tx, args, row};
use super::search::Searched;
use crate::domain::actor::Principal;
use crate::domain::clock::Timestamp;
use crate::domain::ids::{CustomerId, MergeId};
use crate::domain::text;

/// Merges one locked customer into another. Who was merged into the loser before goes with it.
pub async fn merge(tx: &mut Tx, loser: CustomerId, winner: CustomerId, by: Principal) -> Result<(), DbError> {
    tx.execute(
        "insert into customer_merges (id, loser, winner, merged_at, merged_by) values ($1, $2, $3, $4, $5)",
        args![tx.id::<MergeId>(), loser, winner, tx.now(), by.to_string()],
    )
    .await?;
    tx.execute(
        "update customers set canonical_id = $2, version = version + 1, updated_at = $3 where canonical_id = $1",
        args![loser, winner, tx.now()],
    )
    .await?;
    point(tx, loser, Some(winner)).await?;
    texts_changed(tx, loser, winner);
    Ok(())
}

/// Undoes the merge of a locked customer that has this winner at the end. Who was merged into the loser before stays with
/// it. False when there is none.
pub async fn undo(tx: &mut Tx, loser: CustomerId, winner: CustomerId) -> Result<bool, DbError> {
    let undone = tx
        .execute(
            "update customer_merges set undone_at = $2 where loser = $1 and undone_at is null",
            args![loser, tx.now()],
        )
        .await?;
    if undone == 0 {
        return Ok(false);
    }
    point(tx, loser, None).await?;
    tx.execute(
        "update customers set canonical_id = $1, version = version + 1, updated_at = $2 where id in ( \
         with recursive below (id) as ( \
         select m.loser from customer_merges m where m.winner = $1 and m.undone_at is null union \
         select m.loser from customer_merges m join below b on m.winner = b.id where m.undone_at is null) \
         select id from below)",
        args![loser, tx.now()],
    )
    .await?;
    texts_changed(tx, loser, winner);
    Ok(true)
}

async fn point(tx: &mut Tx, loser: CustomerId, winner: Option<CustomerId>) -> Result<(), DbError> {
    let sql = "update customers set canonical_id = $2 where id = $1";
    tx.execute(sql, args![loser, winner]).await.map(|_| ())
}

/// The loser is found by its words while it stands alone, and the winner by both's while it doesn't.
fn texts_changed(tx: &mut Tx, loser: CustomerId, winner: CustomerId) {
    tx.texts_changed(Searched::Customer, loser);
    tx.texts_changed(Searched::Customer, winner);
}

row! {
    /// A customer that was merged into another.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Merged {
        /// Who.
        pub customer_id: CustomerId,
        /// Their name.
        pub name: String,
        /// When.
        pub merged_at: Timestamp,
    }
}

impl Merged {
    /// What to call the customer.
    pub fn label(&self) -> Cow<'_, str> {
        text::name_or(&self.name, self.customer_id.0)
    }
}

/// The records that were merged into a customer, the last one first; those that came with one of them among them.
pub async fn into(tx: &mut Tx, winner: CustomerId, limit: i64) -> Result<Vec<Merged>, DbError> {
    tx.all(
        "select c.id as customer_id, c.name, m.merged_at from customers c \
         join customer_merges m on m.loser = c.id and m.undone_at is null \
         where c.canonical_id = $1 order by m.merged_at desc, m.id desc limit $2",
        args![winner, limit],
    )
    .await
}
