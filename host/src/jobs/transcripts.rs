//! Writes down the calls of plugins that are kept, many at a time, beside whatever else goes on.

use tokio_util::sync::CancellationToken;

use crate::ops::App;
use crate::plugins::{Kept, KeptCalls};
use crate::store::plugin_calls;

/// So many are written in one transaction.
const BATCH: usize = 64;

/// Writes until it is time to stop, then what is left.
pub(super) async fn run(app: App, mut kept: KeptCalls, stop: CancellationToken) {
    loop {
        let mut batch = Vec::with_capacity(BATCH);
        tokio::select! {
            _ = kept.recv_many(&mut batch, BATCH) => {}
            () = stop.cancelled() => {
                while let Ok(call) = kept.try_recv() {
                    batch.push(call);
                }
                return store(&app, batch).await;
            }
        }
        if batch.is_empty() {
            return;
        }
        store(&app, batch).await;
    }
}

async fn store(app: &App, batch: Vec<Kept>) {
    let mut rows = Vec::with_capacity(batch.len());
    for call in batch {
        rows.push(call.write_down());
        tokio::task::yield_now().await;
    }
    if let Err(error) = app.db.write(rows, |tx, rows| Box::pin(plugin_calls::append(tx, rows))).await {
        tracing::warn!(%error, "transcripts of calls are lost");
    }
}
