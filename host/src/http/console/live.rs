//! What others change, brought to an open page by server-sent events: a part of the page is drawn again when the log
//! has grown, and sent when it looks different.

use std::convert::Infallible;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{self, Sse};
use axum::response::{IntoResponse, Response};
use futures::future::BoxFuture;
use futures::stream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::frame::Frame;
use crate::http::cookies;
use crate::http::problem::Problem;
use crate::ops::accounts::{self, SignedIn};
use crate::ops::app::feed::Seat;
use crate::ops::desk::inbox;
use crate::ops::{App, RequestContext};

/// The session is asked again so often whether it still stands.
const RECHECK: Duration = Duration::from_secs(2);
/// The part is drawn so often even when nothing happens, because it says how long ago things were.
const REDRAW: Duration = Duration::from_secs(30);
/// Changes so close together are shown at once.
const TOGETHER: Duration = Duration::from_millis(100);
/// When a browser comes back that found every seat taken, in milliseconds.
const COME_BACK: u64 = 5_000;

/// Draws a part of a page for a frame; none when there is no longer anything to draw.
pub type Draw = Box<dyn Fn(App, Frame, RequestContext) -> BoxFuture<'static, Option<String>> + Send + Sync>;

struct Live {
    app: App,
    headers: HeaderMap,
    frame: Frame,
    ctx: RequestContext,
    draw: Draw,
    heads: watch::Receiver<i64>,
    shown: String,
    checked: Instant,
    drawn: Option<Instant>,
    _seat: Seat,
}

/// Follows the log for a page of somebody who signed in.
pub fn follow(
    app: App,
    headers: HeaderMap,
    frame: Frame,
    ctx: RequestContext,
    draw: Draw,
) -> Result<Response, Problem> {
    let full = "as many pages are open as one person or one server may have; close others or come back later";
    let seat = app.feed.seat(ctx.actor.principal).ok_or_else(|| Problem::unavailable(full, COME_BACK))?;
    let heads = app.feed.heads();
    let live = Live {
        app,
        headers,
        frame,
        ctx,
        draw,
        heads,
        shown: String::new(),
        checked: Instant::now(),
        drawn: None,
        _seat: seat,
    };
    let parts = stream::unfold(live, |mut live| async {
        let message = live.next().await?;
        Some((Ok::<_, Infallible>(message), live))
    });
    let mut response = Sse::new(parts).into_response();
    // Some proxies gather answers before they pass them on.
    let unbuffered = (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response.headers_mut().extend([unbuffered]);
    Ok(response)
}

impl Live {
    /// The part when it looks different, or a sign of life; none when the session or the host ends.
    async fn next(&mut self) -> Option<sse::Event> {
        loop {
            if self.app.feed.closing().is_cancelled() || !self.still_there().await {
                return None;
            }
            let due = self.drawn.is_none_or(|drawn| drawn.elapsed() >= REDRAW);
            if due || self.heads.has_changed().ok()? {
                if self.drawn.is_some() {
                    sleep(TOGETHER).await;
                }
                self.heads.borrow_and_update();
                self.drawn = Some(Instant::now());
                self.frame.redraw(&self.app.db);
                if let Ok(mut tx) = self.app.db.read().await {
                    self.frame.unread = inbox::count(&mut tx, &self.ctx).await.unwrap_or(self.frame.unread);
                }
                let part = (self.draw)(self.app.clone(), self.frame.clone(), self.ctx.clone()).await?;
                if part != self.shown {
                    // The format ends lines by itself, and knows no other way to write a carriage return.
                    let message =
                        sse::Event::default().id(self.frame.drawn.to_string()).data(part.replace('\r', ""));
                    self.shown = part;
                    return Some(message);
                }
                if due {
                    return Some(sse::Event::default().comment(""));
                }
            }
            let redraw = self.drawn.unwrap_or_else(Instant::now) + REDRAW;
            tokio::select! {
                () = self.app.feed.closing().cancelled() => return None,
                changed = self.heads.changed() => { changed.ok()?; self.heads.mark_changed(); }
                () = sleep_until(self.checked + RECHECK) => {}
                () = sleep_until(redraw) => {}
            }
        }
    }

    /// Asks now and then whether the session still stands, and with which rights.
    async fn still_there(&mut self) -> bool {
        if self.checked.elapsed() < RECHECK {
            return true;
        }
        self.checked = Instant::now();
        match self.ask().await {
            Some(signed_in) => {
                self.ctx = RequestContext::by(signed_in.actor());
                true
            }
            None => false,
        }
    }

    async fn ask(&self) -> Option<SignedIn> {
        let token = cookies::read(&self.headers, cookies::SESSION)?;
        let mut tx = self.app.db.read().await.ok()?;
        accounts::authenticate(&mut tx, token).await.ok()?
    }
}
