//! Seals the log on PostgreSQL: any process may, one at a time does.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::ops::App;
use crate::store::db::{DbError, Tx};
use crate::store::events;

/// How many events are sealed in one transaction.
const BATCH: i64 = 1_000;
/// Where another process is at it, it is seen after so long whether it has sealed this one's events, too.
const AGAIN: Duration = Duration::from_millis(20);

/// Seals until it is time to stop.
pub(super) async fn run(app: App, stop: CancellationToken) {
    let mut commits = app.db.commits();
    let mut pause = super::patience(&app);
    while super::wait(&mut commits, &stop, pause).await {
        commits.mark_unchanged();
        pause = match seal_all(&app).await {
            Ok(true) => super::patience(&app),
            Ok(false) => AGAIN,
            Err(error) => {
                tracing::error!(%error, "the log could not be sealed");
                Duration::from_secs(1)
            }
        };
    }
}

/// Seals what waits; false where another process is at it.
async fn seal_all(app: &App) -> Result<bool, DbError> {
    while events::has_unsealed(&mut app.db.read().await?).await? {
        if app.db.write((), |tx, ()| Box::pin(seal(tx))).await? == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn seal(tx: &mut Tx) -> Result<usize, DbError> {
    if events::try_sealing_lock(tx).await? { events::seal(tx, BATCH).await } else { Ok(0) }
}
