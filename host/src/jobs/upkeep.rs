//! What is done now and then: forgetting what is no longer needed.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::domain::clock::Timestamp;
use crate::domain::ids::TokenId;
use crate::ops::calls::waiting;
use crate::ops::installations::figures;
use crate::ops::{App, intake};
use crate::store::db::{DbError, Tx};
use crate::store::{
    accounts, conversations, deliveries, notification_outbox, plugin_calls, plugin_logs, second_factors,
    single_sign_on, tokens,
};

/// How often.
const EVERY: Duration = Duration::from_secs(10);
/// Tickets that wait for somebody are looked at once in so many times.
const LOOK: u32 = 60;
/// An idempotency key is kept so long.
const KEYS_MILLIS: i64 = 24 * 3_600_000;
/// A plugin's log is kept so long.
const LOGS_MILLIS: i64 = 14 * 24 * 3_600_000;
/// A receipt waits so long for its message.
const RECEIPTS_MILLIS: i64 = 3_600_000;
/// A plugin's kept calls are kept so long, and so many of them at most.
const CALLS_MILLIS: i64 = 14 * 24 * 3_600_000;
const CALLS: i64 = 50_000;
/// What channels took in that became no message is kept so long.
const DELIVERIES_MILLIS: i64 = 14 * 24 * 3_600_000;
/// Notifications that couldn't reach somebody are shown to them so long.
const NOTIFICATIONS_MILLIS: i64 = 14 * 24 * 3_600_000;
/// So many lines of old logs, and kept calls, are forgotten at once.
const LINES: i64 = 10_000;
/// So many old requests, which may be large.
const DELIVERIES: i64 = 500;

/// Keeps house until it is time to stop.
pub(super) async fn run(app: App, stop: CancellationToken) {
    for round in 1_u32.. {
        let stopping = tokio::select! {
            () = stop.cancelled() => true,
            () = tokio::time::sleep(EVERY) => false,
        };
        if let Err(error) = figures::flush(&app).await {
            tracing::error!(%error, "plugins' figures could not be kept");
        }
        let uses = app.callers.take_uses();
        if let Err(error) = app.db.write(uses, |tx, uses| Box::pin(note_uses(tx, uses))).await {
            tracing::error!(%error, "when tokens were last used could not be noted");
        }
        if stopping {
            return;
        }
        if let Err(error) = app.db.write((), |tx, ()| Box::pin(keep(tx))).await {
            tracing::error!(%error, "old things could not be forgotten");
        }
        if round % LOOK == 0
            && let Err(error) = waiting::look(&app).await
        {
            tracing::error!(%error, "tickets that wait for somebody could not be looked at");
        }
        if let Err(error) = make_room(&app).await {
            tracing::error!(%error, "old deliveries could not be forgotten");
        }
    }
}

async fn note_uses(tx: &mut Tx, uses: &[(TokenId, Timestamp)]) -> Result<(), DbError> {
    for (token, at) in uses {
        tokens::used(tx, *token, *at).await?;
    }
    Ok(())
}

/// Forgets the oldest deliveries of the installations that keep too many bytes of them.
async fn make_room(app: &App) -> Result<(), DbError> {
    let over = deliveries::over(&mut app.db.read().await?, intake::MOST_BYTES).await?;
    for installation in over {
        app.db
            .write(installation, |tx, id| Box::pin(deliveries::forget_beyond(tx, *id, intake::MOST_BYTES)))
            .await?;
    }
    Ok(())
}

async fn keep(tx: &mut Tx) -> Result<(), DbError> {
    figures::forget(tx).await?;
    tokens::forget_keys(tx, tx.now().plus_millis(-KEYS_MILLIS)).await?;
    conversations::forget_receipts(tx, tx.now().plus_millis(-RECEIPTS_MILLIS)).await?;
    accounts::forget(tx).await?;
    single_sign_on::forget(tx).await?;
    second_factors::forget(tx).await?;
    plugin_logs::forget(tx, tx.now().plus_millis(-LOGS_MILLIS), LINES).await?;
    notification_outbox::forget(tx, tx.now().plus_millis(-NOTIFICATIONS_MILLIS), LINES).await?;
    plugin_calls::forget(tx, tx.now().plus_millis(-CALLS_MILLIS), LINES).await?;
    plugin_calls::forget_beyond(tx, CALLS, LINES).await?;
    deliveries::forget(tx, tx.now().plus_millis(-DELIVERIES_MILLIS), DELIVERIES).await?;
    Ok(())
}
