//! How much one caller may ask for: a token's or session's bearer, an address that shows neither, or a channel's
//! provider. Who asks for more is told when to come again, and nothing of the request is looked at. Tokens and sessions
//! that turn out to be none count for the address that showed them, so that showing others each time helps nobody.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest, Sha256};

use crate::http::client_address::ClientAddress;
use crate::http::cookies;
use crate::http::problem::Problem;

/// A caller may save up what it doesn't ask for in so many seconds.
const SAVED_SECONDS: u32 = 5;
/// After so many requests, callers are forgotten that have all of their allowance again.
const CLEAN_AFTER: usize = 10_000;

/// Allowances of callers, a second's worth each. Cheap to clone.
#[derive(Clone, Default)]
pub struct Rate(Option<Arc<Allowances>>);

struct Allowances {
    limiter: DefaultKeyedRateLimiter<Key>,
    clock: DefaultClock,
    asked: AtomicUsize,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    /// By the digest of what they show.
    Bearer([u8; 16]),
    Address(IpAddr),
    /// An address whose tokens are refused.
    Guesses(Option<IpAddr>),
    /// A channel's provider: the installation's name and where the request comes from.
    Channel(String, Option<IpAddr>),
    Unknown,
}

impl Key {
    fn is_shown(&self) -> bool {
        matches!(self, Self::Bearer(_))
    }
}

impl Rate {
    /// So many requests a second for each; 0 allows any number.
    pub fn new(per_second: u32) -> Self {
        let allowances = NonZeroU32::new(per_second).map(|allowed| {
            let saved = NonZeroU32::new(per_second.saturating_mul(SAVED_SECONDS)).unwrap_or(allowed);
            Arc::new(Allowances {
                limiter: RateLimiter::keyed(Quota::per_second(allowed).allow_burst(saved)),
                clock: DefaultClock::default(),
                asked: AtomicUsize::new(0),
            })
        });
        Self(allowances)
    }

    /// The wait in milliseconds after which the caller may ask again; none when it may now.
    fn wait(&self, key: &Key) -> Option<u64> {
        let allowances = self.0.as_ref()?;
        if allowances.asked.fetch_add(1, Ordering::Relaxed) % CLEAN_AFTER == CLEAN_AFTER - 1 {
            allowances.limiter.retain_recent();
        }
        let refused = allowances.limiter.check_key(key).err()?;
        let wait = refused.wait_time_from(allowances.clock.now());
        Some(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))
    }
}

/// Lets a request to the API through, or says when to come again.
pub async fn api(State(rate): State<Rate>, request: Request, next: Next) -> Response {
    let key = bearer(&request);
    let (shown, address, local) = (key.is_shown(), address(&request), is_local(&request));
    let response = answer(&rate, &key, request, next).await;
    if !local
        && is_unknown(&response, shown)
        && let Some(wait) = rate.wait(&Key::Guesses(address))
    {
        return Problem::too_many(wait).into_response();
    }
    response
}

/// Whether what was shown is no token or session: it was refused, or led to the page where people sign in.
fn is_unknown(response: &Response, shown: bool) -> bool {
    let leads_to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
    response.status() == StatusCode::UNAUTHORIZED
        || shown && leads_to.is_some_and(|to| to.starts_with("/sign-in"))
}

/// The same for pages that anybody may open by their address: they have nothing but the network to be told by.
pub async fn visitors(State(rate): State<Rate>, request: Request, next: Next) -> Response {
    let key = address(&request).map_or(Key::Unknown, Key::Address);
    answer(&rate, &key, request, next).await
}

/// The same for what a channel's provider delivers.
pub async fn ingress(State(rate): State<Rate>, request: Request, next: Next) -> Response {
    let path = request.uri().path().strip_prefix("/in/").unwrap_or_default();
    let installation = path.split('/').next().unwrap_or_default().chars().take(64).collect();
    let key = Key::Channel(installation, address(&request));
    answer(&rate, &key, request, next).await
}

async fn answer(rate: &Rate, key: &Key, request: Request, next: Next) -> Response {
    match rate.wait(key).filter(|_| !is_local(&request)) {
        None => next.run(request).await,
        Some(wait) => Problem::too_many(wait).into_response(),
    }
}

/// What is shown counts, whether or not it is valid: looking it up would cost what is to be saved.
fn bearer(request: &Request) -> Key {
    let token = request.headers().get(AUTHORIZATION).map(HeaderValue::as_bytes);
    let shown = token.or_else(|| cookies::read(request.headers(), cookies::SESSION).map(str::as_bytes));
    match (shown, address(request)) {
        (Some(shown), _) => {
            let digest = Sha256::digest(shown);
            Key::Bearer(std::array::from_fn(|index| digest[index]))
        }
        (None, Some(address)) => Key::Address(address),
        (None, None) => Key::Unknown,
    }
}

/// Whether a program of this machine asks for itself: it could as well ask the database. What a proxy forwards for
/// others says so.
fn is_local(request: &Request) -> bool {
    request.extensions().get::<ClientAddress>().is_some_and(ClientAddress::is_local)
}

fn address(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<ClientAddress>().map(|from| from.ip)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn each_caller_has_an_allowance_of_its_own() {
        let rate = Rate::new(1);
        let key = |header: &str| {
            bearer(&Request::get("/").header("authorization", header).body(Body::empty()).unwrap())
        };
        let saved = SAVED_SECONDS as usize;
        let waits: Vec<_> = (0..=saved).map(|_| rate.wait(&key("Bearer a"))).collect();
        assert!(
            waits[..saved].iter().all(Option::is_none) && waits[saved].is_some_and(|wait| wait <= 1_000),
            "{waits:?}"
        );
        assert_eq!(rate.wait(&key("Bearer b")), None);
        assert_eq!(rate.wait(&Key::Unknown), None);
    }

    #[test]
    fn none_is_held_back_without_a_limit() {
        let rate = Rate::new(0);
        assert!((0..10_000).all(|_| rate.wait(&Key::Unknown).is_none()));
    }
}
