//! Problems as pages, for people.

use askama::Template;
use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::frame::Frame;
use super::visitor::{Visitor, as_note, is_partial};
use crate::http::page::Page;
use crate::http::problem::{Problem, ProblemKind};
use crate::ops::App;

/// What went wrong, in a sentence.
#[derive(Template)]
#[template(path = "console/problem.html")]
struct Note<'a> {
    frame: &'a Frame,
    what: String,
}

/// Shows a page in the place of a problem, with the same status; a page's script gets its sentence alone.
pub async fn as_page(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let mut asked = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    let Some(problem) = response.extensions().get::<Problem>().cloned() else { return response };
    page(&app, &mut asked, &problem).await.unwrap_or(response)
}

/// What stands at a path that leads nowhere: a page for a browser, a problem for a program.
pub async fn no_path(State(app): State<App>, request: Request) -> Response {
    let (mut asked, _) = request.into_parts();
    let problem = Problem::no_path();
    let of_programs = ["/v1/", "/in/", "/mcp"].iter().any(|path| asked.uri.path().starts_with(path));
    if of_programs || !wants_page(&asked.headers) {
        return problem.into_response();
    }
    page(&app, &mut asked, &problem).await.unwrap_or_else(|| problem.into_response())
}

/// Whether a page is asked for rather than JSON.
fn wants_page(headers: &HeaderMap) -> bool {
    let wanted = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut first = wanted.split(',').map(|kind| kind.split(';').next().unwrap_or_default().trim());
    first
        .find(|kind| kind.contains("html") || kind.contains("json"))
        .is_some_and(|kind| kind.contains("html"))
}

/// The page of a problem; none where it can't be said who asks.
async fn page(app: &App, asked: &mut Parts, problem: &Problem) -> Option<Response> {
    let Visitor(frame) = Visitor::from_request_parts(asked, app).await.ok()?;
    problem.log();
    let word = match problem.kind() {
        ProblemKind::Denied => "denied",
        ProblemKind::NotFound => "not-found",
        ProblemKind::Unavailable => "later",
        ProblemKind::Internal => "internal",
        _ => "malformed",
    };
    let page = Note { what: frame.word("problem", word), frame: &frame };
    let page = Page {
        retry_after_seconds: problem.retry_after_seconds(),
        ..Page::console(problem.kind().status(), page)
    };
    if is_partial(&asked.headers) {
        return Some((as_note("#told"), page).into_response());
    }
    Some(page.into_response())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_browser_asks_for_pages_and_a_program_for_json() {
        let wants = |accept: &'static str| {
            wants_page(&HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]))
        };
        assert!(wants("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
        for program in ["*/*", "application/json", "application/json, text/html;q=0.1", ""] {
            assert!(!wants(program), "{program}");
        }
    }
}
