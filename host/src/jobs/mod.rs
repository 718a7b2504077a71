//! What goes on by itself: the log is sealed and fanned out into jobs, jobs are worked off, old things are
//! forgotten.

mod checkpoints;
mod fanout;
mod feed;
mod handlers;
mod letters;
mod mail;
mod notify;
mod outbox;
mod password_link;
mod presence;
mod push;
mod retries;
mod sealer;
mod transcripts;
mod upkeep;
mod worker;

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::ops::App;
use crate::store::db::in_background;

pub use self::checkpoints::Checkpoints;

/// Starts everything; it ends after `stop`, when the jobs under way are done.
pub fn start(app: &App, checkpoints: Checkpoints, stop: &CancellationToken) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    if app.db.is_shared() {
        tasks.spawn(in_background(sealer::run(app.clone(), stop.clone())));
    }
    tasks.spawn(in_background(feed::run(app.clone(), stop.clone())));
    tasks.spawn(in_background(presence::run(app.clone(), stop.clone())));
    tasks.spawn(in_background(fanout::run(app.clone(), stop.clone())));
    tasks.spawn(in_background(worker::run(app.clone(), stop.clone())));
    tasks.spawn(in_background(upkeep::run(app.clone(), stop.clone())));
    if checkpoints.file.is_some() || checkpoints.url.is_some() {
        tasks.spawn(in_background(checkpoints::run(app.clone(), checkpoints, stop.clone())));
    }
    if let Some(kept) = app.plugins.kept_calls() {
        tasks.spawn(in_background(transcripts::run(app.clone(), kept, stop.clone())));
    }
    tasks
}

/// Where hosts are notified, the database is looked at so seldom: for a notification that was lost, or of a host that was
/// killed before it sent one.
const SWEEP: Duration = Duration::from_secs(10);
/// Where they aren't, so often.
const POLL: Duration = Duration::from_millis(100);

/// For how long nothing has to be looked for that no commit tells of.
fn patience(app: &App) -> Duration {
    if app.db.is_notified() { SWEEP } else { POLL }
}

/// Waits until something may have been committed, at most so long; false when it is time to stop.
async fn wait(commits: &mut watch::Receiver<u64>, stop: &CancellationToken, at_most: Duration) -> bool {
    tokio::select! {
        () = stop.cancelled() => false,
        // The sender lives as long as the database that the caller holds, so this ends only by a change.
        _ = commits.changed() => true,
        () = tokio::time::sleep(at_most) => true,
    }
}
