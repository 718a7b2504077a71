//! `GET /setup`: the first steps on a fresh server, for administrators.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::frame::Frame;
use super::visitor::{Person, Visitor};
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::ops::host::setup::{self, Setup};
use crate::ops::{App, RequestContext};

/// The page.
#[derive(Template)]
#[template(path = "console/setup.html")]
struct SetupPage<'a> {
    frame: &'a Frame,
    setup: &'a Setup,
    url: &'a str,
}

impl SetupPage<'_> {
    /// Which classes no team takes.
    fn untaken(&self) -> String {
        let words = self.setup.untaken.iter().map(|class| self.frame.word("class", class.as_str()));
        self.frame.named("setup-team-untaken", &words.collect::<Vec<_>>().join(", "))
    }

    /// Which channels are in use.
    fn channels(&self) -> String {
        self.frame.named("setup-channel-there", &self.setup.channels.join(", "))
    }
}

/// Shows what is done and what is left to do.
pub async fn show(State(app): State<App>, person: Person) -> Result<Response, Problem> {
    let setup = setup::setup(&app, &person.ctx).await?;
    let page = SetupPage { frame: &person.frame, setup: &setup, url: &app.public_url };
    Ok(Page::console(StatusCode::OK, page).into_response())
}

/// `GET /`: to what is left to set up, for whoever may; otherwise to the inbox.
pub async fn home(State(app): State<App>, Visitor(frame): Visitor) -> Result<Redirect, Problem> {
    let left = match &frame.signed_in {
        Some(signed_in) => setup::left(&app, &RequestContext::by(signed_in.actor())).await?,
        None => 0,
    };
    Ok(Redirect::to(if left > 0 { "/setup" } else { "/inbox" }))
}
