//! `/sign-in`: with an e-mail address and a password.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::header::{SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};

use super::frame::Frame;
use super::visitor::{Fields, Visitor, local};
use crate::domain::clock::Timestamp;
use crate::http::client_address::ClientAddress;
use crate::http::cookies;
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::http::texts::Texts;
use crate::ops::accounts::{self, Attempt, Device};
use crate::ops::{App, Refusal};

/// The form.
#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct SignIn<'a> {
    frame: &'a Frame,
    /// Nobody can sign in yet.
    first: bool,
    url: &'a str,
    email: &'a str,
    next: &'a str,
    fault: Option<String>,
    notice: Option<String>,
    /// The identity provider, by its name.
    provider: Option<&'a str>,
}

/// The form for the code that follows the password.
#[derive(Template)]
#[template(path = "console/sign_in_code.html")]
struct Code<'a> {
    frame: &'a Frame,
    challenge: &'a str,
    next: &'a str,
    fault: Option<String>,
}

/// Shows the form.
pub async fn show(
    State(app): State<App>,
    Visitor(frame): Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let next = query.split('&').find_map(|pair| pair.strip_prefix("next=")).unwrap_or_default();
    let next = percent_encoding::percent_decode_str(next).decode_utf8_lossy();
    let next = local(&next);
    if frame.signed_in.is_some() {
        return Ok(Redirect::to(next).into_response());
    }
    let changed = query.split('&').any(|pair| pair == "changed");
    let notice = changed.then(|| frame.t("sign-in-changed"));
    form(&app, &frame, StatusCode::OK, "", next, None, notice).await
}

async fn form(
    app: &App,
    frame: &Frame,
    status: StatusCode,
    email: &str,
    next: &str,
    fault: Option<String>,
    notice: Option<String>,
) -> Result<Response, Problem> {
    let first = !accounts::any(&mut app.db.read().await?).await?;
    let provider = app.provider.as_ref().map(|provider| provider.settings().name.as_str());
    let page = SignIn { frame, first, url: &app.public_url, email, next, fault, notice, provider };
    Ok(Page::console(status, page).into_response())
}

/// Signs in, or says in the same words for every reason that it can't be.
pub async fn sign_in(
    State(app): State<App>,
    from: ClientAddress,
    headers: HeaderMap,
    Visitor(frame): Visitor,
    fields: Fields,
) -> Result<Response, Problem> {
    let (email, next) = (fields.text("email"), fields.next());
    let attempt = accounts::sign_in(&app, email, fields.text("password"), device(&headers, from)).await;
    let (status, fault) = match attempt {
        Ok(Attempt::SignedIn { token, language }) => return Ok(signed_in(&app, &token, &language, next)),
        Ok(Attempt::CodeWanted { challenge }) => {
            let page = Code { frame: &frame, challenge: &challenge, next, fault: None };
            return Ok(Page::console(StatusCode::OK, page).into_response());
        }
        Ok(Attempt::Wrong) => (StatusCode::UNPROCESSABLE_ENTITY, frame.t("sign-in-wrong")),
        Ok(Attempt::TooOften { again_at }) => (StatusCode::TOO_MANY_REQUESTS, too_often(&frame, again_at)),
        Err(Refusal::Unavailable { .. }) => (StatusCode::SERVICE_UNAVAILABLE, frame.t("fault-later")),
        Err(refusal) => return Err(refusal.into()),
    };
    form(&app, &frame, status, email, next, Some(fault), None).await
}

/// Goes on with the code that follows the password.
pub async fn code(
    State(app): State<App>,
    from: ClientAddress,
    headers: HeaderMap,
    Visitor(frame): Visitor,
    fields: Fields,
) -> Result<Response, Problem> {
    let (challenge, next) = (fields.text("challenge"), fields.next());
    let done = accounts::complete(&app, challenge, fields.text("code"), device(&headers, from)).await?;
    let (status, fault) = match done {
        Attempt::SignedIn { token, language } => return Ok(signed_in(&app, &token, &language, next)),
        Attempt::TooOften { again_at } => (StatusCode::TOO_MANY_REQUESTS, too_often(&frame, again_at)),
        Attempt::CodeWanted { .. } | Attempt::Wrong => {
            (StatusCode::UNPROCESSABLE_ENTITY, frame.t("sign-in-code-wrong"))
        }
    };
    let page = Code { frame: &frame, challenge, next, fault: Some(fault) };
    Ok(Page::console(status, page).into_response())
}

/// Shows the form with why somebody couldn't sign in by the identity provider.
pub(super) async fn refused(app: &App, frame: &Frame, refusal: Refusal) -> Result<Response, Problem> {
    let (status, fault) = match refusal {
        Refusal::Unavailable { reason, .. } => (StatusCode::SERVICE_UNAVAILABLE, reason),
        Refusal::Forbidden(detail) | Refusal::Conflict(detail) => (StatusCode::FORBIDDEN, detail),
        other => return Err(other.into()),
    };
    form(app, frame, status, "", "/inbox", Some(fault), None).await
}

/// By what and from where a request comes.
pub(super) fn device(headers: &HeaderMap, from: ClientAddress) -> Device {
    let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Device { address: from.ip, agent: agent.to_owned() }
}

/// Gives the browser its session and leads it on.
pub(super) fn signed_in(app: &App, token: &str, language: &str, next: &str) -> Response {
    let secure = app.is_https();
    // When the session ends, the pages go on in the same language.
    let language = cookies::choice(cookies::LANGUAGE, Texts::of(language).language(), secure);
    let cookies = [cookies::session(token, secure), language].into_iter().flatten();
    let cookies: AppendHeaders<Vec<_>> = AppendHeaders(cookies.map(|cookie| (SET_COOKIE, cookie)).collect());
    (cookies, Redirect::to(next)).into_response()
}

fn too_often(frame: &Frame, again_at: Timestamp) -> String {
    let minutes = again_at.millis_since(frame.now).max(0) / 60_000 + 1;
    frame.count("sign-in-too-often", &minutes)
}
