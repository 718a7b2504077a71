//! What plugins log, for their operators.

use uuid::Uuid;

use super::db::{Arg, DbError, Json, Tx, args, row};
use super::page::{Page, PageRequest, Place};
use crate::domain::clock::Timestamp;
use crate::domain::ids::{InstallationId, LogLineId};

row! {
    /// A line.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Line {
        /// Its id; lines sort by it.
        pub id: Uuid,
        /// The call that wrote it.
        pub call_id: Uuid,
        /// When.
        pub at: Timestamp,
        /// `debug`, `info`, `warn`, `error`.
        pub level: String,
        /// What it says.
        pub text: String,
        /// Fields beside the text.
        pub attributes: Json<serde_json::Value>,
    }
}

/// A line about to be kept.
#[derive(Debug, Clone)]
pub struct NewLine {
    /// When.
    pub at: Timestamp,
    /// `debug`, `info`, `warn`, `error`.
    pub level: &'static str,
    /// What it says.
    pub text: String,
    /// Fields beside the text: a JSON object.
    pub attributes: serde_json::Value,
}

/// Keeps the lines of a call, in their order.
pub async fn append(tx: &mut Tx, of: InstallationId, call: Uuid, lines: Vec<NewLine>) -> Result<(), DbError> {
    let rows: Vec<Vec<Arg>> = lines
        .into_iter()
        .map(|line| {
            let id = tx.id::<LogLineId>();
            args![id, of, call, line.at, line.level, line.text, line.attributes].to_vec()
        })
        .collect();
    tx.bulk("insert into plugin_logs (id, installation_id, call_id, at, level, text, attributes) ", &rows, "")
        .await
}

/// Lines, the latest first.
pub async fn list(tx: &mut Tx, of: InstallationId, page: PageRequest) -> Result<Page<Line>, DbError> {
    let after = page.after.unwrap_or(Place::START);
    let rows = tx
        .all(
            "select id, call_id, at, level, text, attributes from plugin_logs \
             where installation_id = $1 and id < $2 order by id desc limit $3",
            args![of, after.id, page.limit + 1],
        )
        .await?;
    Ok(Page::cut(rows, page.limit, |line: &Line| Place { at: line.at, id: line.id }))
}

/// Forgets lines from before a time, at most `limit` of them, and says how many.
pub async fn forget(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64, DbError> {
    tx.execute(
        "delete from plugin_logs where id in (select id from plugin_logs where at < $1 order by id limit $2)",
        args![before, limit],
    )
    .await
}
