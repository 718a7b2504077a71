//! This process among those that serve the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::call::Call;
use super::refusal::Refusal;
use crate::domain::actor::Permission;
use crate::domain::ids::HostId;
use crate::store::db::Tx;
use crate::store::hosts::{self, Host};

/// Who this process is. Cheap to clone.
#[derive(Clone)]
pub struct Presence(Arc<Inner>);

struct Inner {
    id: HostId,
    address: String,
    ready: AtomicBool,
}

impl Presence {
    /// Of a process that has just started.
    pub fn new(id: HostId, address: String) -> Self {
        Self(Arc::new(Inner { id, address, ready: AtomicBool::new(false) }))
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

    /// Whether the plugins that were in use at its start are compiled.
    pub fn is_ready(&self) -> bool {
        self.0.ready.load(Ordering::Acquire)
    }
}

/// The living hosts, the longest running first.
pub async fn list(tx: &mut Tx, call: &Call) -> Result<Vec<Host>, Refusal> {
    call.require(Permission::PluginsRead)?;
    Ok(hosts::living(tx).await?)
}
