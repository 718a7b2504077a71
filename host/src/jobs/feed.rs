//! Looks at the log's end for all who follow it in this process, so that none of them has to.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::ops::App;
use crate::store::db::DbError;
use crate::store::events;

/// Publishes the log's end until it is time to stop: as this process knows it, and as it is found where that may be old.
pub(super) async fn run(app: App, stop: CancellationToken) {
    let mut head = app.db.head();
    loop {
        if let Err(error) = look(&app).await {
            tracing::error!(%error, "the log's end could not be read");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let patience = tokio::time::sleep(super::patience(&app));
        tokio::pin!(patience);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = &mut patience => break,
                // The sender lives as long as the database, so this ends only by a change.
                _ = head.changed() => app.feed.publish(*head.borrow_and_update()),
            }
        }
    }
}

async fn look(app: &App) -> Result<(), DbError> {
    let head = events::head(&mut app.db.read().await?).await?;
    app.feed.publish(head);
    Ok(())
}
