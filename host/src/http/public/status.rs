//! `/t/{token}`: how far a ticket has come, for the customer who has the link.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::note::refused;
use crate::domain::clock::Timestamp;
use crate::http::extract::LinkToken;
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::http::texts::{Texts, in_utc};
use crate::ops::App;
use crate::ops::app::company::Company;
use crate::ops::tickets::status::{self, Progress};

/// The page.
#[derive(Template)]
#[template(path = "public/status.html")]
struct Status<'a> {
    texts: Texts,
    company: &'a Company,
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

/// Shows the progress.
pub async fn show(State(app): State<App>, LinkToken(token): LinkToken, headers: HeaderMap) -> Response {
    let progress = match status::progress(&app, &token).await {
        Ok(progress) => progress,
        Err(refusal) => {
            let unknown = ["progress-unknown", "survey-unknown-hint"];
            let later = ["progress-later", "progress-later-hint"];
            let texts = Texts::of_browser(&headers);
            return refused(&Problem::from(refusal), texts, &app.company, unknown, later);
        }
    };
    let texts = match progress.language.as_str() {
        "" => Texts::of_browser(&headers),
        known => Texts::of(known),
    };
    let company = &app.company;
    Page::ok(Status { texts, company, progress: &progress, now: app.db.now() }).into_response()
}
