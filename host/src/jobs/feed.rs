//! Looks at the log's end for all who follow it in this process, so that none of them has to.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::ops::App;
use crate::store::db::DbError;
use crate::store::events;

/// What other processes have sealed is noticed after so long.
const POLL: Duration = Duration::from_millis(100);
/// A file has no other processes that write; this only heals a look that failed.
const ALONE: Duration = Duration::from_secs(2);

/// Publishes the log's end until it is time to stop.
pub(super) async fn run(app: App, stop: CancellationToken) {
    let pause = if app.db.is_shared() { POLL } else { ALONE };
    let mut commits = app.db.commits();
    loop {
        commits.mark_unchanged();
        if let Err(error) = look(&app).await {
            tracing::error!(%error, "the log's end could not be read");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        if !super::wait(&mut commits, &stop, pause).await {
            return;
        }
    }
}

async fn look(app: &App) -> Result<(), DbError> {
    let head = events::head(&mut app.db.read().await?).await?;
    app.feed.publish(head);
    Ok(())
}
