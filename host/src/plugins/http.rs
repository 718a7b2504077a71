//! `hospes:plugin/http`: requests within the grants, with secrets put in on the way out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::join_all;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use reqwest::Url;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::bindings::hospes::plugin::http::{self as contract, Piece, Request, Response};
use super::bindings::hospes::plugin::types::{self, Header};
use super::cases::Script;
use super::effects::HttpExchange;
use super::egress::{Answer, Egress, EgressError, Outgoing, sensitive};
use super::fault::{Fault, error};
use super::installation::Installation;
use super::state::CallState;
use super::strike;

/// Kept back from the call's own time, so that the guest can still say what happened.
const RESERVE: Duration = Duration::from_millis(100);
/// Header fields of a request, and bytes of all their names and values.
const MOST_HEADERS: usize = 100;
const MOST_HEADER_BYTES: usize = 64 << 10;
/// Fields that belong to the connection and not to the guest.
const OURS: [&str; 8] = [
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "transfer-encoding",
    "upgrade",
];

/// By what requests go out.
#[derive(Clone)]
pub(super) enum Wire {
    /// The network.
    Live(Egress),
    /// A test case that says what is asked and answered.
    Script(Arc<Script>),
}

/// The HTTP of one call.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    /// Whether this call may have any; `channel.receive` may not.
    open: bool,
    /// What the call's first run sent, by which a second run is answered.
    replayed: Vec<HttpExchange>,
    exchanges: Vec<HttpExchange>,
    next: u32,
}

impl Traffic {
    /// The traffic of a call that may send or not, and what its first run sent.
    pub fn new(open: bool, replayed: Vec<HttpExchange>) -> Self {
        Self { open, replayed, ..Self::default() }
    }

    /// The requests and what came of them.
    pub fn take(&mut self) -> Vec<HttpExchange> {
        std::mem::take(&mut self.exchanges)
    }
}

/// A request that passed every check.
struct Checked {
    ordinal: u32,
    digest: String,
    /// The address with `{secret:NAME}` where a secret stands.
    shown: String,
    shown_headers: Vec<(String, String)>,
    outgoing: Outgoing,
}

/// The address as it may be shown.
pub(super) fn shown_url(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Secret(name) => format!("{{secret:{name}}}"),
        })
        .collect()
}

impl CallState {
    /// Joins pieces, each secret brought into form; the result is wiped when dropped.
    fn join_pieces(
        &mut self,
        pieces: &[Piece],
        form: impl Fn(&str) -> Option<String>,
    ) -> Result<Zeroizing<String>, Fault> {
        let mut joined = Zeroizing::new(String::new());
        for piece in pieces {
            match piece {
                Piece::Text(text) => joined.push_str(text),
                Piece::Secret(name) => {
                    let secret = self.granted_secret(name)?;
                    let formed = form(secret.expose()).map(Zeroizing::new);
                    joined.push_str(&formed.ok_or_else(|| {
                        Fault::invalid(format!(
                            "the secret {name} holds characters that a header can't; set it anew"
                        ))
                    })?);
                }
            }
        }
        Ok(joined)
    }

    fn http_url(&mut self, pieces: &[Piece]) -> Result<Url, Fault> {
        let before: String = pieces
            .iter()
            .map_while(|piece| if let Piece::Text(text) = piece { Some(text.as_str()) } else { None })
            .collect();
        let has_secret = pieces.iter().any(|piece| matches!(piece, Piece::Secret(_)));
        let authority_is_written =
            before.split_once("://").is_some_and(|(_, rest)| rest.contains(['/', '?']));
        if has_secret && !authority_is_written {
            // A denial names the host, so a secret must not be able to stand in it.
            return Err(Fault::invalid("a secret can stand only behind the host of an address"));
        }
        let joined = self.join_pieces(pieces, |secret| Some(strike::percent_encoded(secret).into_owned()))?;
        let url = Url::parse(&joined);
        let url = url
            .map_err(|problem| Fault::invalid(format!("{:?} is no address: {problem}", shown_url(pieces))))?;
        if !url.has_host() {
            return Err(Fault::invalid(format!("{:?} names no host", shown_url(pieces))));
        }
        Ok(url)
    }

    fn http_headers(&mut self, headers: &[contract::RequestHeader]) -> Result<HeaderMap, Fault> {
        if headers.len() > MOST_HEADERS {
            let given = headers.len();
            return Err(Fault::limit(format!(
                "a request can have {MOST_HEADERS} header fields, not {given}"
            )));
        }
        let mut map = HeaderMap::with_capacity(headers.len());
        let mut size = 0;
        for header in headers {
            let named = &header.name;
            let name = HeaderName::try_from(named.as_str());
            let name = name.map_err(|_| Fault::invalid(format!("{named:?} is no name of a header")))?;
            if OURS.contains(&name.as_str()) {
                return Err(Fault::invalid(format!("the header {name} is the host's own; leave it out")));
            }
            let plain = |secret: &str| (!secret.contains(['\r', '\n', '\0'])).then(|| secret.to_owned());
            let value = self.join_pieces(&header.value, plain)?;
            size += named.len() + value.len();
            if size > MOST_HEADER_BYTES {
                return Err(Fault::limit(format!(
                    "the header fields of a request can have {MOST_HEADER_BYTES} bytes in sum"
                )));
            }
            let value = HeaderValue::from_bytes(value.as_bytes());
            let value = value
                .map_err(|_| Fault::invalid(format!("the header {name} holds characters that it can't")))?;
            let has_secret = header.value.iter().any(|piece| matches!(piece, Piece::Secret(_)));
            map.append(name, if has_secret { sensitive(value) } else { value });
        }
        Ok(map)
    }

    /// Every check there is, before anything goes out.
    fn http_check(&mut self, request: Request) -> Result<Checked, Fault> {
        let ordinal = self.traffic.next;
        self.traffic.next += 1;
        let shown = shown_url(&request.url);
        let shown_headers: Vec<(String, String)> = request
            .headers
            .iter()
            .map(|header| (header.name.to_ascii_lowercase(), shown_url(&header.value)))
            .collect();
        let fields: usize = shown_headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        self.meter.transfer(request.method.len() + shown.len() + fields + request.body.len())?;
        if !self.traffic.open {
            return Err(Fault::denied(
                "channel.receive has no HTTP, because the provider waits for its answer; do it in another function",
            ));
        }
        self.meter.http_requests += 1;
        let most = self.meter.limits().http_requests;
        if self.meter.http_requests > most {
            return Err(Fault::limit(format!("a call may send {most} requests")));
        }
        let method =
            Method::from_bytes(request.method.as_bytes()).ok().filter(|method| *method != Method::CONNECT);
        let method = method.ok_or_else(|| Fault::invalid(format!("{:?} is no method", request.method)))?;
        let url = self.http_url(&request.url)?;
        let installation = Arc::clone(&self.installation);
        if let Err(denied) = installation.grants.http(method.as_str(), &url) {
            return Err(self.refuse(&denied));
        }
        let headers = self.http_headers(&request.headers)?;
        let digest = digest(&method, &shown, &shown_headers, &request.body);
        let left = self.deadline.saturating_duration_since(Instant::now()).saturating_sub(RESERVE);
        let wished = request.timeout_ms.map_or(left, |millis| Duration::from_millis(millis.into()));
        let outgoing = Outgoing {
            method,
            url,
            headers,
            body: request.body.into(),
            timeout: wished.min(left),
            most: self.meter.limits().http_response,
        };
        Ok(Checked { ordinal, digest, shown, shown_headers, outgoing })
    }

    /// Sends requests side by side and records what came of them.
    async fn http_send(
        &mut self,
        requests: Vec<Request>,
    ) -> wasmtime::Result<Vec<Result<Response, types::Error>>> {
        let mut answers: Vec<Option<Result<Response, types::Error>>> = Vec::with_capacity(requests.len());
        let mut under_way = Vec::new();
        for (place, request) in requests.into_iter().enumerate() {
            match self.http_check(request) {
                Ok(checked) => {
                    let known = self.traffic.replayed.iter().find(|exchange| {
                        exchange.ordinal == checked.ordinal && exchange.digest == checked.digest
                    });
                    let sent = sent(
                        self.shared.wire.clone(),
                        Arc::clone(&self.installation),
                        known.cloned(),
                        checked,
                    );
                    under_way.push(async move { (place, sent.await) });
                    answers.push(None);
                }
                Err(fault) => answers.push(Some(Err(fault.into_guest()?))),
            }
        }
        for (place, exchange) in join_all(under_way).await {
            answers[place] = Some(exchange.answer.clone());
            self.traffic.exchanges.push(exchange);
        }
        Ok(answers
            .into_iter()
            .map(|answer| answer.unwrap_or_else(|| Err(error("unavailable", "not sent"))))
            .collect())
    }

    /// A key for the next request: it follows from the call, so a second run sends the same.
    pub(super) fn idempotency_key(&mut self) -> wasmtime::Result<String> {
        let key = format!("{}-{}", self.call, self.traffic.next);
        Ok(self.leave(key))
    }
}

/// Sends one checked request, unless the first run already did.
async fn sent(
    wire: Wire,
    installation: Arc<Installation>,
    known: Option<HttpExchange>,
    checked: Checked,
) -> HttpExchange {
    if let Some(known) = known {
        return known;
    }
    let Checked { ordinal, digest, shown, shown_headers, outgoing } = checked;
    let (start, method) = (Instant::now(), outgoing.method.to_string());
    let answer = match wire {
        Wire::Live(egress) => {
            let permitted = |method: &Method, url: &Url| {
                installation.grants.http(method.as_str(), url).map_err(|denied| denied.to_string())
            };
            egress
                .send(outgoing, &permitted)
                .await
                .map(response)
                .map_err(|problem| refused(&problem, &installation))
        }
        Wire::Script(script) => script.answer(&method, &shown, &shown_headers, &outgoing.body),
    };
    let millis = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    HttpExchange { ordinal, digest, method, url: shown, answer, millis }
}

fn response(answer: Answer) -> Response {
    let headers = answer.headers.iter().map(|(name, value)| Header {
        name: name.as_str().to_owned(),
        value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
    });
    Response { status: answer.status.as_u16(), headers: headers.collect(), body: answer.body }
}

fn refused(problem: &EgressError, installation: &Installation) -> types::Error {
    let code = match problem {
        EgressError::Denied(_) => "denied",
        EgressError::Invalid(_) => "invalid",
        EgressError::TimedOut { .. } => "timed-out",
        EgressError::TooLong { .. } => "limit-exceeded",
        EgressError::Unreachable { .. } => "unavailable",
    };
    error(code, strike::out(&problem.to_string(), &installation.secrets))
}

/// What a request is recognised by when its call runs again. Each part is preceded by its length.
fn digest(method: &Method, url: &str, headers: &[(String, String)], body: &[u8]) -> String {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    part(method.as_str().as_bytes());
    part(url.as_bytes());
    for (name, value) in headers {
        part(name.as_bytes());
        part(value.as_bytes());
    }
    part(body);
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl contract::Host for CallState {
    async fn send(&mut self, request: Request) -> Result<Response, Fault> {
        let answers = self.http_send(vec![request]).await;
        let mut answers = self.leave(answers)?;
        answers.pop().unwrap_or_else(|| Err(error("unavailable", "not sent"))).map_err(Fault::Guest)
    }

    async fn send_many(
        &mut self,
        requests: Vec<Request>,
    ) -> wasmtime::Result<Vec<Result<Response, types::Error>>> {
        let answers = self.http_send(requests).await;
        self.leave(answers)
    }

    fn idempotency_key(&mut self) -> wasmtime::Result<String> {
        CallState::idempotency_key(self)
    }
}
