//! The processes that serve this database, and which plugins' versions each has compiled.

use super::db::{DbError, Tx, args, row};
use super::queue::database_time;
use crate::domain::clock::Timestamp;
use crate::domain::ids::{HostId, PluginVersionId};

/// A host that hasn't been seen for so long, by the database's clock, counts as dead.
pub const ALIVE_MILLIS: i64 = 15_000;

row! {
    /// A living host.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Host {
        /// Its id, another one at each start.
        pub id: HostId,
        /// Where it listens.
        pub address: String,
        /// Its version of hospes.
        pub release: String,
        /// When it started, by the database's clock.
        pub started_at: Timestamp,
        /// When it was last seen, by the database's clock.
        pub seen_at: Timestamp,
    }

    /// How far a living host is with a version.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Readiness {
        /// The host.
        pub host_id: HostId,
        /// Where it listens.
        pub address: String,
        /// Whether it can call the version.
        pub ready: bool,
        /// Why it never can, if it can't.
        pub error: Option<String>,
    }
}

/// Says that a host lives. One that was taken for dead meanwhile is entered again.
pub async fn beat(tx: &mut Tx, id: HostId, address: &str, release: &str) -> Result<(), DbError> {
    let now = database_time(tx).await?;
    tx.execute(
        "insert into hosts (id, address, release, started_at, seen_at) values ($1, $2, $3, $4, $4) \
         on conflict (id) do update set seen_at = excluded.seen_at",
        args![id, address, release, now],
    )
    .await
    .map(|_| ())
}

/// Takes a host out that stops in order.
pub async fn leave(tx: &mut Tx, id: HostId) -> Result<(), DbError> {
    tx.execute("delete from hosts where id = $1", args![id]).await.map(|_| ())
}

/// Forgets hosts that died before a time ago, in milliseconds.
pub async fn forget(tx: &mut Tx, ago_millis: i64) -> Result<u64, DbError> {
    let before = database_time(tx).await?.plus_millis(-ago_millis);
    tx.execute("delete from hosts where seen_at < $1", args![before]).await
}

/// The living hosts, the longest running first.
pub async fn living(tx: &mut Tx) -> Result<Vec<Host>, DbError> {
    let since = database_time(tx).await?.plus_millis(-ALIVE_MILLIS);
    tx.all("select * from hosts where seen_at > $1 order by started_at, id", args![since]).await
}

/// Notes that a host has compiled a version, or why it can't. A host that isn't entered has nobody who waits for it.
pub async fn note(
    tx: &mut Tx,
    host: HostId,
    version: PluginVersionId,
    error: Option<&str>,
) -> Result<(), DbError> {
    tx.execute(
        "insert into host_versions (host_id, version_id, error) \
         select h.id, v.id, $3 from hosts h, plugin_versions v where h.id = $1 and v.id = $2 \
         on conflict (host_id, version_id) do update set error = excluded.error",
        args![host, version, error],
    )
    .await
    .map(|_| ())
}

/// How far each living host is with a version, the longest running first.
pub async fn readiness(tx: &mut Tx, version: PluginVersionId) -> Result<Vec<Readiness>, DbError> {
    let since = database_time(tx).await?.plus_millis(-ALIVE_MILLIS);
    tx.all(
        "select h.id as host_id, h.address, (v.host_id is not null and v.error is null) as ready, v.error from hosts h \
         left join host_versions v on v.host_id = h.id and v.version_id = $1 \
         where h.seen_at > $2 order by h.started_at, h.id",
        args![version, since],
    )
    .await
}

/// The versions that a host is to have ready and has said nothing of yet: those in use, the latest of each plugin, because
/// it may be switched to, and what an installation waits for or may go back to.
pub async fn wanted(tx: &mut Tx, host: HostId) -> Result<Vec<PluginVersionId>, DbError> {
    tx.scalars(
        "select v.id from plugin_versions v where not exists \
         (select 1 from host_versions h where h.host_id = $1 and h.version_id = v.id) \
         and (exists (select 1 from installations i where v.id in (i.version_id, i.previous_version_id, i.pending_version_id)) \
         or not exists (select 1 from plugin_versions n where n.plugin_id = v.plugin_id and n.id > v.id)) order by v.id",
        args![host],
    )
    .await
}
