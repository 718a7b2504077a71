//! What plugins log, for their operators.

use uuid::Uuid;

use super::db::{DbError, Json, Tx, args, row, values};
use super::page::{Page, PagePosition, PageRequest};
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

/// Lines that are kept of an installation, and bytes of them; the oldest go first.
pub const MOST_LINES: i64 = 20_000;
/// See [`MOST_LINES`].
pub const MOST_BYTES: i64 = 8 << 20;
/// What a line costs beside its text and fields.
const LINE_COST: usize = 100;

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

impl NewLine {
    /// What it counts for, in bytes.
    pub fn size(&self) -> usize {
        LINE_COST + self.text.len() + self.attributes.to_string().len()
    }
}

/// Keeps the lines of a call, in their order.
pub async fn append(tx: &mut Tx, of: InstallationId, call: Uuid, lines: Vec<NewLine>) -> Result<(), DbError> {
    let rows = lines
        .into_iter()
        .map(|line| {
            let id = tx.id::<LogLineId>();
            values![id, of, call, line.at, line.level, line.text, line.attributes]
        })
        .collect();
    tx.bulk("insert into plugin_logs (id, installation_id, call_id, at, level, text, attributes) ", rows, "")
        .await
}

/// Forgets an installation's oldest lines beyond what is kept of one.
pub async fn cut(tx: &mut Tx, of: InstallationId) -> Result<(), DbError> {
    tx.execute(
        "delete from plugin_logs where installation_id = $1 and id <= \
         (select id from plugin_logs where installation_id = $1 order by id desc limit 1 offset $2)",
        args![of, MOST_LINES],
    )
    .await?;
    tx.execute(
        "delete from plugin_logs where installation_id = $1 and id <= \
         (select id from (select id, sum(size) over (order by id desc) as total from \
         (select id, 100 + octet_length(text) + octet_length(cast(attributes as text)) as size \
         from plugin_logs where installation_id = $1) as lines) as sums \
         where total > $2 order by id desc limit 1)",
        args![of, MOST_BYTES],
    )
    .await?;
    Ok(())
}

/// Lines, the latest first.
pub async fn list(tx: &mut Tx, of: InstallationId, page: PageRequest) -> Result<Page<Line>, DbError> {
    let after = page.after.unwrap_or(PagePosition::START);
    let rows = tx
        .all(
            "select id, call_id, at, level, text, attributes from plugin_logs \
             where installation_id = $1 and id < $2 order by id desc limit $3",
            args![of, after.id, page.limit + 1],
        )
        .await?;
    Ok(Page::cut(rows, page.limit, |line: &Line| PagePosition { at: line.at, id: line.id }))
}

/// Forgets lines from before a time, at most `limit` of them, and says how many.
pub async fn forget(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64, DbError> {
    tx.execute(
        "delete from plugin_logs where id in (select id from plugin_logs where at < $1 order by id limit $2)",
        args![before, limit],
    )
    .await
}
