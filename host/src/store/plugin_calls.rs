//! Calls of plugins that were kept, with their transcripts.

use uuid::Uuid;

use super::db::{DbError, Tx, args, row, values};
use super::page::{Page, PagePosition, PageRequest};
use crate::domain::clock::Timestamp;
use crate::domain::ids::{InstallationId, PluginCallId};

row! {
    /// A call that was kept.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct PluginCall {
        /// Its id; each run of a call has its own.
        pub id: PluginCallId,
        /// The call's id, the same for every run of it.
        pub call_id: Uuid,
        /// The plugin's version at that time.
        pub version: String,
        /// Interface and function.
        pub function: String,
        /// How it ended.
        pub outcome: String,
        /// What went wrong.
        pub message: Option<String>,
        /// When it began.
        pub at: Timestamp,
        /// Microseconds on the wall.
        pub wall_us: i64,
        /// Microseconds on a processor.
        pub cpu_us: i64,
        /// Bytes of linear memory.
        pub memory: i64,
        /// Host calls.
        pub host_calls: i64,
        /// HTTP requests.
        pub http_requests: i64,
    }
}

/// A call about to be kept.
#[derive(Debug, Clone)]
pub struct NewCall {
    /// Whose call it was.
    pub installation: InstallationId,
    /// The call's id.
    pub call: Uuid,
    /// The plugin's version.
    pub version: String,
    /// Interface and function.
    pub function: String,
    /// How it ended.
    pub outcome: &'static str,
    /// What went wrong.
    pub message: Option<String>,
    /// When it began.
    pub at: Timestamp,
    /// Microseconds on the wall.
    pub wall_us: u64,
    /// Microseconds on a processor.
    pub cpu_us: u64,
    /// Bytes of linear memory.
    pub memory: u64,
    /// Host calls.
    pub host_calls: u32,
    /// HTTP requests.
    pub http_requests: u32,
    /// The transcript as JSON.
    pub transcript: String,
}

/// Keeps calls, in their order.
pub async fn append(tx: &mut Tx, calls: &[NewCall]) -> Result<(), DbError> {
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let rows = calls
        .iter()
        .map(|call| {
            let id = tx.id::<PluginCallId>();
            values![
                id,
                call.installation,
                call.call,
                call.version.as_str(),
                call.function.as_str(),
                call.outcome,
                call.message.as_deref().map(|message| message.replace('\0', "\u{fffd}")),
                call.at,
                whole(call.wall_us),
                whole(call.cpu_us),
                whole(call.memory),
                i64::from(call.host_calls),
                i64::from(call.http_requests),
                call.transcript.as_str(),
            ]
        })
        .collect();
    tx.bulk(
        "insert into plugin_calls (id, installation_id, call_id, version, function, outcome, message, at, wall_us, \
         cpu_us, memory, host_calls, http_requests, transcript) ",
        rows,
        "",
    )
    .await
}

/// An installation's calls with this outcome or any, the newest first.
pub async fn list(
    tx: &mut Tx,
    of: InstallationId,
    outcome: Option<&str>,
    page: PageRequest,
) -> Result<Page<PluginCall>, DbError> {
    let after = page.after.unwrap_or(PagePosition::START);
    let calls = tx
        .all(
            "select id, call_id, version, function, outcome, message, at, wall_us, cpu_us, memory, host_calls, \
             http_requests from plugin_calls where installation_id = $1 and ($2 = '' or outcome = $2) \
             and (at, id) < ($3, $4) order by at desc, id desc limit $5",
            args![of, outcome.unwrap_or_default(), after.at, after.id, page.limit + 1],
        )
        .await?;
    Ok(Page::cut(calls, page.limit, |call: &PluginCall| PagePosition { at: call.at, id: call.id.0 }))
}

/// One call of an installation.
pub async fn get(
    tx: &mut Tx,
    of: InstallationId,
    id: PluginCallId,
) -> Result<Option<(PluginCall, String)>, DbError> {
    let found: Option<PluginCall> = tx
        .optional(
            "select id, call_id, version, function, outcome, message, at, wall_us, cpu_us, memory, host_calls, \
             http_requests from plugin_calls where installation_id = $1 and id = $2",
            args![of, id],
        )
        .await?;
    let Some(call) = found else { return Ok(None) };
    let transcript = tx.scalar("select transcript from plugin_calls where id = $1", args![id]).await?;
    Ok(Some((call, transcript)))
}

/// Forgets calls from before a time, at most `limit` of them, and says how many.
pub async fn forget(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64, DbError> {
    tx.execute(
        "delete from plugin_calls where id in (select id from plugin_calls where at < $1 order by at limit $2)",
        args![before, limit],
    )
    .await
}

/// Forgets the oldest calls beyond the newest `most` of them all, at most `limit`, and says how many.
pub async fn forget_beyond(tx: &mut Tx, most: i64, limit: i64) -> Result<u64, DbError> {
    tx.execute(
        "delete from plugin_calls where id in (select id from plugin_calls where at <= coalesce((select at from \
         plugin_calls order by at desc limit 1 offset $1), -1) order by at limit $2)",
        args![most, limit],
    )
    .await
}
