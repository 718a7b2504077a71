//! How much waits: jobs by queue, and events for their place in the log.

use super::db::{DbError, Tx, args, row};
use crate::domain::clock::Timestamp;

row! {
    /// How many jobs of a queue are in a state.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Jobs {
        /// Which handler takes them.
        pub queue: String,
        /// `ready`, `running` or `dead`.
        pub state: String,
        /// How many.
        pub jobs: i64,
    }

    /// What waits for its place in the log.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Unsealed {
        /// How many events.
        pub events: i64,
        /// Since when the oldest of them waits.
        pub since: Option<Timestamp>,
    }
}

/// Jobs by queue and state.
pub async fn jobs(tx: &mut Tx) -> Result<Vec<Jobs>, DbError> {
    tx.all("select queue, state, count(*) as jobs from jobs group by queue, state order by queue, state", &[])
        .await
}

/// Since when the oldest job is due that waits; none when nothing is.
pub async fn oldest_due(tx: &mut Tx) -> Result<Option<Timestamp>, DbError> {
    let sql = "select min(run_at) from jobs where state = 'ready' and run_at <= $1";
    tx.scalar(sql, args![tx.now()]).await
}

/// What waits for its place in the log.
pub async fn unsealed(tx: &mut Tx) -> Result<Unsealed, DbError> {
    tx.one("select count(*) as events, min(at) as since from events where seq is null", &[]).await
}
