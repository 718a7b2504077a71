//! A page that only says something: thanks, or what went wrong.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::http::page::Page;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::texts::Texts;
use crate::ops::app::company::Company;

/// A heading and a sentence, and where to go from there.
#[derive(Template)]
#[template(path = "public/note.html")]
pub(super) struct Note<'a> {
    pub texts: Texts,
    pub company: &'a Company,
    pub heading: String,
    pub hint: String,
    pub again: Option<&'a str>,
}

impl<'a> Note<'a> {
    /// The note of two texts: its heading and its sentence.
    pub(super) fn of(
        texts: Texts,
        company: &'a Company,
        [heading, hint]: [&str; 2],
        again: Option<&'a str>,
    ) -> Self {
        Self { texts, company, heading: texts.t(heading), hint: texts.t(hint), again }
    }
}

/// A page in place of a problem, with the same status: the texts for a link that leads nowhere, and for what may go
/// later.
pub(super) fn refused(
    problem: &Problem,
    texts: Texts,
    company: &Company,
    unknown: [&str; 2],
    later: [&str; 2],
) -> Response {
    if problem.kind() == ProblemKind::NotFound {
        return Page::with(StatusCode::NOT_FOUND, Note::of(texts, company, unknown, None)).into_response();
    }
    problem.log();
    let page = Page::with(problem.kind().status(), Note::of(texts, company, later, None));
    Page { retry_after_seconds: problem.retry_after_seconds(), ..page }.into_response()
}
