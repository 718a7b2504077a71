//! `POST /records/{kind}/change`: one field of many records.

use axum::extract::{Query, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::Map;
use uuid::Uuid;

use super::field::PageField;
use super::list::{self, Outcome};
use super::list_request::ListRequest;
use super::{fields, input, kind};
use crate::domain::catalogue::Kind;
use crate::http::console::visitor::{Fields, Sent};
use crate::http::extract::Name;
use crate::http::problem::Problem;
use crate::ops::records::{self, AnyRecord};
use crate::ops::{App, Refusal, RequestContext};
use crate::store::db::Tx;

/// The most records that are changed at once.
const MOST: usize = 500;

/// Sets a field of the records that were chosen, each on its own: one that can't be changed keeps none of the others.
pub async fn change_many(State(app): State<App>, name: Name, sent: Sent) -> Result<Response, Problem> {
    let (ctx, kind) = (&sent.person.ctx, kind(&app, &sent.person.ctx, &name).await?);
    let fields = fields(&mut app.db.read().await?, &sent.person.frame, ctx, kind).await?;
    let back = address(sent.fields.text("back")).unwrap_or_default();
    let (named, value) = sent.fields.text("set-field").split_once('=').unwrap_or_default();
    let field = fields.into_iter().find(|field| field.name == named && field.change && field.is_chosen());
    let ids: Vec<Uuid> = sent.fields.all("id").filter_map(|id| id.parse().ok()).take(MOST).collect();
    let Some(field) = field.filter(|_| !ids.is_empty()) else {
        return list::draw(&app, &sent.person, kind, &back, Some(Outcome::default())).await;
    };
    let mut outcome = Outcome::default();
    for id in ids {
        let request = (kind, id, field.clone(), value.to_owned());
        match app.commit(ctx, request, |tx, ctx, request| Box::pin(apply(tx, ctx, request))).await {
            Ok(_) => outcome.changed += 1,
            Err(error @ (Refusal::Store(_) | Refusal::Unavailable { .. })) => return Err(error.into()),
            Err(refusal) => {
                let record = records::get(&mut app.db.read().await?, ctx, kind, id).await;
                let title = record.map_or_else(|_| id.to_string(), |record| record.title());
                outcome.refused.push((title, refusal.to_string()));
            }
        }
    }
    if outcome.refused.is_empty() {
        let (back, changed) = (ListRequest::read(&back).address(), outcome.changed);
        return Ok(Redirect::to(&format!("/records/{}?{back}&changed={changed}", kind.name)).into_response());
    }
    list::draw(&app, &sent.person, kind, &back, Some(outcome)).await
}

async fn apply(
    tx: &mut Tx,
    ctx: &RequestContext,
    (kind, id, field, value): &(&'static Kind, Uuid, PageField, String),
) -> Result<AnyRecord, Refusal> {
    let mut request = Map::new();
    input::put(&mut request, &field.name, input::read(tx, ctx, field, value).await?);
    records::change(tx, ctx, &(*kind, (*id, None, request))).await
}

/// The list that the records were chosen from, by what stands after the `?` of its address.
fn address(back: &str) -> Option<Fields> {
    let uri: Uri = format!("/?{back}").parse().ok()?;
    Query::<Vec<(String, String)>>::try_from_uri(&uri).ok().map(|read| Fields::of(read.0))
}
