//! `POST /preferences`: the language and the theme of the pages.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Redirect};

use super::frame::Theme;
use super::visitor::{Fields, Visitor};
use crate::http::cookies;
use crate::http::problem::Problem;
use crate::http::texts::Texts;
use crate::ops::{App, RequestContext, accounts};

/// Keeps a choice in a cookie; the language also in the record of who signed in.
pub async fn prefer(
    State(app): State<App>,
    Visitor(frame): Visitor,
    fields: Fields,
) -> Result<impl IntoResponse, Problem> {
    let mut cookies: Vec<Option<HeaderValue>> = Vec::new();
    if let Some(theme) = fields.read::<Theme>("theme") {
        cookies.push(cookies::choice(cookies::THEME, theme.as_str(), app.is_https()));
    }
    let wanted = fields.text("language");
    if !wanted.is_empty() {
        let language = Texts::of(wanted).language();
        cookies.push(cookies::choice(cookies::LANGUAGE, language, app.is_https()));
        if let Some(signed_in) = frame.signed_in.as_ref().filter(|_| fields.prove(None, &frame)) {
            let ctx = RequestContext::by(signed_in.actor());
            app.commit(&ctx, language, |tx, ctx, language| {
                Box::pin(accounts::set_language(tx, ctx, language))
            })
            .await?;
        }
    }
    let cookies = cookies.into_iter().flatten().map(|cookie| (SET_COOKIE, cookie));
    Ok((AppendHeaders(cookies.collect::<Vec<_>>()), Redirect::to(fields.next())))
}
