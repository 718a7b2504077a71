//! Pages that anybody may open: the survey and the progress of a ticket, each behind a link. They work without scripts and load
//! nothing from elsewhere.

mod logo;
mod note;
mod status;
mod survey;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;

use crate::ops::App;

/// The largest form, in bytes: a rating and a comment.
const FORM_LIMIT: usize = 64 << 10;

/// The pages.
pub fn router() -> Router<App> {
    Router::new()
        .route("/s/{token}", get(survey::show).post(survey::answer))
        .route("/t/{token}", get(status::show))
        .route(logo::PATH, get(logo::show))
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
}
