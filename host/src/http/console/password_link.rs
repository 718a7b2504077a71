//! `/password/forgotten` and `/password/new`: a password for who has none, or has forgotten it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::frame::Frame;
use super::visitor::{Fields, Visitor};
use crate::http::client_address::ClientAddress;
use crate::http::extract::Query;
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::ops::accounts::password_links;
use crate::ops::{App, Refusal};

/// The form that asks for a link.
#[derive(Template)]
#[template(path = "console/password_forgotten.html")]
struct Forgotten<'a> {
    frame: &'a Frame,
    /// Whether a link was asked for; none where this host sends no mail.
    sent: Option<bool>,
}

/// The form that a link leads to.
#[derive(Template)]
#[template(path = "console/password_new.html")]
struct New<'a> {
    frame: &'a Frame,
    link: &'a str,
    counts: bool,
    fault: Option<String>,
}

/// What a link says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Followed {
    link: String,
}

/// Shows the form that asks for a link.
pub async fn forgotten(Visitor(frame): Visitor) -> Response {
    Page::console(StatusCode::OK, Forgotten { frame: &frame, sent: Some(false) }).into_response()
}

/// Sends a link, if there is somebody to send it to; the answer is the same.
pub async fn ask(
    State(app): State<App>,
    from: ClientAddress,
    Visitor(frame): Visitor,
    fields: Fields,
) -> Result<Response, Problem> {
    let sends = password_links::forgotten(&app, fields.text("email"), from.ip).await?;
    let page = Forgotten { frame: &frame, sent: sends.then_some(true) };
    Ok(Page::console(StatusCode::OK, page).into_response())
}

/// Shows the form that a link leads to.
pub async fn follow(
    State(app): State<App>,
    Visitor(frame): Visitor,
    Query(followed): Query<Followed>,
) -> Result<Response, Problem> {
    let counts = password_links::counts(&app, &followed.link).await?;
    let status = if counts { StatusCode::OK } else { StatusCode::GONE };
    let page = New { frame: &frame, link: &followed.link, counts, fault: None };
    Ok(Page::console(status, page).into_response())
}

/// Sets the password.
pub async fn set(
    State(app): State<App>,
    Visitor(frame): Visitor,
    fields: Fields,
) -> Result<Response, Problem> {
    let (link, password) = (fields.text("link"), fields.text("password"));
    let done = if password == fields.text("again") {
        password_links::redeem(&app, link, password).await
    } else {
        Err(Refusal::invalid("/again", "the two passwords differ"))
    };
    let (status, counts, fault) = match done {
        Ok(true) => return Ok(Redirect::to("/sign-in?changed").into_response()),
        Ok(false) => (StatusCode::GONE, false, None),
        Err(Refusal::Invalid(faults)) => {
            let differ = faults.first().is_some_and(|fault| fault.pointer == "/again");
            let key = if differ { "password-again-differs" } else { "password-too-easy" };
            (StatusCode::UNPROCESSABLE_ENTITY, true, Some(frame.t(key)))
        }
        Err(Refusal::Unavailable { .. }) => {
            (StatusCode::SERVICE_UNAVAILABLE, true, Some(frame.t("fault-later")))
        }
        Err(other) => return Err(other.into()),
    };
    Ok(Page::console(status, New { frame: &frame, link, counts, fault }).into_response())
}
