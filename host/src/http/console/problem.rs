//! Problems as pages, for people.

use askama::Template;
use axum::extract::{FromRequestParts as _, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::frame::Frame;
use super::visitor::{Visitor, as_note, is_partial};
use crate::http::page::Page;
use crate::http::problem::{Kind, Problem};
use crate::ops::App;

/// What went wrong, in a sentence.
#[derive(Template)]
#[template(path = "console/problem.html")]
struct Told<'a> {
    frame: &'a Frame,
    what: String,
}

/// Shows a page in the place of a problem, with the same status; a page's script gets its sentence alone.
pub async fn as_page(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let mut asked = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    let Some(problem) = response.extensions().get::<Problem>().cloned() else { return response };
    let Ok(Visitor(frame)) = Visitor::from_request_parts(&mut asked, &app).await else { return response };
    problem.log();
    let word = match problem.kind() {
        Kind::Denied => "denied",
        Kind::NotFound => "not-found",
        Kind::Unavailable => "later",
        Kind::Internal => "internal",
        _ => "malformed",
    };
    let page = Told { what: frame.word("problem", word), frame: &frame };
    let page = Page {
        retry_after_seconds: problem.retry_after_seconds(),
        ..Page::console(problem.kind().status(), page)
    };
    if is_partial(&asked.headers) {
        return (as_note("#told"), page).into_response();
    }
    page.into_response()
}
