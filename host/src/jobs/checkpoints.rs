//! Keeps checkpoints of the event log outside the database: each hour in a file, at an address, or both.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use reqwest::Url;
use tokio::io::AsyncWriteExt as _;
use tokio_util::sync::CancellationToken;

use crate::domain::checkpoint::Checkpoint;
use crate::ops::App;
use crate::plugins::Egress;
use crate::plugins::egress::Outgoing;
use crate::store::audit;

/// How often.
const EVERY: Duration = Duration::from_secs(3_600);
/// What couldn't be kept is tried again after so long.
const AGAIN: Duration = Duration::from_secs(60);
/// How long the address may take, and how much it may answer.
const TIMEOUT: Duration = Duration::from_secs(30);
const MOST_ANSWER: usize = 64 << 10;

/// Where checkpoints are kept.
#[derive(Clone)]
pub struct Checkpoints {
    /// A file that grows by a line.
    pub file: Option<PathBuf>,
    /// An address that gets each by `POST`.
    pub url: Option<Url>,
    /// The way out.
    pub egress: Egress,
}

/// Keeps a checkpoint now and then until it is time to stop.
pub(super) async fn run(app: App, checkpoints: Checkpoints, stop: CancellationToken) {
    let mut kept = Kept::default();
    loop {
        let pause = match keep(&app, &checkpoints, &mut kept).await {
            Ok(()) => EVERY,
            Err(error) => {
                tracing::error!(%error, "a checkpoint of the event log could not be kept; trying again in a minute");
                AGAIN
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// The places that were kept last. Of a log that hasn't grown there is nothing new to keep.
#[derive(Default)]
struct Kept {
    in_file: Option<i64>,
    sent: Option<i64>,
}

async fn keep(app: &App, checkpoints: &Checkpoints, kept: &mut Kept) -> anyhow::Result<()> {
    let (sequence, hash) = audit::end(&mut app.db.read().await?).await?;
    let key = app.keyring.checkpoint_key();
    let line = serde_json::to_string(&Checkpoint::sign(&key, sequence, &hash, app.db.now()))?;
    // One that fails doesn't keep the other from being done.
    let mut done = Ok(());
    if let Some(file) = checkpoints.file.as_deref().filter(|_| kept.in_file != Some(sequence)) {
        match write(file, &line).await {
            Ok(()) => kept.in_file = Some(sequence),
            Err(error) => done = Err(anyhow::anyhow!("{} can't be written: {error}", file.display())),
        }
    }
    if let Some(url) = checkpoints.url.as_ref().filter(|_| kept.sent != Some(sequence)) {
        match send(&checkpoints.egress, url, line).await {
            Ok(()) => kept.sent = Some(sequence),
            Err(error) => done = Err(error),
        }
    }
    done
}

/// Adds a line to the file; it is on the disk when this returns.
async fn write(file: &Path, line: &str) -> std::io::Result<()> {
    let mut file = tokio::fs::File::options().create(true).append(true).open(file).await?;
    file.write_all(format!("{line}\n").as_bytes()).await?;
    file.sync_all().await
}

async fn send(egress: &Egress, url: &Url, line: String) -> anyhow::Result<()> {
    let headers =
        HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    let body = Bytes::from(line);
    let request = Outgoing {
        method: Method::POST,
        url: url.clone(),
        headers,
        body,
        timeout: TIMEOUT,
        most: MOST_ANSWER,
    };
    // The operator named the address; a redirect to another is none of theirs.
    let permitted = |_: &Method, to: &Url| {
        if to.origin() == url.origin() {
            Ok(())
        } else {
            Err("the address of checkpoints redirects to another host".to_owned())
        }
    };
    let answer = egress.send(request, &permitted).await?;
    if answer.status.is_success() {
        return Ok(());
    }
    let host = url.host_str().unwrap_or_default();
    Err(anyhow::anyhow!("{host} answered a checkpoint with the status {}", answer.status))
}
