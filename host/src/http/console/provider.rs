//! `/sign-in/provider`: signing in by an identity provider.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;
use subtle::ConstantTimeEq as _;

use super::sign_in;
use super::visitor::{Visitor, local};
use crate::http::client_address::ClientAddress;
use crate::http::cookies;
use crate::http::problem::Problem;
use crate::ops::accounts::single_sign_on;
use crate::ops::{App, Refusal};

/// Where somebody wants to go on.
#[derive(Debug, Deserialize)]
pub struct Leaving {
    #[serde(default)]
    next: String,
}

/// `GET /sign-in/provider`: sends the visitor to the provider's page.
pub async fn leave(
    State(app): State<App>,
    Visitor(frame): Visitor,
    Query(leaving): Query<Leaving>,
) -> Result<Response, Problem> {
    match single_sign_on::depart(&app, local(&leaving.next)).await {
        Ok(departure) => {
            let cookie = cookies::sign_in(&departure.state, app.is_https());
            let cookies: AppendHeaders<Vec<_>> =
                AppendHeaders(cookie.into_iter().map(|cookie| (SET_COOKIE, cookie)).collect());
            Ok((cookies, Redirect::to(&departure.url)).into_response())
        }
        Err(refusal) => sign_in::refused(&app, &frame, refusal).await,
    }
}

/// What the provider sends a visitor back with.
#[derive(Debug, Deserialize)]
pub struct Return {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    error: String,
}

/// `GET /sign-in/provider/return`: ends the sign-in of the browser that began it.
pub async fn come_back(
    State(app): State<App>,
    from: ClientAddress,
    headers: HeaderMap,
    Visitor(frame): Visitor,
    Query(back): Query<Return>,
) -> Result<Response, Problem> {
    let kept = cookies::read(&headers, cookies::SIGN_IN).unwrap_or_default();
    let same = !back.state.is_empty() && bool::from(kept.as_bytes().ct_eq(back.state.as_bytes()));
    if !same || !back.error.is_empty() || back.code.is_empty() {
        let detail = frame.t("sign-in-provider-ended");
        return sign_in::refused(&app, &frame, Refusal::Forbidden(detail)).await;
    }
    let device = sign_in::device(&headers, from);
    match single_sign_on::arrive(&app, &back.state, &back.code, device).await {
        Ok(Some(arrival)) => Ok(sign_in::signed_in(&app, &arrival.token, &arrival.language, &arrival.next)),
        Ok(None) => {
            let detail = frame.t("sign-in-provider-ended");
            sign_in::refused(&app, &frame, Refusal::Forbidden(detail)).await
        }
        Err(refusal) => sign_in::refused(&app, &frame, refusal).await,
    }
}

/// What a provider says by the back channel.
#[derive(Debug, Deserialize)]
pub struct LogoutToken {
    logout_token: String,
}

/// `POST /sign-in/provider/logout`: ends the sessions of who has signed out at the provider's.
pub async fn log_out(State(app): State<App>, Form(sent): Form<LogoutToken>) -> Response {
    let uncached = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    match single_sign_on::log_out(&app, &sent.logout_token).await {
        Ok(_) => (StatusCode::OK, uncached).into_response(),
        Err(refusal) => {
            let status = match refusal {
                Refusal::Unavailable { .. } | Refusal::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::BAD_REQUEST,
            };
            let body = json!({"error": "invalid_request", "error_description": refusal.to_string()});
            (status, uncached, axum::Json(body)).into_response()
        }
    }
}
