//! `/t/{token}`: how far a ticket has come, for the customer who has the link.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::domain::clock::Timestamp;
use crate::http::extract::LinkToken;
use crate::http::page::Page;
use crate::http::problem::{Kind, Problem};
use crate::http::texts::{Texts, in_utc};
use crate::ops::App;
use crate::ops::status::{self, Progress};

/// The page.
#[derive(Template)]
#[template(path = "public/status.html")]
struct Status<'a> {
    texts: Texts,
    progress: &'a Progress,
    now: Timestamp,
}

impl Status<'_> {
    fn ago(&self, at: &Timestamp) -> String {
        self.texts.ago(*at, self.now)
    }

    fn in_utc(&self, at: &Timestamp) -> String {
        in_utc(*at)
    }
}

/// A heading and a sentence.
#[derive(Template)]
#[template(path = "public/note.html")]
struct Note<'a> {
    texts: Texts,
    heading: String,
    hint: String,
    again: Option<&'a str>,
}

/// Shows the progress.
pub async fn show(State(app): State<App>, LinkToken(token): LinkToken, headers: HeaderMap) -> Response {
    let progress = match status::progress(&app, &token).await {
        Ok(progress) => progress,
        Err(refusal) => return refused(&Problem::from(refusal), Texts::of_browser(&headers)),
    };
    let texts = match progress.language.as_str() {
        "" => Texts::of_browser(&headers),
        known => Texts::of(known),
    };
    Page::ok(Status { texts, progress: &progress, now: app.db.now() }).into_response()
}

fn refused(problem: &Problem, texts: Texts) -> Response {
    if problem.kind() == Kind::NotFound {
        let (heading, hint) = (texts.t("progress-unknown"), texts.t("survey-unknown-hint"));
        return Page::with(StatusCode::NOT_FOUND, Note { texts, heading, hint, again: None }).into_response();
    }
    problem.log();
    let (heading, hint) = (texts.t("progress-later"), texts.t("progress-later-hint"));
    Page::with(problem.kind().status(), Note { texts, heading, hint, again: None }).into_response()
}
