//! `GET /find`: records by what is known of them, and where to go; `GET /suggest/{kind}`: what a record could be called.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;

use super::frame::Frame;
use super::navigation::Destination;
use super::records::{is_searched, may_draft, one, path_of};
use super::visitor::Person;
use crate::domain::catalogue::KINDS;
use crate::http::extract::{Name, Query};
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::ops::records::search;
use crate::ops::{App, Refusal, RequestContext, records};
use crate::store::db::Tx;
use crate::store::filter::ListQuery;
use crate::store::search::Searched;

/// How many records of each kind are shown.
const EACH: i64 = 8;
/// How many are suggested.
const SUGGESTED: i64 = 10;

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sought {
    q: String,
}

/// A record that was found.
struct Found {
    path: String,
    kind: &'static str,
    title: String,
    excerpt: Option<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "console/find.html")]
struct FindPage<'a> {
    frame: &'a Frame,
    q: &'a str,
    found: Vec<Found>,
    places: Vec<Destination>,
}

/// What a record could be called.
#[derive(Template)]
#[template(path = "console/suggest.html")]
struct Suggestions {
    titles: Vec<String>,
}

/// Shows what is found, and the places whose names have the words.
pub async fn find(
    State(app): State<App>,
    person: Person,
    Query(sought): Query<Sought>,
) -> Result<Response, Problem> {
    let (frame, ctx) = (&person.frame, &person.ctx);
    let q = sought.q.trim();
    let navigation = frame.navigation();
    let words = q.to_lowercase();
    let mut places: Vec<Destination> = navigation.bar.into_iter().chain(navigation.more).collect();
    let kinds = KINDS.iter().chain(&frame.kinds).copied();
    let new = kinds.filter(|kind| may_draft(ctx, kind));
    places.extend(new.map(|kind| Destination {
        path: format!("/records/{}/new", kind.name),
        text: frame.named("record-new", one(frame, kind)),
        is_here: false,
    }));
    places.retain(|place| place.text.to_lowercase().contains(&words));
    let found =
        if q.is_empty() { Vec::new() } else { found(&mut app.db.read().await?, frame, ctx, q).await? };
    Ok(Page::console(StatusCode::OK, FindPage { frame, q, found, places }).into_response())
}

async fn found(tx: &mut Tx, frame: &Frame, ctx: &RequestContext, q: &str) -> Result<Vec<Found>, Problem> {
    let mut found = Vec::new();
    for hit in search::find(tx, ctx, q, None, EACH).await? {
        let mut kinds = KINDS.iter().chain(&frame.kinds).copied();
        let name = hit.record_kind.as_deref().unwrap_or(hit.kind.as_str());
        let Some(kind) = kinds.find(|kind| kind.name == name) else { continue };
        let path = match hit.kind {
            // A message is read where its conversation is: with its customer.
            Searched::Interaction => match hit.customer_id {
                Some(customer) => format!("/records/customer/{customer}"),
                None => continue,
            },
            _ => path_of(kind, hit.id),
        };
        found.push(Found { path, kind: one(frame, kind), title: hit.title, excerpt: hit.excerpt });
    }
    Ok(found)
}

/// Suggests what a record of a kind could be called.
pub async fn suggest(
    State(app): State<App>,
    person: Person,
    Name(name): Name,
    Query(sought): Query<Sought>,
) -> Result<Response, Problem> {
    let mut tx = app.db.read().await?;
    let kind = records::kind(&mut tx, &person.ctx, &name).await?;
    let q = sought.q.trim();
    let sought = Some(q.to_owned()).filter(|q| !q.is_empty());
    // What isn't found by words is found by how it begins.
    let query = if is_searched(kind) {
        ListQuery { limit: SUGGESTED, q: sought, ..ListQuery::default() }
    } else {
        let begins = |q| format!("{}.startsWith({})", kind.title, Value::String(q));
        ListQuery { limit: SUGGESTED, filter: sought.map(begins), ..ListQuery::default() }
    };
    let page = match records::list(&mut tx, &person.ctx, kind, &query).await {
        Err(Refusal::Query(_)) => Vec::new(),
        listed => listed?.items,
    };
    let mut titles: Vec<String> = page.iter().map(records::AnyRecord::title).collect();
    titles.dedup();
    Ok(Page::console(StatusCode::OK, Suggestions { titles }).into_response())
}
