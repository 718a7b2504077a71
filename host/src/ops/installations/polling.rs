//! When channels ask for their messages: a job for each that asks, at the pace that its manifest says.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::domain::clock::Timestamp;
use crate::domain::ids::InstallationId;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::package::manifest::Manifest;
use crate::store::db::Tx;
use crate::store::queue::{self, NewJob};

/// The queue of these jobs.
pub const QUEUE: &str = "poll";

/// A channel whose time to ask has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DuePoll {
    /// Its installation.
    pub installation: InstallationId,
}

/// How long a channel waits from one time that it asks to the next, in milliseconds; none where it doesn't ask.
pub fn pause(manifest: &Manifest) -> Option<i64> {
    manifest.channel.as_ref()?.poll_seconds.map(|seconds| i64::from(seconds) * 1_000)
}

/// Sets when an installation asks next, in the place of what was set before.
pub async fn set_next(
    tx: &mut Tx,
    ctx: &RequestContext,
    installation: InstallationId,
    at: Timestamp,
) -> Result<(), Refusal> {
    cancel(tx, installation).await?;
    let job = NewJob {
        queue: QUEUE,
        lane: lane(installation),
        payload: json!(DuePoll { installation }),
        cause: ctx.cause,
        run_at: at,
    };
    queue::enqueue_for(tx, job, Some(installation)).await?;
    Ok(())
}

/// Has an installation ask no more.
pub(super) async fn cancel(tx: &mut Tx, installation: InstallationId) -> Result<(), Refusal> {
    queue::cancel_lane(tx, &lane(installation)).await?;
    Ok(())
}

fn lane(installation: InstallationId) -> String {
    format!("poll:{installation}")
}
