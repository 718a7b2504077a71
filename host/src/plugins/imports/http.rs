//! `hospes:plugin/http`: requests within the grants, with secrets put in on the way out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::future::join_all;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use reqwest::Url;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::view::view;
use crate::plugins::bindings::hospes::plugin::http::{self as contract, Content, Piece, Request, Response};
use crate::plugins::bindings::hospes::plugin::types::{self, Header};
use crate::plugins::cases::Script;
use crate::plugins::effects::HttpExchange;
use crate::plugins::egress::{Egress, EgressError, EgressResponse, Outgoing, sensitive};
use crate::plugins::engine::fault::{Fault, error};
use crate::plugins::engine::state::CallContext;
use crate::plugins::grants::secret_use::SecretUse;
use crate::plugins::installation::Installation;
use crate::plugins::keyring::Secret;
use crate::plugins::recordings::redaction;

/// Kept back from the call's own time, so that the guest can still say what happened.
const RESERVE: Duration = Duration::from_millis(100);
/// Header fields of a request, and bytes of all their names and values.
const MOST_HEADERS: usize = 100;
const MOST_HEADER_BYTES: usize = 64 << 10;
/// Bytes of an address.
const MOST_URL_BYTES: usize = 64 << 10;
/// Secrets in one request.
const MOST_SECRETS: usize = 16;
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
pub(in crate::plugins) enum Wire {
    /// The network.
    Live(Egress),
    /// A test case that says what is asked and answered.
    Script(Arc<Script>),
}

/// The HTTP of one call.
#[derive(Debug, Default)]
pub(in crate::plugins) struct Traffic {
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

/// What came from where a plugin said that a file is.
#[derive(Debug, Clone)]
pub struct Download {
    /// The answer's HTTP status.
    pub status: u16,
    /// What the answer calls its media type.
    pub media_type: Option<String>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// The value of a field, whatever its case.
fn header(headers: &[Header], name: &str) -> Option<String> {
    let found = headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
    found.map(|header| header.value.clone())
}

/// A request that passed every check.
struct Checked {
    ordinal: u32,
    digest: String,
    /// The address with `{secret:NAME}` where a secret stands.
    shown: String,
    shown_headers: Vec<(String, String)>,
    shown_body: Vec<u8>,
    outgoing: Outgoing,
}

/// Pieces joined as they may be shown.
pub(super) fn shown(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Secret(name) => format!("{{secret:{name}}}"),
        })
        .collect()
}

fn secrets_in(pieces: &[Piece]) -> usize {
    pieces.iter().filter(|piece| matches!(piece, Piece::Secret(_))).count()
}

/// What pieces cost. A secret counts as the longest that there may be: no limit tells how long it is.
fn cost(pieces: &[Piece]) -> usize {
    let costs = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => text.len(),
        Piece::Secret(_) => Secret::LONGEST,
    });
    costs.sum()
}

impl Content {
    fn pieces(&self) -> &[Piece] {
        match self {
            Self::Bytes(_) => &[],
            Self::Json(pieces) | Self::Form(pieces) => pieces,
        }
    }

    /// The body as it may be shown.
    fn shown(&self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes.clone(),
            Self::Json(pieces) | Self::Form(pieces) => shown(pieces).into_bytes(),
        }
    }
}

view! {
    /// The requests of a call.
    HttpView { traffic: Traffic = traffic }
}

impl HttpView<'_> {
    /// Joins pieces, each secret brought into form; the result is wiped when dropped.
    fn join_pieces(
        &mut self,
        pieces: &[Piece],
        place: SecretUse,
        form: impl Fn(&str) -> Option<String>,
    ) -> Result<Zeroizing<String>, Fault> {
        let mut joined = Zeroizing::new(String::new());
        for piece in pieces {
            match piece {
                Piece::Text(text) => joined.push_str(text),
                Piece::Secret(name) => {
                    let secret = self.call.secret_for(name, place)?;
                    let formed = form(secret.expose()).map(Zeroizing::new);
                    joined.push_str(&formed.ok_or_else(|| {
                        Fault::invalid(format!("the secret {name} can't stand in the {place}; set it anew"))
                    })?);
                }
            }
        }
        Ok(joined)
    }

    /// The address, and the one that is judged: in it each secret's name stands for the secret, so that no answer
    /// depends on what the secret is.
    fn http_url(&mut self, pieces: &[Piece]) -> Result<(Url, Url), Fault> {
        let before: String = pieces
            .iter()
            .map_while(|piece| if let Piece::Text(text) = piece { Some(text.as_str()) } else { None })
            .collect();
        let authority_is_written =
            before.split_once("://").is_some_and(|(_, rest)| rest.contains(['/', '?']));
        if secrets_in(pieces) > 0 && !authority_is_written {
            // A denial names the host, so a secret must not be able to stand in it.
            return Err(Fault::invalid("a secret can stand only behind the host of an address"));
        }
        if cost(pieces) > MOST_URL_BYTES {
            return Err(Fault::limit(format!("an address can have {MOST_URL_BYTES} bytes")));
        }
        // A secret of dots alone would lead to another path than the one that is judged.
        let plain = |secret: &str| {
            (!matches!(secret, "." | "..")).then(|| redaction::percent_encoded(secret).into_owned())
        };
        let joined = self.join_pieces(pieces, SecretUse::Url, plain)?;
        let named: String = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Secret(name) => redaction::percent_encoded(&format!("{{secret:{name}}}")).into_owned(),
            })
            .collect();
        let parse = |text: &str| {
            Url::parse(text)
                .map_err(|problem| Fault::invalid(format!("{:?} is no address: {problem}", shown(pieces))))
        };
        let (judged, url) = (parse(&named)?, parse(&joined)?);
        if !url.has_host() {
            return Err(Fault::invalid(format!("{:?} names no host", shown(pieces))));
        }
        Ok((url, judged))
    }

    fn http_headers(&mut self, headers: &[contract::RequestHeader]) -> Result<HeaderMap, Fault> {
        if headers.len() > MOST_HEADERS {
            let given = headers.len();
            return Err(Fault::limit(format!(
                "a request can have {MOST_HEADERS} header fields, not {given}"
            )));
        }
        let size: usize = headers.iter().map(|header| header.name.len() + cost(&header.value)).sum();
        if size > MOST_HEADER_BYTES {
            return Err(Fault::limit(format!(
                "the header fields of a request can have {MOST_HEADER_BYTES} bytes in sum; a secret counts as {}",
                Secret::LONGEST
            )));
        }
        let mut map = HeaderMap::with_capacity(headers.len());
        for header in headers {
            let named = &header.name;
            let name = HeaderName::try_from(named.as_str());
            let name = name.map_err(|_| Fault::invalid(format!("{named:?} is no name of a header")))?;
            if OURS.contains(&name.as_str()) {
                return Err(Fault::invalid(format!("the header {name} is the host's own; leave it out")));
            }
            let plain = |secret: &str| (!secret.contains(['\r', '\n', '\0'])).then(|| secret.to_owned());
            let value = self.join_pieces(&header.value, SecretUse::Header, plain)?;
            let value = HeaderValue::from_bytes(value.as_bytes());
            let value = value
                .map_err(|_| Fault::invalid(format!("the header {name} holds characters that it can't")))?;
            map.append(name, if secrets_in(&header.value) > 0 { sensitive(value) } else { value });
        }
        Ok(map)
    }

    fn http_body(&mut self, body: Content) -> Result<Bytes, Fault> {
        let joined = match &body {
            Content::Bytes(_) => None,
            Content::Json(pieces) => {
                let escaped = |secret: &str| {
                    let quoted = Zeroizing::new(serde_json::to_string(secret).ok()?);
                    Some(quoted[1..quoted.len() - 1].to_owned())
                };
                Some(self.join_pieces(pieces, SecretUse::Body, escaped)?)
            }
            Content::Form(pieces) => {
                let encoded = |secret: &str| Some(redaction::percent_encoded(secret).into_owned());
                Some(self.join_pieces(pieces, SecretUse::Body, encoded)?)
            }
        };
        Ok(match (joined, body) {
            (Some(joined), _) => Bytes::copy_from_slice(joined.as_bytes()),
            (None, Content::Bytes(bytes)) => bytes.into(),
            (None, _) => Bytes::new(),
        })
    }

    /// Every check there is, before anything goes out.
    fn http_check(&mut self, request: Request) -> Result<Checked, Fault> {
        let ordinal = self.traffic.next;
        self.traffic.next += 1;
        let placed = request.headers.iter().map(|header| secrets_in(&header.value)).sum::<usize>()
            + secrets_in(&request.url)
            + secrets_in(request.body.pieces());
        if placed > MOST_SECRETS {
            return Err(Fault::limit(format!("a request can hold {MOST_SECRETS} secrets, not {placed}")));
        }
        let shown_body = request.body.shown();
        let shown = shown(&request.url);
        let shown_headers: Vec<(String, String)> = request
            .headers
            .iter()
            .map(|header| (header.name.to_ascii_lowercase(), self::shown(&header.value)))
            .collect();
        let fields: usize = shown_headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        self.call.meter.transfer(request.method.len() + shown.len() + fields + shown_body.len())?;
        self.call.meter.handle(placed * Secret::LONGEST)?;
        if !self.traffic.open {
            return Err(Fault::denied(
                "channel.receive has no HTTP, because the provider waits for its answer; do it in another function",
            ));
        }
        self.call.meter.http_requests += 1;
        let most = self.call.meter.limits().http_requests;
        if self.call.meter.http_requests > most {
            return Err(Fault::limit(format!("a call may send {most} requests")));
        }
        let method =
            Method::from_bytes(request.method.as_bytes()).ok().filter(|method| *method != Method::CONNECT);
        let method = method.ok_or_else(|| Fault::invalid(format!("{:?} is no method", request.method)))?;
        let (url, judged) = self.http_url(&request.url)?;
        let installation = Arc::clone(&self.call.installation);
        if let Err(denied) = installation.grants.http(method.as_str(), &judged) {
            return Err(self.call.refuse(&denied));
        }
        let headers = self.http_headers(&request.headers)?;
        let digest = digest(&method, &shown, &shown_headers, &shown_body);
        let left = self.call.deadline.saturating_duration_since(Instant::now()).saturating_sub(RESERVE);
        let requested = request.timeout_ms.map_or(left, |millis| Duration::from_millis(millis.into()));
        let outgoing = Outgoing {
            method,
            url,
            headers,
            body: self.http_body(request.body)?,
            timeout: requested.min(left),
            most: self.call.meter.limits().http_response,
        };
        Ok(Checked { ordinal, digest, shown, shown_headers, shown_body, outgoing })
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
                        self.call.shared.wire.clone(),
                        Arc::clone(&self.call.installation),
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
            if let Ok(response) = &exchange.answer {
                // Others have decrypted and read it.
                self.call.meter.host_time.add(Duration::from_nanos(response.body.len() as u64));
            }
            answers[place] = Some(exchange.answer.clone());
            self.traffic.exchanges.push(exchange);
        }
        Ok(answers
            .into_iter()
            .map(|answer| answer.unwrap_or_else(|| Err(error("unavailable", "not sent"))))
            .collect())
    }

    /// Fetches a file by a request that the guest has returned, checked like one that it sends itself. Its bytes aren't
    /// recorded with the call.
    pub(in crate::plugins) async fn download(
        &mut self,
        request: Request,
        most: usize,
    ) -> wasmtime::Result<Result<Download, types::Error>> {
        let mut checked = match self.http_check(request) {
            Ok(checked) => checked,
            Err(fault) => return Ok(Err(fault.into_guest()?)),
        };
        checked.outgoing.most = most;
        let mut exchange =
            sent(self.call.shared.wire.clone(), Arc::clone(&self.call.installation), None, checked).await;
        let file = exchange.answer.as_mut().map_err(|error| error.clone()).map(|response| Download {
            status: response.status,
            media_type: header(&response.headers, "content-type"),
            bytes: std::mem::take(&mut response.body),
        });
        self.traffic.exchanges.push(exchange);
        Ok(file)
    }
}

/// A key for the next request: it follows from the call, so a second run sends the same.
pub(super) fn idempotency_key(call: &mut CallContext, traffic: &Traffic) -> String {
    let key = format!("{}-{}", call.id, traffic.next);
    call.leave(key)
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
    let Checked { ordinal, digest, shown, shown_headers, shown_body, outgoing } = checked;
    let (start, method) = (Instant::now(), outgoing.method.to_string());
    let answer = match wire {
        Wire::Live(egress) => {
            let first = outgoing.url.clone();
            let permitted = |method: &Method, url: &Url| {
                if *url == first {
                    // Judged before, without the secrets in it.
                    return Ok(());
                }
                installation.grants.http(method.as_str(), url).map_err(|denied| denied.to_string())
            };
            egress
                .send(outgoing, &permitted)
                .await
                .map(response)
                .map_err(|problem| refused(&problem, &installation))
        }
        Wire::Script(script) => script.answer(&method, &shown, &shown_headers, &shown_body),
    };
    let millis = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    HttpExchange { ordinal, digest, method, url: shown, answer, millis }
}

fn response(answer: EgressResponse) -> Response {
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
    error(code, redaction::redact(&problem.to_string(), &installation.secrets))
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

impl contract::Host for HttpView<'_> {
    async fn send(&mut self, request: Request) -> Result<Response, Fault> {
        let answers = self.http_send(vec![request]).await;
        let mut answers = self.call.leave(answers)?;
        answers.pop().unwrap_or_else(|| Err(error("unavailable", "not sent"))).map_err(Fault::Guest)
    }

    async fn send_many(
        &mut self,
        requests: Vec<Request>,
    ) -> wasmtime::Result<Vec<Result<Response, types::Error>>> {
        let answers = self.http_send(requests).await;
        self.call.leave(answers)
    }

    fn idempotency_key(&mut self) -> wasmtime::Result<String> {
        Ok(idempotency_key(self.call, self.traffic))
    }
}
