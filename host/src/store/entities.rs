//! Records as plugins read them, whatever their kind.

use uuid::Uuid;

use super::db::{DbError, Tx};
use super::filter::{self, Condition, FilterError};
use super::{
    conversations, customers, deals, declared_kinds, declared_records, orders, shares, tasks, tickets,
};
use crate::domain::actor::Scope;
use crate::domain::catalogue::Record;
use crate::domain::conversation::{Conversation, Interaction};
use crate::domain::customer::Customer;
use crate::domain::deal::Deal;
use crate::domain::entity::{Entity, RecordKind};
use crate::domain::order::Order;
use crate::domain::partner::Share;
use crate::domain::task::Task;
use crate::domain::ticket::Ticket;

/// One record; none when it isn't there for this scope.
pub async fn get(tx: &mut Tx, kind: &str, id: Uuid, scope: Scope) -> Result<Option<Entity>, DbError> {
    let Ok(kind) = kind.parse() else {
        let Some(kind) = declared_kinds::named(tx, kind).await? else { return Ok(None) };
        let found = declared_records::get(tx, kind, id.into(), scope).await?;
        return Ok(found.map(|record| Entity::declared(kind, &record)));
    };
    Ok(match kind {
        RecordKind::Customer => {
            customers::get(tx, id.into(), scope).await?.map(|record| Entity::of(kind, &record))
        }
        RecordKind::Conversation => {
            conversations::get(tx, id.into(), scope).await?.map(|record| Entity::of(kind, &record))
        }
        RecordKind::Interaction => {
            conversations::interaction(tx, id.into(), scope).await?.map(|record| Entity::of(kind, &record))
        }
        RecordKind::Task => tasks::get(tx, id.into(), scope).await?.map(|record| Entity::of(kind, &record)),
        RecordKind::Ticket => {
            tickets::get(tx, id.into(), scope).await?.map(|record| Entity::of(kind, &record))
        }
        RecordKind::Deal => deals::get(tx, id.into(), scope).await?.map(|record| Entity::of(kind, &record)),
        RecordKind::Share => shares::get(tx, id.into(), scope).await?.map(|record| Entity::of(kind, &record)),
        RecordKind::Order => orders::get(tx, id.into(), scope).await?.map(|record| Entity::of(kind, &record)),
    })
}

/// Records that meet all conditions, oldest first, after an id.
pub async fn find(
    tx: &mut Tx,
    kind: &str,
    conditions: &[Condition],
    after: Uuid,
    limit: i64,
    scope: Scope,
) -> Result<Vec<Entity>, FilterError> {
    let Ok(kind) = kind.parse::<RecordKind>() else {
        let Some(kind) = declared_kinds::named(tx, kind).await? else { return Ok(Vec::new()) };
        let statement = filter::select(tx, kind, conditions, after, limit, scope).await?;
        let records = declared_records::found(tx, kind, statement).await?;
        return Ok(records.iter().map(|record| Entity::declared(kind, record)).collect());
    };
    let statement = filter::select(tx, kind.kind(), conditions, after, limit, scope).await?;
    Ok(match kind {
        RecordKind::Customer => entities::<Customer>(tx, kind, statement).await?,
        RecordKind::Conversation => entities::<Conversation>(tx, kind, statement).await?,
        RecordKind::Interaction => entities::<Interaction>(tx, kind, statement).await?,
        RecordKind::Task => entities::<Task>(tx, kind, statement).await?,
        RecordKind::Ticket => entities::<Ticket>(tx, kind, statement).await?,
        RecordKind::Order => entities::<Order>(tx, kind, statement).await?,
        RecordKind::Deal => entities::<Deal>(tx, kind, statement).await?,
        RecordKind::Share => entities::<Share>(tx, kind, statement).await?,
    })
}

async fn entities<R: Record>(
    tx: &mut Tx,
    kind: RecordKind,
    statement: filter::Statement,
) -> Result<Vec<Entity>, DbError> {
    let records: Vec<R> = tx.all_filtered(statement).await?.items;
    Ok(records.iter().map(|record| Entity::of(kind, record)).collect())
}
