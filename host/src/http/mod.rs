//! HTTP: the API, the channels' ingress, the console, and the pages that customers open.
//!
//! A request comes through the layers (id, log, limits, deadline), is taken apart by extractors, handed to `ops`, and
//! answered in one of the shapes of `answer` or as a `problem`. No rules and no SQL live here.

pub mod api;
pub mod batch;
pub mod client_address;
pub mod extract;
pub mod openapi;
pub mod problem;
pub mod response;
pub mod server;
mod sights;

mod assets;
mod console;
mod cookies;
mod docs;
mod examples;
mod host;
mod ingress;
mod layers;
mod metrics;
mod page;
mod pieces;
mod public;
mod reasons;
mod record;
mod schema;
mod sse;
mod texts;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Extension, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use self::client_address::TrustedProxies;
use self::problem::{Problem, ProblemKind};
use crate::domain::attachment;
use crate::ops::App;
use crate::plugins::package::check::LARGEST;

/// What requests may be.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// The largest body of a request to the API, in bytes.
    pub body_limit: usize,
    /// The largest plugin that can be uploaded, in bytes.
    pub upload_limit: usize,
    /// The largest upload of a file to a record, in bytes: the file and the form around it.
    pub file_limit: usize,
    /// The largest body that a channel's provider may deliver, in bytes, unless the channel was granted more.
    pub ingress_limit: usize,
    /// The longest that a request may take.
    pub timeout: Duration,
    /// How many requests a second a bearer or address may send to the API; 0 allows any number.
    pub rate_limit: u32,
    /// How many a channel's provider may deliver from one address to one installation.
    pub ingress_rate_limit: u32,
    /// The longest that an upload may take; a plugin is compiled within it.
    pub upload_timeout: Duration,
    /// Proxies that say for whom they ask.
    pub trusted_proxies: TrustedProxies,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            body_limit: 2 << 20,
            // A form has a few bytes around the plugin.
            upload_limit: LARGEST + (64 << 10),
            file_limit: attachment::LARGEST + (64 << 10),
            ingress_limit: ingress::USUAL,
            timeout: Duration::from_secs(30),
            upload_timeout: Duration::from_secs(300),
            rate_limit: 1_000,
            ingress_rate_limit: 2_000,
            trusted_proxies: TrustedProxies::default(),
        }
    }
}

/// Everything that the host serves.
pub fn router(app: App, settings: HttpSettings) -> Router {
    let within = |longest| from_fn_with_state(longest, layers::deadline);
    let limited = |limit| DefaultBodyLimit::max(limit);
    let rate = layers::rate::Rate::new(settings.rate_limit);
    let measured = from_fn_with_state(rate.clone(), layers::rate::api);
    let visited = from_fn_with_state(rate, layers::rate::visitors);
    let delivered = layers::rate::Rate::new(settings.ingress_rate_limit);
    let delivered = from_fn_with_state(delivered, layers::rate::ingress);
    let sent = |limit| (within(settings.upload_timeout), from_fn(layers::drain), limited(limit));
    let uploads = api::plugins::router().layer(sent(settings.upload_limit));
    let files = api::attachments::upload().layer(sent(settings.file_limit));
    let api = api::router()
        .layer(from_fn(reasons::in_readers_language))
        .layer(from_fn(sights::as_callers_see))
        .layer(limited(settings.body_limit))
        .layer(within(settings.timeout));
    // Whoever watches over the host is always answered.
    let api = api
        .merge(uploads)
        .merge(files)
        .layer(measured.clone())
        .merge(host::probes().layer(within(settings.timeout)));
    let (api, description) = api.split_for_parts();
    let ingress = ingress::router().layer(limited(settings.ingress_limit)).layer(within(settings.timeout));
    let ingress = ingress.layer(delivered);
    let console = console::router(&app, settings.timeout, settings.upload_timeout).layer(measured);
    let public = public::router().layer(within(settings.timeout)).layer(visited);
    let requests = Arc::new(metrics::Requests::default());
    Router::new()
        .merge(api)
        .merge(host::description(openapi::document(&description)))
        .merge(docs::router())
        .merge(ingress)
        .merge(public)
        .merge(console)
        .merge(assets::router())
        .method_not_allowed_fallback(wrong_method)
        .fallback(console::no_path)
        // From the inside out.
        .layer(from_fn(layers::conditional))
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(CompressionLayer::new())
        .layer(from_fn(layers::protect))
        .layer(from_fn_with_state((app.clone(), requests.clone()), layers::observe))
        .layer(from_fn_with_state(settings.trusted_proxies, client_address::note))
        .layer(Extension(requests))
        .with_state(app)
}

async fn wrong_method() -> Problem {
    Problem::new(
        ProblemKind::MethodNotAllowed,
        "this path doesn't take the method; the header Allow has those that it takes",
    )
}
