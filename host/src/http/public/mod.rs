//! Pages that anybody may open: the survey behind a link, and the first page. They work without scripts and load
//! nothing from elsewhere.

mod home;
mod page;
mod survey;
mod texts;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

use crate::ops::App;

/// The largest form, in bytes: a rating and a comment.
const FORM_LIMIT: usize = 64 << 10;

/// The pages and their stylesheet.
pub fn router() -> Router<App> {
    Router::new()
        .route("/", get(home::home))
        .route("/s/{token}", get(survey::show).post(survey::answer))
        .route("/assets/page.css", get(stylesheet))
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
}

async fn stylesheet() -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=3600")];
    (headers, include_str!("../../../assets/page.css"))
}
