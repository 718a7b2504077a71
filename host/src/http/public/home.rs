//! `GET /`: what this is and where to look.

use askama::Template;

use super::page::Page;

/// The first page, in both languages.
#[derive(Template)]
#[template(path = "home.html")]
pub struct Home {
    version: &'static str,
}

/// Says what this is.
pub async fn home() -> Page<Home> {
    Page::ok(Home { version: env!("CARGO_PKG_VERSION") })
}
