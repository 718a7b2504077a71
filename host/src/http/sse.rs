//! Following the event log over one long answer (server-sent events): each event once and in order, from wherever
//! the client says that it got to.
//!
//! A follower keeps nothing but its place. It reads the log only as fast as its client reads the answer, so a slow
//! client costs no memory and is never skipped; the log itself is the buffer.

use std::collections::VecDeque;
use std::time::Duration;

use axum::extract::FromRequestParts as _;
use axum::http::request::Parts;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::extract::Caller;
use super::problem::Problem;
use super::response::ApiResult;
use crate::ops::app::feed::Seat;
use crate::ops::events::{self, Types};
use crate::ops::{App, RequestContext};
use crate::store::events::Event;

/// The caller is asked again so often whether it still may.
const RECHECK: Duration = Duration::from_secs(2);
/// Something is sent so often even when nothing happens, so that proxies and clients know the line is alive.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How many events are read at once.
const BATCH: i64 = 100;
/// When a client comes back that found every seat taken, in milliseconds.
const COME_BACK: u64 = 5_000;

/// One client's way through the log.
pub struct Follower {
    app: App,
    /// What the caller is known by, to be looked at again.
    parts: Parts,
    ctx: RequestContext,
    types: Types,
    heads: watch::Receiver<i64>,
    /// Everything up to here has been read from the log.
    read: i64,
    waiting: VecDeque<Event>,
    checked: Instant,
    spoke: Instant,
    _seat: Seat,
}

/// What a follower comes to.
#[derive(Debug)]
pub enum Step {
    /// The next event.
    Event(Box<Event>),
    /// Nothing of interest up to this place.
    Still(i64),
}

impl Follower {
    /// Follows from after a place that the caller knows, or from the log's end.
    pub async fn new(
        app: App,
        parts: Parts,
        ctx: RequestContext,
        types: Types,
        known: Option<i64>,
    ) -> ApiResult<Self> {
        let full =
            "as many streams are open as one caller or one server may have; close others or come back later";
        let seat = app.feed.seat(ctx.actor.principal).ok_or_else(|| Problem::unavailable(full, COME_BACK))?;
        // Taken before the log is looked at: what is sealed in between wakes the follower.
        let heads = app.feed.heads();
        let read = events::follow_from(&mut app.db.read().await?, &ctx, known).await?;
        let now = Instant::now();
        let waiting = VecDeque::new();
        Ok(Self { app, parts, ctx, types, heads, read, waiting, checked: now, spoke: now, _seat: seat })
    }

    /// Up to where it has read.
    pub fn place(&self) -> i64 {
        self.read
    }

    /// The next step; none when the caller may no longer follow or the host is about to stop.
    pub async fn next(&mut self) -> Option<Step> {
        loop {
            if self.app.feed.closing().is_cancelled() || !self.still_may().await {
                return None;
            }
            if let Some(event) = self.waiting.pop_front() {
                self.spoke = Instant::now();
                return Some(Step::Event(Box::new(event)));
            }
            if self.spoke.elapsed() >= HEARTBEAT {
                self.spoke = Instant::now();
                return Some(Step::Still(self.read));
            }
            if *self.heads.borrow_and_update() > self.read {
                self.read_on().await?;
                continue;
            }
            tokio::select! {
                () = self.app.feed.closing().cancelled() => return None,
                changed = self.heads.changed() => changed.ok()?,
                () = sleep_until(self.checked + RECHECK) => {}
                () = sleep_until(self.spoke + HEARTBEAT) => {}
            }
        }
    }

    async fn read_on(&mut self) -> Option<()> {
        let stretch = async {
            let mut tx = self.app.db.read().await?;
            events::after(&mut tx, &self.ctx, &self.types, self.read, BATCH).await
        };
        match stretch.await {
            Ok(stretch) => {
                self.read = stretch.through;
                self.waiting = stretch.items.into();
                Some(())
            }
            Err(error) => {
                tracing::warn!(%error, "a stream of events ends early");
                None
            }
        }
    }

    /// Asks now and then whether the caller's token or session still stands and still allows this.
    async fn still_may(&mut self) -> bool {
        if self.checked.elapsed() < RECHECK {
            return true;
        }
        self.checked = Instant::now();
        let Ok(Caller(ctx)) = Caller::from_request_parts(&mut self.parts, &self.app).await else {
            return false;
        };
        self.ctx = ctx;
        self.ctx.require(crate::domain::actor::Permission::EventsRead).is_ok()
    }
}
