//! This process among those that serve the database.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::actor::Permission;
use crate::domain::ids::HostId;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::hosts::{self, Host};

/// When a process could last write longer ago than this, writes don't go through: it tries every four seconds.
const SILENT: Duration = Duration::from_secs(15);

/// Who this process is. Cheap to clone.
#[derive(Clone)]
pub struct Presence(Arc<Inner>);

struct Inner {
    id: HostId,
    address: String,
    ready: AtomicBool,
    sample_shown: AtomicBool,
    beat: Mutex<Option<Instant>>,
}

impl Presence {
    /// Of a process that has just started, and that may have a sample company to show first.
    pub fn new(id: HostId, address: String, shows_sample: bool) -> Self {
        Self(Arc::new(Inner {
            id,
            address,
            ready: AtomicBool::new(false),
            sample_shown: AtomicBool::new(!shows_sample),
            beat: Mutex::default(),
        }))
    }

    /// Its id, another one at each start.
    pub fn id(&self) -> HostId {
        self.0.id
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// Says that the plugins in use are compiled. It stays so: a plugin that comes later is compiled while the others
    /// work, and no reason to send requests elsewhere.
    pub fn set_ready(&self) {
        self.0.ready.store(true, Ordering::Release);
    }

    /// Says that the sample company is there whole. Until then requests would change what the sample builds on.
    pub fn set_sample_shown(&self) {
        self.0.sample_shown.store(true, Ordering::Release);
    }

    /// Whether no sample company is on its way.
    pub fn is_sample_shown(&self) -> bool {
        self.0.sample_shown.load(Ordering::Acquire)
    }

    /// Notes that a write has gone through.
    pub fn set_written(&self) {
        *self.0.beat.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether writes go through: the last one that was tried regularly did.
    pub fn writes(&self) -> bool {
        let beat = *self.0.beat.lock().unwrap_or_else(PoisonError::into_inner);
        beat.is_some_and(|beat| beat.elapsed() < SILENT)
    }

    /// Whether the plugins that were in use at its start are compiled.
    pub fn is_ready(&self) -> bool {
        self.0.ready.load(Ordering::Acquire)
    }
}

/// The living hosts, the longest running first.
pub async fn list(tx: &mut Tx, ctx: &RequestContext) -> Result<Vec<Host>, Refusal> {
    ctx.require(Permission::PluginsRead)?;
    Ok(hosts::living(tx).await?)
}
