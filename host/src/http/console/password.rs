//! `/password`: a new one for who signed in.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};

use super::frame::Frame;
use super::visitor::{Person, Sent};
use crate::http::cookies;
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::ops::accounts::own_password;
use crate::ops::{App, Refusal};

/// The form.
#[derive(Template)]
#[template(path = "console/password.html")]
struct Password<'a> {
    frame: &'a Frame,
    fault: Option<String>,
}

/// Shows the form.
pub async fn show(person: Person) -> Response {
    Page::console(StatusCode::OK, Password { frame: &person.frame, fault: None }).into_response()
}

/// Sets the password; everybody with the old one has to sign in again.
pub async fn set(State(app): State<App>, sent: Sent) -> Result<Response, Problem> {
    let frame = &sent.person.frame;
    let Some(user) = frame.user() else { return Err(Problem::no_path()) };
    let (current, password) = (sent.fields.text("current"), sent.fields.text("password"));
    let done = if password == sent.fields.text("again") {
        own_password::set_password(&app, &sent.person.ctx, user.id, password, Some(current)).await
    } else {
        Err(Refusal::invalid("/again", "the two passwords differ"))
    };
    let (status, key) = match done {
        Ok(()) => {
            let cookie = cookies::no_session(app.is_https());
            let away = Redirect::to("/sign-in?changed");
            return Ok((cookie.map(|cookie| [(SET_COOKIE, cookie)]), away).into_response());
        }
        Err(Refusal::Invalid(faults)) => {
            let key = match faults.first().map(|fault| fault.pointer.as_str()) {
                Some("/current") => "password-current-wrong",
                Some("/again") => "password-again-differs",
                _ => "password-too-easy",
            };
            (StatusCode::UNPROCESSABLE_ENTITY, key)
        }
        Err(Refusal::Unavailable { .. }) => (StatusCode::SERVICE_UNAVAILABLE, "fault-later"),
        Err(refusal) => return Err(refusal.into()),
    };
    Ok(Page::console(status, Password { frame, fault: Some(frame.t(key)) }).into_response())
}
