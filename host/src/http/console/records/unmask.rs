//! `POST /records/{kind}/{id}/unmask`: shows what is masked on a record, for a purpose.

use axum::extract::State;
use axum::response::Response;
use serde_json::Value;
use uuid::Uuid;

use super::change::ended;
use super::{kind, show};
use crate::domain::catalogue::Kind;
use crate::http::console::frame::Frame;
use crate::http::console::visitor::Sent;
use crate::http::extract::{Id, Name};
use crate::http::problem::Problem;
use crate::ops::App;
use crate::ops::records::unmask::{self, Unmask, masked_fields};

/// Shows the record's page with all that is masked on it in full, this once.
pub async fn unmask(
    State(app): State<App>,
    name: Name,
    Id(id): Id<Uuid>,
    sent: Sent,
) -> Result<Response, Problem> {
    let (ctx, frame) = (&sent.person.ctx, &sent.person.frame);
    let kind = kind(&app, ctx, &name).await?;
    let fields = masked_fields(ctx, kind).into_iter().map(str::to_owned).collect();
    let request = (kind, id, Unmask { fields, purpose: sent.fields.text("purpose").to_owned() });
    let done = app.commit(ctx, request, |tx, ctx, request| Box::pin(unmask::unmask(tx, ctx, request))).await;
    match done {
        Ok(shown) => {
            let shown = shown.iter().map(|(name, value)| (title(frame, kind, name), text(frame, value)));
            show::draw_with(&app, &sent.person, kind, id, None, shown.collect()).await
        }
        Err(refusal) => ended::<()>(&app, &sent, kind, id, Err(refusal)).await,
    }
}

fn title(frame: &Frame, kind: &'static Kind, name: &str) -> String {
    match kind.field(name) {
        Some(field) => if frame.is_chinese() { field.zh } else { field.en }.to_owned(),
        None => frame.t("record-identities"),
    }
}

/// A value as people read it.
fn text(frame: &Frame, value: &Value) -> String {
    let of = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        Value::Object(_) => format!("{} {}", of(value, "amount"), of(value, "currency")),
        Value::Array(known) => {
            let one = |known: &Value| {
                format!("{} {}", frame.word("scheme", &of(known, "scheme")), of(known, "value"))
            };
            known.iter().map(one).collect::<Vec<_>>().join(frame.t("list-comma").as_str())
        }
        other => other.to_string(),
    }
}
