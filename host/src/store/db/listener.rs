//! Notifications of what other hosts commit, by PostgreSQL's LISTEN and NOTIFY: whoever follows the log is woken by them.
//!
//! A pooler that lends a connection for one transaction takes the channel away without a word, so a notification of one's
//! own shows first whether they arrive.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use uuid::Uuid;

use super::{Common, DbError, Dialect, Tx, args};

/// The channel's name.
const CHANNEL: &str = "hospes";
/// How long a notification of one's own may take to arrive.
const ARRIVE_WITHIN: Duration = Duration::from_secs(2);
/// When it is tried again after a connection was lost, and where notifications don't arrive.
const RECONNECT: Duration = Duration::from_secs(1);
const RETRY: Duration = Duration::from_secs(60);

/// Whether notifications arrive now; the task that listens ends with it.
pub(super) struct Listener {
    arrive: Arc<AtomicBool>,
    task: tokio::task::AbortHandle,
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Listener {
    /// Begins to listen, for as long as this is kept.
    pub(super) fn start(pool: PgPool, common: &Common) -> Self {
        let arrive = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(run(pool, common.clone(), arrive.clone())).abort_handle();
        Self { arrive, task }
    }

    pub(super) fn is_notified(&self) -> bool {
        self.arrive.load(Ordering::Relaxed)
    }

    pub(super) fn stop(&self) {
        self.task.abort();
        self.arrive.store(false, Ordering::Relaxed);
    }
}

async fn run(pool: PgPool, common: Common, arrive: Arc<AtomicBool>) {
    loop {
        let pause = match listen(&pool, &common, &arrive).await {
            Ok(()) => RETRY,
            Err(error) => {
                tracing::debug!(%error, "notifications don't arrive for the moment; the database is polled");
                RECONNECT
            }
        };
        arrive.store(false, Ordering::Relaxed);
        // Whoever waits for a notification polls from now on.
        common.commits.send_modify(|count| *count += 1);
        tokio::time::sleep(pause).await;
    }
}

/// Listens until the connection is lost; ends at once where notifications don't arrive.
async fn listen(pool: &PgPool, common: &Common, arrive: &AtomicBool) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    let own = format!("{} listens", common.process);
    sqlx::query("select pg_notify($1, $2)").bind(CHANNEL).bind(&own).execute(pool).await?;
    let arrives = async {
        while listener.recv().await?.payload() != own {}
        Ok::<_, sqlx::Error>(())
    };
    match tokio::time::timeout(ARRIVE_WITHIN, arrives).await {
        Ok(arrived) => arrived?,
        Err(_) => {
            tracing::info!(
                "notifications don't arrive through this connection, as through a pooler of transactions; the database is polled"
            );
            return Ok(());
        }
    }
    arrive.store(true, Ordering::Relaxed);
    loop {
        // What was committed before it listened is seen, too.
        common.commits.send_modify(|count| *count += 1);
        while let Some(notification) = listener.try_recv().await? {
            let Some((process, head)) = read(notification.payload()) else { continue };
            if process != common.process {
                common.sealed(head);
                common.commits.send_modify(|count| *count += 1);
            }
        }
        // The connection was lost, and notifications with it; the next look has a new one.
    }
}

/// Who has sealed the log, and up to which place.
fn read(payload: &str) -> Option<(Uuid, i64)> {
    let (process, head) = payload.split_once(' ')?;
    Some((process.parse().ok()?, head.parse().ok()?))
}

impl Tx {
    /// Notifies other hosts, when this transaction is committed, that the log is sealed up to this place.
    pub(in crate::store) async fn notify_hosts(&mut self, head: i64) -> Result<(), DbError> {
        if self.dialect() == Dialect::Postgres {
            let payload = format!("{} {head}", self.process);
            self.execute("select pg_notify($1, $2)", args![CHANNEL, payload]).await?;
        }
        Ok(())
    }
}
