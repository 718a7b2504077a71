//! Writes down the calls of plugins that are kept, many at a time, beside whatever else goes on.

use tokio_util::sync::CancellationToken;

use crate::ops::App;
use crate::plugins::{Batch, KeptCalls};
use crate::store::plugin_calls;

/// So many are written in one transaction.
const BATCH: usize = 64;

/// Writes until it is time to stop, then what is left.
pub(super) async fn run(app: App, mut kept: KeptCalls, stop: CancellationToken) {
    loop {
        let batch = tokio::select! {
            batch = kept.next(BATCH) => batch,
            () = stop.cancelled() => return store(&app, kept.rest()).await,
        };
        if batch.is_empty() {
            return;
        }
        store(&app, batch).await;
    }
}

async fn store(app: &App, batch: Batch) {
    let rows = batch.write_down().await;
    if let Err(error) = app.db.write(rows, |tx, rows| Box::pin(plugin_calls::append(tx, rows))).await {
        tracing::warn!(%error, "transcripts of calls are lost");
    }
}
