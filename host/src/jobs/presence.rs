//! Says that this host lives, and compiles the plugins' versions that it is to have ready.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::domain::ids::{HostId, PluginVersionId};
use crate::ops::{App, Refusal};
use crate::plugins::LoadError;
use crate::store::db::{DbError, Tx};
use crate::store::{hosts, plugins};

/// How often a host says that it lives; some times within the time after which it counts as dead.
const EVERY: Duration = Duration::from_secs(4);
/// What was uploaded to another host is noticed after so long.
const POLL: Duration = Duration::from_secs(1);
/// Dead hosts are forgotten after so long; until then somebody may ask what became of them.
const FORGET_MILLIS: i64 = 3_600_000;

/// Lives until it is time to stop, and says so when it does.
pub(super) async fn run(app: App, stop: CancellationToken) {
    let mut commits = app.db.commits();
    let mut last_beat = None::<tokio::time::Instant>;
    if !app.db.is_shared()
        && let Err(error) = app.db.write((), |tx, ()| Box::pin(hosts::forget(tx, 0))).await
    {
        tracing::error!(%error, "the last run could not be forgotten");
    }
    loop {
        commits.mark_unchanged();
        if last_beat.is_none_or(|last| last.elapsed() >= EVERY) {
            match app.db.write(app.clone(), |tx, app| Box::pin(beat(tx, app))).await {
                Ok(()) => {
                    last_beat = Some(tokio::time::Instant::now());
                    app.presence.set_written();
                }
                Err(error) => tracing::error!(%error, "this host could not say that it lives"),
            }
        }
        match compile(&app).await {
            Ok(()) => app.presence.set_ready(),
            Err(error) => tracing::error!(%error, "it could not be seen which plugins are to be compiled"),
        }
        // What is committed here often wants nothing of this task, so it looks once in a while at most.
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(POLL) => {}
        }
        if !super::wait(&mut commits, &stop, EVERY.saturating_sub(POLL)).await {
            break;
        }
    }
    if let Err(error) = app.db.write(app.presence.id(), |tx, host| Box::pin(hosts::leave(tx, *host))).await {
        tracing::warn!(%error, "this host could not say that it ends; the others will notice");
    }
}

async fn beat(tx: &mut Tx, app: &App) -> Result<(), DbError> {
    hosts::beat(tx, app.presence.id(), app.presence.address(), env!("CARGO_PKG_VERSION")).await?;
    hosts::forget(tx, FORGET_MILLIS).await.map(|_| ())
}

/// Compiles what is wanted, one version after the other, and notes each.
async fn compile(app: &App) -> Result<(), Refusal> {
    let wanted = hosts::wanted(&mut app.db.read().await?, app.presence.id()).await?;
    for version in wanted {
        let mut tx = app.db.read().await?;
        let Some(found) = plugins::version(&mut tx, version).await? else { continue };
        let prepared =
            app.plugins.prepare(&mut tx, &format!("of {} {}", found.plugin, found.version), &found).await;
        drop(tx);
        let error = match prepared {
            Ok(()) => None,
            Err(LoadError::Store(error)) => return Err(error.into()),
            Err(LoadError::Compile { error, .. }) if error.is_passing() => {
                tracing::error!(%error, %version, "a plugin's version can't be compiled now; it is tried again");
                continue;
            }
            Err(error) => {
                tracing::error!(%error, %version, "a plugin's version can't be compiled");
                Some(error.to_string())
            }
        };
        app.db.write((app.presence.id(), version, error), |tx, input| Box::pin(note(tx, input))).await?;
    }
    Ok(())
}

async fn note(
    tx: &mut Tx,
    (host, version, error): &(HostId, PluginVersionId, Option<String>),
) -> Result<(), Refusal> {
    Ok(hosts::note(tx, *host, *version, error.as_deref()).await?)
}
