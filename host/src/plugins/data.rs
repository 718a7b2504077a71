//! Where calls read keys and records from: the database, or what a test case says is there.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::domain::actor::Scope;
use crate::domain::attachment::Attachment;
use crate::domain::entity::{Entity, Kind};
use crate::domain::ids::{AttachmentId, BlobId, InstallationId};
use crate::store::db::{Db, DbError};
use crate::store::filter::{Condition, FilterError};
use crate::store::{attachments, blobs, entities, kv};

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
    pub(super) async fn key(&self, of: InstallationId, key: &str) -> Result<Option<kv::Entry>, DbError> {
        match self {
            Self::Store(db) => kv::get(&mut db.read().await?, of, key).await,
            Self::Case(keys) => Ok(keys.get(key).map(|value| kv::Entry { value: value.clone(), version: 1 })),
        }
    }

    /// How much the installation keeps.
    pub(super) async fn usage(&self, of: InstallationId) -> Result<kv::Usage, DbError> {
        match self {
            Self::Store(db) => kv::usage(&mut db.read().await?, of).await,
            Self::Case(keys) => {
                let bytes = keys.iter().map(|(key, value)| (key.len() + value.len()) as u64).sum();
                Ok(kv::Usage { bytes, keys: keys.len() as u64 })
            }
        }
    }

    /// Keys with the prefix, in byte order, after `after`.
    pub(super) async fn keys(
        &self,
        of: InstallationId,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<String>, DbError> {
        match self {
            Self::Store(db) => kv::keys(&mut db.read().await?, of, prefix, after, limit).await,
            Self::Case(keys) => {
                let later = keys.keys().filter(|key| after.is_none_or(|after| key.as_str() > after));
                Ok(later.filter(|key| key.starts_with(prefix)).take(limit).cloned().collect())
            }
        }
    }

    /// A record, if it is there for this scope.
    pub(super) async fn entity(&self, kind: Kind, id: Uuid, scope: Scope) -> Result<Option<Entity>, DbError> {
        match self {
            Self::Store(db) => entities::get(&mut db.read().await?, kind, id, scope).await,
            Self::Case(_) => Ok(None),
        }
    }

    /// A file on a record.
    pub(super) async fn attachment(&self, id: AttachmentId) -> Result<Option<Attachment>, DbError> {
        match self {
            Self::Store(db) => attachments::get(&mut db.read().await?, id).await,
            Self::Case(_) => Ok(None),
        }
    }

    /// Bytes of a file.
    pub(super) async fn bytes(&self, blob: BlobId, offset: u64, length: usize) -> Result<Vec<u8>, DbError> {
        match self {
            Self::Store(db) => blobs::read(&mut db.read().await?, blob.0, offset, length).await,
            Self::Case(_) => Ok(Vec::new()),
        }
    }

    /// Records that meet all conditions, oldest first, after an id.
    pub(super) async fn find(
        &self,
        kind: Kind,
        conditions: &[Condition],
        after: Uuid,
        limit: u32,
        scope: Scope,
    ) -> Result<Vec<Entity>, FilterError> {
        match self {
            Self::Store(db) => {
                entities::find(&mut db.read().await?, kind, conditions, after, limit.into(), scope).await
            }
            Self::Case(_) => Ok(Vec::new()),
        }
    }
}
