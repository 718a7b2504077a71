//! Statistics of plugins, by the hour; every host adds to the same rows.

use super::db::{DbError, Tx, args, row};
use crate::domain::clock::Timestamp;
use crate::domain::ids::{InstallationId, PluginVersionId};

row! {
    /// The calls of one version's interface within an hour, or over several.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Figure {
        /// The version, such as `0.1.0`.
        pub version: String,
        /// The interface that was called.
        pub ability: String,
        /// Calls.
        pub calls: i64,
        /// Those that the guest answered with an error of its own.
        pub refused: i64,
        /// Those that broke a limit or broke down.
        pub failed: i64,
        /// How long all took together, in microseconds.
        pub total_us: i64,
        /// How long the longest took, in microseconds.
        pub longest_us: i64,
        /// The most memory that one took, in bytes.
        pub memory: i64,
        /// How many took a millisecond at most.
        pub within_1ms: i64,
        /// How many took ten milliseconds at most.
        pub within_10ms: i64,
        /// How many took a tenth of a second at most.
        pub within_100ms: i64,
        /// How many took a second at most.
        pub within_1s: i64,
    }
}

/// What one host counted since it added last.
#[derive(Debug, Clone)]
pub struct NewFigure {
    /// Whose calls.
    pub installation: InstallationId,
    /// Its version then.
    pub version: PluginVersionId,
    /// The interface that was called.
    pub ability: &'static str,
    /// Calls, refused, failed, microseconds together, microseconds of the longest, bytes of the largest.
    pub sums: [i64; 6],
    /// How many took at most 1, 10, 100 and 1,000 ms.
    pub within: [i64; 4],
}

/// Adds to the hour that began then.
pub async fn add(tx: &mut Tx, hour: Timestamp, new: &NewFigure) -> Result<(), DbError> {
    let ([calls, refused, failed, total, longest, memory], within) = (new.sums, new.within);
    tx.execute(
        "insert into plugin_figures (installation_id, version_id, ability, hour, calls, refused, failed, total_us, \
         longest_us, memory, within_1ms, within_10ms, within_100ms, within_1s) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
         on conflict (installation_id, version_id, ability, hour) do update set \
         calls = plugin_figures.calls + excluded.calls, refused = plugin_figures.refused + excluded.refused, \
         failed = plugin_figures.failed + excluded.failed, total_us = plugin_figures.total_us + excluded.total_us, \
         longest_us = case when excluded.longest_us > plugin_figures.longest_us then excluded.longest_us \
         else plugin_figures.longest_us end, \
         memory = case when excluded.memory > plugin_figures.memory then excluded.memory \
         else plugin_figures.memory end, \
         within_1ms = plugin_figures.within_1ms + excluded.within_1ms, \
         within_10ms = plugin_figures.within_10ms + excluded.within_10ms, \
         within_100ms = plugin_figures.within_100ms + excluded.within_100ms, \
         within_1s = plugin_figures.within_1s + excluded.within_1s",
        args![
            new.installation,
            new.version,
            new.ability,
            hour,
            calls,
            refused,
            failed,
            total,
            longest,
            memory,
            within[0],
            within[1],
            within[2],
            within[3]
        ],
    )
    .await
    .map(|_| ())
}

/// An installation's figures since a time, by version and interface, the newest version first.
pub async fn since(tx: &mut Tx, of: InstallationId, from: Timestamp) -> Result<Vec<Figure>, DbError> {
    tx.all(
        "select v.version, f.ability, cast(sum(f.calls) as bigint) as calls, \
         cast(sum(f.refused) as bigint) as refused, cast(sum(f.failed) as bigint) as failed, \
         cast(sum(f.total_us) as bigint) as total_us, max(f.longest_us) as longest_us, max(f.memory) as memory, \
         cast(sum(f.within_1ms) as bigint) as within_1ms, cast(sum(f.within_10ms) as bigint) as within_10ms, \
         cast(sum(f.within_100ms) as bigint) as within_100ms, cast(sum(f.within_1s) as bigint) as within_1s \
         from plugin_figures f join plugin_versions v on v.id = f.version_id \
         where f.installation_id = $1 and f.hour >= $2 \
         group by v.version, v.created_at, v.id, f.ability order by v.created_at desc, v.id desc, f.ability",
        args![of, from],
    )
    .await
}

/// Forgets hours before a time.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64, DbError> {
    tx.execute("delete from plugin_figures where hour < $1", args![before]).await
}
