//! `/in/{installation}/...`: where providers deliver messages. The channel's plugin reads the request, and its answer
//! is the provider's.

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, COOKIE, PROXY_AUTHORIZATION,
};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use axum::routing::any;

use super::extract::whole;
use super::problem::{Problem, ProblemKind};
use super::response::ApiResult;
use crate::ops::App;
use crate::ops::intake::{self, IntakeError};
use crate::plugins::types::{Header, HttpAnswer, HttpRequest};

/// Headers that a plugin's answer may have; the others are the host's own business.
const ALLOWED: [&str; 15] = [
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "allow",
    "cache-control",
    "content-disposition",
    "content-language",
    "content-type",
    "etag",
    "location",
    "retry-after",
    "vary",
];

/// Headers that a plugin's answer may have, and bytes of their names and values: what providers read at the least.
const MOST_HEADERS: usize = 100;
const MOST_HEADER_BYTES: usize = 16 << 10;

/// Meant for the host, and none of a plugin's business.
const WITHHELD: [HeaderName; 3] = [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE];

/// The addresses of channels.
pub fn router() -> Router<App> {
    // The router's `{*path}` doesn't match an empty one, and a page's form may well post to `/in/shop/`.
    Router::new()
        .route("/in/{installation}", any(receive))
        .route("/in/{installation}/", any(receive))
        .route("/in/{installation}/{*path}", any(receive))
}

async fn receive(State(app): State<App>, mut request: Request) -> ApiResult<Response<Body>> {
    if is_large(&request)
        && let Some(limit) = intake::request_limit(&app, &channel(&request)?.0).await?
    {
        DefaultBodyLimit::max(limit).apply(&mut request);
    }
    let (name, _) = channel(&request)?;
    let (installation, request) = match read(request).await {
        Err(problem) if problem.kind() == ProblemKind::TooLarge => {
            intake::note_too_large(&app, &name, problem.detail()).await;
            return Err(problem);
        }
        read => read?,
    };
    let answer = intake::receive(&app, &installation, request).await?;
    pass_on(answer)
}

/// The largest body that any channel takes, in bytes.
pub(super) const USUAL: usize = 1 << 20;

/// Whether the body may be larger than usual: only then it is asked whether the channel takes that.
fn is_large(request: &Request) -> bool {
    let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    length.is_none_or(|length: usize| length > USUAL)
}

/// The channel's name, and what follows it in the path.
fn channel(request: &Request) -> Result<(String, String), Problem> {
    let rest = request.uri().path().strip_prefix("/in/").ok_or_else(Problem::no_path)?;
    let (installation, path) = rest.split_once('/').unwrap_or((rest, ""));
    Ok((installation.to_owned(), path.to_owned()))
}

/// The channel's name and the request as its plugin gets it.
async fn read(request: Request) -> Result<(String, HttpRequest), Problem> {
    let (installation, path) = channel(&request)?;
    let method = request.method().as_str().to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let given = request.headers().iter().filter(|(name, _)| !WITHHELD.contains(name));
    let headers = given.map(|(name, value)| Header {
        name: name.as_str().to_owned(),
        value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
    });
    let headers = headers.collect();
    let body = whole(request, &()).await?.to_vec();
    Ok((installation, HttpRequest { method, path, query, headers, body }))
}

fn pass_on(answer: HttpAnswer) -> Result<Response<Body>, Problem> {
    let odd = |what: String| {
        Problem::new(ProblemKind::BadAnswer, "the channel's plugin gave no answer that can be sent")
            .because(what)
    };
    let status =
        StatusCode::from_u16(answer.status).ok().filter(|status| (200..600).contains(&status.as_u16()));
    let status = status.ok_or_else(|| odd(format!("a plugin answered with the status {}", answer.status)))?;
    let size: usize = answer.headers.iter().map(|header| header.name.len() + header.value.len()).sum();
    if answer.headers.len() > MOST_HEADERS || size > MOST_HEADER_BYTES {
        let count = answer.headers.len();
        return Err(odd(format!("a plugin answered with {count} headers of {size} bytes")));
    }
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = status;
    for Header { name, value } in answer.headers {
        let name = name.to_ascii_lowercase();
        let Some(allowed) = ALLOWED.into_iter().find(|allowed| *allowed == name) else { continue };
        let value = HeaderValue::try_from(value)
            .map_err(|_| odd(format!("a plugin's header {allowed} has odd characters")))?;
        response.headers_mut().append(HeaderName::from_static(allowed), value);
    }
    // Were it a page, it would stand under the host's own name: it gets no scripts and no origin.
    let policy = HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'");
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

impl From<IntakeError> for Problem {
    fn from(error: IntakeError) -> Self {
        let text = error.to_string();
        match error {
            IntakeError::Unknown(_) | IntakeError::NoSuchPath(_) => Self::new(ProblemKind::NotFound, text),
            IntakeError::Forged => Self::new(ProblemKind::Unauthenticated, text),
            IntakeError::Malformed(_) => Self::new(ProblemKind::Malformed, text),
            IntakeError::Later { retry_after_ms, .. } => Self::unavailable(text, retry_after_ms),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)]) -> HttpAnswer {
        let header = |(name, value): &(&str, &str)| Header { name: (*name).into(), value: (*value).into() };
        HttpAnswer { status, headers: headers.iter().map(header).collect(), body: b"ok".to_vec() }
    }

    #[test]
    fn only_harmless_headers_are_passed_on() {
        let given = [
            ("Content-Type", "text/plain"),
            ("Set-Cookie", "a=b"),
            ("content-security-policy", "default-src *"),
            ("Transfer-Encoding", "chunked"),
            ("Access-Control-Allow-Origin", "https://shop.example.com"),
        ];
        let response = pass_on(answer(202, &given)).unwrap();
        assert_eq!(response.status(), 202);
        let names: Vec<&str> = response.headers().keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["content-type", "access-control-allow-origin", "content-security-policy"]);
        assert!(response.headers()["content-security-policy"].to_str().unwrap().contains("sandbox"));
    }

    #[test]
    fn an_answer_that_cant_be_sent_is_the_plugins_fault() {
        for odd in [
            answer(99, &[]),
            answer(101, &[]),
            answer(700, &[]),
            answer(200, &[("location", "/a\r\nb: c")]),
            answer(200, &[("vary", "x"); 101]),
            answer(200, &[("vary", &"x".repeat(20_000))]),
        ] {
            assert_eq!(pass_on(odd).unwrap_err().kind(), ProblemKind::BadAnswer);
        }
    }

    #[tokio::test]
    async fn a_plugin_sees_the_path_as_it_came_and_no_credentials() {
        let request = Request::post("/in/shop/a%2Fb/c?x=1&y=%20")
            .header("authorization", "Bearer hsp_x")
            .header("cookie", "a=b")
            .header("x-signature", "s")
            .body(Body::from("{}"))
            .unwrap();
        let (installation, request) = read(request).await.unwrap();
        assert_eq!(installation, "shop");
        assert_eq!((request.path.as_str(), request.query.as_str()), ("a%2Fb/c", "x=1&y=%20"));
        let names: Vec<&str> = request.headers.iter().map(|header| header.name.as_str()).collect();
        assert_eq!(names, ["x-signature"]);
        for bare in ["/in/shop", "/in/shop/"] {
            let request = Request::get(bare).body(Body::empty()).unwrap();
            let (installation, request) = read(request).await.unwrap();
            assert_eq!((installation.as_str(), request.path.as_str()), ("shop", ""));
        }
    }
}
