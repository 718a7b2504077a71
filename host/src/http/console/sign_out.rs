//! `POST /sign-out`

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect};

use super::visitor::Sent;
use crate::http::cookies;
use crate::http::problem::Problem;
use crate::ops::{App, accounts};

/// Ends the session.
pub async fn sign_out(
    State(app): State<App>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<impl IntoResponse, Problem> {
    let token = cookies::read(&headers, cookies::SESSION).unwrap_or_default();
    if let Some(signed_in) = &sent.person.frame.signed_in {
        accounts::sign_out(&app, signed_in, token).await?;
    }
    let cookie = cookies::no_session(app.is_https());
    Ok((cookie.map(|cookie| [(SET_COOKIE, cookie)]), Redirect::to("/sign-in")))
}
