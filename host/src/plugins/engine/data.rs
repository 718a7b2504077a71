//! Where calls read keys and records from: the database, or what a test case says is there. The database's work is charged
//! to the call that has it done.

use std::collections::BTreeMap;
use std::time::Duration;

use uuid::Uuid;

use super::limits::HostTime;
use crate::domain::actor::Scope;
use crate::domain::attachment::Attachment;
use crate::domain::entity::Entity;
use crate::domain::ids::{AttachmentId, BlobId, InstallationId};
use crate::store::db::{Db, DbError};
use crate::store::filter::{Condition, FilterError};
use crate::store::{attachments, blobs, entities, kv};

/// What one row costs that is looked up, where the database works on threads of its own.
const LOOK_UP: Duration = Duration::from_micros(20);

/// What one read is charged with at most: one that may look at many rows also waits for others like it.
const READ: Duration = Duration::from_millis(100);

/// Where calls read from.
#[derive(Clone)]
pub enum Data {
    /// The database.
    Store(Db),
    /// A test case: these keys and no records.
    Case(BTreeMap<String, Vec<u8>>),
}

impl From<Db> for Data {
    fn from(db: Db) -> Self {
        Self::Store(db)
    }
}

impl Data {
    /// A key's value and version.
    pub(in crate::plugins) async fn key(
        &self,
        time: &HostTime,
        of: InstallationId,
        key: &str,
    ) -> Result<Option<kv::Entry>, DbError> {
        time.add(LOOK_UP);
        match self {
            Self::Store(db) => kv::get(&mut db.read().await?, of, key).await,
            Self::Case(keys) => Ok(keys.get(key).map(|value| kv::Entry { value: value.clone(), version: 1 })),
        }
    }

    /// How much the installation keeps.
    pub(in crate::plugins) async fn usage(
        &self,
        time: &HostTime,
        of: InstallationId,
    ) -> Result<kv::Usage, DbError> {
        match self {
            Self::Store(db) => {
                let mut tx = db.read().await?;
                time.of(READ, kv::usage(&mut tx, of)).await
            }
            Self::Case(keys) => {
                let bytes = keys.iter().map(|(key, value)| (key.len() + value.len()) as u64).sum();
                Ok(kv::Usage { bytes, keys: keys.len() as u64 })
            }
        }
    }

    /// Keys with the prefix, in byte order, after `after`.
    pub(in crate::plugins) async fn keys(
        &self,
        time: &HostTime,
        of: InstallationId,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<String>, DbError> {
        match self {
            Self::Store(db) => {
                let mut tx = db.read().await?;
                time.of(READ, kv::keys(&mut tx, of, prefix, after, limit)).await
            }
            Self::Case(keys) => {
                let later = keys.keys().filter(|key| after.is_none_or(|after| key.as_str() > after));
                Ok(later.filter(|key| key.starts_with(prefix)).take(limit).cloned().collect())
            }
        }
    }

    /// A record, if it is there for this scope.
    pub(in crate::plugins) async fn entity(
        &self,
        time: &HostTime,
        kind: &str,
        id: Uuid,
        scope: Scope,
    ) -> Result<Option<Entity>, DbError> {
        time.add(LOOK_UP);
        match self {
            Self::Store(db) => entities::get(&mut db.read().await?, kind, id, scope).await,
            Self::Case(_) => Ok(None),
        }
    }

    /// A file on a record.
    pub(in crate::plugins) async fn attachment(
        &self,
        time: &HostTime,
        id: AttachmentId,
    ) -> Result<Option<Attachment>, DbError> {
        time.add(LOOK_UP);
        match self {
            Self::Store(db) => attachments::get(&mut db.read().await?, id).await,
            Self::Case(_) => Ok(None),
        }
    }

    /// Bytes of a file.
    pub(in crate::plugins) async fn bytes(
        &self,
        time: &HostTime,
        blob: BlobId,
        offset: u64,
        length: usize,
    ) -> Result<Vec<u8>, DbError> {
        match self {
            Self::Store(db) => {
                let mut tx = db.read().await?;
                time.of(READ, blobs::read(&mut tx, blob.0, offset, length)).await
            }
            Self::Case(_) => Ok(Vec::new()),
        }
    }

    /// Records that meet all conditions, oldest first, after an id.
    pub(in crate::plugins) async fn find(
        &self,
        time: &HostTime,
        kind: &str,
        conditions: &[Condition],
        after: Uuid,
        limit: u32,
        scope: Scope,
    ) -> Result<Vec<Entity>, FilterError> {
        match self {
            Self::Store(db) => {
                let mut tx = db.read().await?;
                time.of(READ, entities::find(&mut tx, kind, conditions, after, limit.into(), scope)).await
            }
            Self::Case(_) => Ok(Vec::new()),
        }
    }
}
