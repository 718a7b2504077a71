//! `POST /records/{kind}/{id}`: changes of a record's fields.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::Map;
use uuid::Uuid;

use super::field::PageField;
use super::names::Names;
use super::show::{self, Trouble};
use super::{fields, input, kind};
use crate::domain::catalogue::Kind;
use crate::http::console::visitor::{Fields, Sent};
use crate::http::extract::{Id, Name};
use crate::http::problem::Problem;
use crate::ops::records::{self, AnyRecord};
use crate::ops::{App, Refusal, RequestContext};
use crate::store::db::Tx;

/// What a form changes.
struct Change {
    kind: &'static Kind,
    id: Uuid,
    fields: Vec<PageField>,
    sent: Fields,
}

/// Changes a record by the fields that were changed on its form.
pub async fn change(
    State(app): State<App>,
    name: Name,
    Id(id): Id<Uuid>,
    sent: Sent,
) -> Result<Response, Problem> {
    let (ctx, kind) = (&sent.person.ctx, kind(&app, &sent.person.ctx, &name).await?);
    let fields = fields(&mut app.db.read().await?, &sent.person.frame, ctx, kind).await?;
    let change = Change { kind, id, fields, sent: sent.fields.clone() };
    let done = app.commit(ctx, change, |tx, ctx, change| Box::pin(apply(tx, ctx, change))).await;
    ended(&app, &sent, kind, id, done).await
}

/// Ends what was done with a record: back to its page, or the page with what was wrong.
pub async fn ended<T>(
    app: &App,
    sent: &Sent,
    kind: &'static Kind,
    id: Uuid,
    done: Result<T, Refusal>,
) -> Result<Response, Problem> {
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/records/{}/{id}", kind.name)).into_response()),
        Err(refusal) => {
            let trouble = trouble(sent, refusal)?;
            show::draw(app, &sent.person, kind, id, Some(trouble)).await
        }
    }
}

/// What was wrong, as far as who sent the form can mend it.
pub fn trouble(sent: &Sent, refusal: Refusal) -> Result<Trouble<'_>, Problem> {
    let frame = &sent.person.frame;
    let (faults, note, status) = match refusal {
        Refusal::Invalid(faults) => (faults, None, StatusCode::UNPROCESSABLE_ENTITY),
        Refusal::Conflict(text) => (Vec::new(), Some(text), StatusCode::CONFLICT),
        Refusal::Stale { .. } => (Vec::new(), Some(frame.t("fault-fields-conflict")), StatusCode::CONFLICT),
        Refusal::Denied(_) => (Vec::new(), Some(frame.t("fault-denied")), StatusCode::FORBIDDEN),
        Refusal::Forbidden(text) => (Vec::new(), Some(text), StatusCode::FORBIDDEN),
        other => return Err(other.into()),
    };
    Ok(Trouble { sent: &sent.fields, faults, note, status })
}

/// Changes the fields that were changed on the form. One that somebody else has changed since isn't overwritten; that
/// they changed others is no conflict.
async fn apply(tx: &mut Tx, ctx: &RequestContext, change: &Change) -> Result<AnyRecord, Refusal> {
    let Change { kind, id, fields, sent } = change;
    let record = records::get(tx, ctx, kind, *id).await?;
    let names = Names::of(tx, ctx, fields.iter(), std::slice::from_ref(&record)).await?;
    let mut request = Map::new();
    let mut faults = Vec::new();
    for field in fields.iter().filter(|field| field.change && field.is_entered()) {
        let was = format!("was-{}", field.name);
        if !sent.has(&was) {
            continue;
        }
        let (was, new) = (sent.text(&was).trim(), input::entered(sent, &field.name));
        if same(was, &new) {
            continue;
        }
        let now = input::written(field, record.value(&field.name), &names);
        if !same(&now, was) && !same(&now, &new) {
            let detail = format!("somebody else has changed this meanwhile: {now}");
            return Err(Refusal::invalid(input::pointer(&field.name), detail));
        }
        match input::read(tx, ctx, field, &new).await {
            Ok(value) => input::put(&mut request, &field.name, value),
            Err(Refusal::Invalid(more)) => faults.extend(more),
            Err(other) => return Err(other),
        }
    }
    Refusal::unless_valid(faults)?;
    if request.is_empty() {
        return Ok(record);
    }
    records::change(tx, ctx, &(*kind, (*id, Some(record.version), request))).await
}

/// Whether two texts of forms say the same; lines end differently in them.
fn same(one: &str, other: &str) -> bool {
    one.trim().lines().map(str::trim_end).eq(other.trim().lines().map(str::trim_end))
}
