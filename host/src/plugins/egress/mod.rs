//! The one way out: every request that the host makes for a plugin or a webhook goes through here.
//!
//! Names are resolved by us and every address is judged before it is connected to, so what was judged is
//! what is used. Redirects are followed by us too, each judged like a first request.

pub mod address;
pub mod relay;

use std::error::Error as StdError;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};

use self::address::{AddressPolicy, Allowed};

/// Redirects that are followed at most.
const MOST_REDIRECTS: usize = 5;
/// Header fields of an answer, names and values together.
const MOST_HEADER_BYTES: usize = 16 << 10;

/// How the host's requests go out.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EgressSettings {
    /// Private endpoints and networks that requests may reach all the same.
    pub allow: Vec<Allowed>,
    /// The longest that one request may take, in milliseconds, redirects included.
    pub timeout_ms: u64,
    /// The longest that connecting may take, in milliseconds.
    pub connect_timeout_ms: u64,
}

impl Default for EgressSettings {
    fn default() -> Self {
        Self { allow: Vec::new(), timeout_ms: 30_000, connect_timeout_ms: 5_000 }
    }
}

/// Why there was no answer. No text holds an address's path, because a secret may stand in it.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// Something on the way isn't allowed.
    #[error("{0}")]
    Denied(String),
    /// The request itself makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// No answer in time.
    #[error("{host} didn't answer within {after_ms} ms")]
    TimedOut {
        /// The host.
        host: String,
        /// How long it was waited for.
        after_ms: u64,
    },
    /// The answer is too long.
    #[error("the answer of {host} is longer than {most} bytes")]
    TooLong {
        /// The host.
        host: String,
        /// How much is allowed.
        most: usize,
    },
    /// The name can't be resolved, nobody listens, the certificate is wrong, the connection broke.
    #[error("{host} can't be reached: {problem}")]
    Unreachable {
        /// The host.
        host: String,
        /// What happened.
        problem: String,
    },
}

/// A request on its way out, secrets and all.
pub struct Outgoing {
    /// The method.
    pub method: Method,
    /// The address.
    pub url: Url,
    /// The fields; those that hold secrets are marked sensitive and don't follow a redirect to another host.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// How long it may take, redirects included; the settings may say less.
    pub timeout: Duration,
    /// How many bytes the answer's body may have.
    pub most: usize,
}

/// What came back.
#[derive(Debug)]
pub struct EgressResponse {
    /// The status.
    pub status: StatusCode,
    /// The fields.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

/// The way out. Cheap to clone.
#[derive(Clone)]
pub struct Egress {
    /// Connects to public addresses and allowed networks.
    judged: Client,
    /// Connects to endpoints that the operator allowed by name. Its connections are kept apart from the others.
    allowed: Client,
    policy: Arc<AddressPolicy>,
    timeout: Duration,
}

impl Egress {
    /// Opens the way out. An error only when the system's certificates can't be used.
    pub fn new(settings: &EgressSettings) -> Result<Self, EgressError> {
        // Whoever installs the provider first wins; they are the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let policy = Arc::new(AddressPolicy::new(settings.allow.clone()));
        let client = || {
            Client::builder()
                .redirect(Policy::none())
                .no_proxy()
                .referer(false)
                .user_agent(concat!("hospes/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(Duration::from_millis(settings.connect_timeout_ms))
                .pool_idle_timeout(Duration::from_secs(30))
                .pool_max_idle_per_host(8)
        };
        let broken =
            |error: reqwest::Error| EgressError::Invalid(format!("no HTTP client: {}", problem(&error)));
        Ok(Self {
            judged: client().dns_resolver(Arc::new(Judged(Arc::clone(&policy)))).build().map_err(broken)?,
            allowed: client().build().map_err(broken)?,
            policy,
            timeout: Duration::from_millis(settings.timeout_ms),
        })
    }

    /// Sends a request and reads the whole answer. `permitted` judges the first address and that of every redirect.
    pub async fn send(
        &self,
        request: Outgoing,
        permitted: &(dyn Fn(&Method, &Url) -> Result<(), String> + Sync),
    ) -> Result<EgressResponse, EgressError> {
        let (host, timeout) = (host_of(&request.url), request.timeout.min(self.timeout));
        let after_ms = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
        let follow = self.follow(request, permitted);
        tokio::time::timeout(timeout, follow).await.unwrap_or(Err(EgressError::TimedOut { host, after_ms }))
    }

    async fn follow(
        &self,
        mut request: Outgoing,
        permitted: &(dyn Fn(&Method, &Url) -> Result<(), String> + Sync),
    ) -> Result<EgressResponse, EgressError> {
        for _ in 0..=MOST_REDIRECTS {
            permitted(&request.method, &request.url).map_err(EgressError::Denied)?;
            let response = self.once(&request).await?;
            let Some(next) = redirect(&response, &request.url)? else {
                return read(response, request.most).await;
            };
            let status = response.status();
            if next.origin() != request.url.origin() {
                forget_secrets(&mut request.headers);
            }
            let becomes_get = status == StatusCode::SEE_OTHER
                || (request.method == Method::POST && matches!(status.as_u16(), 301 | 302));
            if becomes_get && request.method != Method::HEAD {
                request.method = Method::GET;
                request.body = Bytes::new();
                request.headers.remove(header::CONTENT_TYPE);
            }
            request.url = next;
        }
        let host = host_of(&request.url);
        Err(EgressError::Unreachable { host, problem: format!("more than {MOST_REDIRECTS} redirects") })
    }

    async fn once(&self, request: &Outgoing) -> Result<reqwest::Response, EgressError> {
        let host = host_of(&request.url);
        let url = &request.url;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EgressError::Invalid(
                "a user or password in an address isn't sent; use a header".to_owned(),
            ));
        }
        let port = url.port_or_known_default().unwrap_or(0);
        let client = if self.policy.allows_endpoint(&host, port) {
            &self.allowed
        } else {
            // A literal address never comes to the resolver, so it is judged here.
            if let Ok(address) = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>()
                && !self.policy.allows(address)
            {
                return Err(EgressError::Denied(refusal(&host, port, &[address])));
            }
            &self.judged
        };
        let sent = client
            .request(request.method.clone(), url.clone())
            .headers(request.headers.clone())
            .body(request.body.clone())
            .send();
        sent.await.map_err(|error| failure(host, port, &error))
    }
}

/// Where a redirect leads, if the answer is one.
fn redirect(response: &reqwest::Response, from: &Url) -> Result<Option<Url>, EgressError> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = response.headers().get(header::LOCATION) else { return Ok(None) };
    let target = location.to_str().ok().and_then(|location| from.join(location).ok());
    let target = target.filter(|target| matches!(target.scheme(), "http" | "https"));
    target.map(Some).ok_or_else(|| EgressError::Unreachable {
        host: host_of(from),
        problem: "it redirects to something that is no address".to_owned(),
    })
}

/// Leaves out what the next host must not see.
fn forget_secrets(headers: &mut HeaderMap) {
    let secret: Vec<_> = headers
        .iter()
        .filter(|(name, value)| {
            value.is_sensitive() || **name == header::AUTHORIZATION || **name == header::COOKIE
        })
        .map(|(name, _)| name.clone())
        .collect();
    for name in secret {
        headers.remove(name);
    }
}

async fn read(mut response: reqwest::Response, most: usize) -> Result<EgressResponse, EgressError> {
    let host = host_of(response.url());
    let port = response.url().port_or_known_default().unwrap_or(0);
    let too_long = |most| EgressError::TooLong { host: host.clone(), most };
    let headers = std::mem::take(response.headers_mut());
    let size = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum::<usize>();
    if size > MOST_HEADER_BYTES {
        return Err(too_long(MOST_HEADER_BYTES));
    }
    if response.content_length().is_some_and(|length| length > most as u64) {
        return Err(too_long(most));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(host.clone(), port, &error))? {
        if body.len() + chunk.len() > most {
            return Err(too_long(most));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(EgressResponse { status: response.status(), headers, body })
}

fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

fn failure(host: String, port: u16, error: &reqwest::Error) -> EgressError {
    let mut source: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(cause) = source {
        if let Some(refused) = cause.downcast_ref::<Refused>() {
            return EgressError::Denied(refusal(&host, port, &refused.0));
        }
        source = cause.source();
    }
    EgressError::Unreachable { host, problem: problem(error) }
}

/// The innermost cause, which never holds the address.
fn problem(error: &reqwest::Error) -> String {
    let mut innermost: &(dyn StdError + 'static) = match error.source() {
        Some(source) => source,
        None => return "the connection failed".to_owned(),
    };
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// An address that requests may not reach.
#[derive(Debug, thiserror::Error)]
#[error("not in the public network: {0:?}")]
struct Refused(Vec<IpAddr>);

fn refusal(host: &str, port: u16, addresses: &[IpAddr]) -> String {
    let addresses = addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    format!(
        "{host} is at {addresses}, which isn't in the public network; an operator who wants plugins to reach it allows \
         it in the server's configuration, egress_allow = [\"{host}:{port}\"] in hospes.toml or \
         HOSPES_EGRESS_ALLOW={host}:{port} in the environment, and starts the server anew"
    )
}

/// Resolves names to those of their addresses that may be reached.
struct Judged(Arc<AddressPolicy>);

impl Resolve for Judged {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = Arc::clone(&self.0);
        Box::pin(async move {
            let name = name.as_str();
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name, 0)).await?.collect();
            let (open, closed): (Vec<_>, Vec<_>) = found.into_iter().partition(|at| policy.allows(at.ip()));
            if open.is_empty() && !closed.is_empty() {
                let closed: Vec<_> = closed.iter().map(SocketAddr::ip).collect();
                return Err(Refused(closed).into());
            }
            let addresses: Addrs = Box::new(open.into_iter());
            Ok(addresses)
        })
    }
}

/// A field's value that doesn't show in logs and doesn't follow a redirect to another host.
pub(super) fn sensitive(mut value: HeaderValue) -> HeaderValue {
    value.set_sensitive(true);
    value
}

#[cfg(test)]
mod tests;
