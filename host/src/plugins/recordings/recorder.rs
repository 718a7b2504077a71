//! Which calls are kept, and the queue in which they wait until somebody has time to write them down. The queue is short,
//! in calls and in bytes: what a call may hold in memory is bounded, and so is what many of them leave behind.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::transcript::Kept;
use crate::domain::clock::Timestamp;
use crate::plugins::error::CallError;
use crate::plugins::installation::Installation;
use crate::store::plugin_calls::NewCall;

/// Calls that may wait to be written down; later ones aren't kept.
const WAITING: usize = 256;
/// Bytes that may wait, of all calls together.
const TOGETHER: usize = 16 << 20;
/// Failed calls of one installation that are kept within a minute: whoever forges webhooks fills no database.
const FAILURES_A_MINUTE: u32 = 60;

/// Keeps calls: every failure within bounds, and of the others one in so many.
pub(in crate::plugins) struct Recorder {
    queue: OnceLock<mpsc::Sender<Waiting>>,
    /// Bytes that may still wait.
    room: Arc<Semaphore>,
    /// One in so many calls that went well; none when 0.
    one_in: u32,
    calls: AtomicU32,
}

/// A call with the room that it takes while it waits.
type Waiting = (Kept, OwnedSemaphorePermit);

/// The calls that are kept, in the order they ended.
pub struct KeptCalls(mpsc::Receiver<Waiting>);

impl KeptCalls {
    /// Takes the calls that wait, so many at most; waits for one if none does. None will come any more when it is empty.
    pub async fn next(&mut self, most: usize) -> Batch {
        let mut batch = Vec::with_capacity(most);
        self.0.recv_many(&mut batch, most).await;
        Batch(batch)
    }

    /// What waits now.
    pub fn rest(mut self) -> Batch {
        Batch(std::iter::from_fn(|| self.0.try_recv().ok()).collect())
    }
}

/// Calls on their way from the queue into the database.
pub struct Batch(Vec<Waiting>);

impl Batch {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes them down, and gives way to others after each.
    pub async fn write_down(self) -> Vec<NewCall> {
        let mut rows = Vec::with_capacity(self.0.len());
        for (call, room) in self.0 {
            rows.push(call.write_down());
            drop(room);
            tokio::task::yield_now().await;
        }
        rows
    }
}

impl Recorder {
    /// Keeps this share of the calls that go well, from 0 to 1.
    pub fn new(share: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is cut to the range before"
        )]
        let one_in = if share > 0.0 { (1.0 / share).round().clamp(1.0, 1e9) as u32 } else { 0 };
        let (queue, calls) = Default::default();
        Self { queue, room: Arc::new(Semaphore::new(TOGETHER)), one_in, calls }
    }

    /// From now on calls are kept for whoever holds what is returned; none when somebody does already.
    pub fn start(&self) -> Option<KeptCalls> {
        let (sender, receiver) = mpsc::channel(WAITING);
        self.queue.set(sender).is_ok().then_some(KeptCalls(receiver))
    }

    /// Whether a call that has ended so is kept.
    pub fn wants<T>(
        &self,
        installation: &Installation,
        ended: &Result<T, CallError>,
        now: Timestamp,
    ) -> bool {
        if self.queue.get().is_none_or(mpsc::Sender::is_closed) {
            return false;
        }
        match ended {
            Ok(_) => {
                self.one_in > 0 && self.calls.fetch_add(1, Ordering::Relaxed).is_multiple_of(self.one_in)
            }
            // Those never began.
            Err(CallError::Busy { .. } | CallError::Broken { .. } | CallError::NotOffered { .. }) => false,
            Err(_) => installation.gate.count_failure(now) <= FAILURES_A_MINUTE,
        }
    }

    /// Keeps a call, unless too many wait.
    pub fn keep(&self, mut kept: Kept) {
        let Some(queue) = self.queue.get() else { return };
        let weight = u32::try_from(kept.lighten()).unwrap_or(u32::MAX);
        let room = self.room.clone().try_acquire_many_owned(weight);
        if !room.is_ok_and(|room| queue.try_send((kept, room)).is_ok()) {
            tracing::debug!("A call isn't kept because too many wait to be written down.");
        }
    }
}
