//! `POST /tickets/{id}/customer`

use axum::extract::State;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::{customer, end, tags};
use crate::domain::customer::Customer;
use crate::domain::customer::CustomerChange;
use crate::domain::ids::{TicketId, UserId};
use crate::http::console::visitor::{Fields, Sent};
use crate::http::extract::Id;
use crate::http::problem::Problem;
use crate::ops::customers;
use crate::ops::{App, Refusal, RequestContext, tickets};
use crate::store::db::Tx;

/// What a custom field's name on the form begins with.
const CUSTOM: &str = "field:";

/// Changes the ticket's customer.
pub async fn edit_customer(
    State(app): State<App>,
    Id(id): Id<TicketId>,
    sent: Sent,
) -> Result<Response, Problem> {
    let input = (id, sent.fields.clone());
    let done = app.commit(&sent.person.ctx, input, |tx, ctx, input| Box::pin(apply(tx, ctx, input))).await;
    end(&app, &sent, id, "customer", done).await
}

/// Changes the fields that were changed on the form, unless somebody else has changed one of them meanwhile.
async fn apply(tx: &mut Tx, ctx: &RequestContext, (id, fields): &(TicketId, Fields)) -> Result<(), Refusal> {
    let ticket = tickets::get(tx, ctx, *id).await?;
    let customer = customers::canonical(tx, ctx, ticket.customer_id).await?.customer;
    let organisation = match customer.organisation_id {
        Some(id) => Some(customers::canonical(tx, ctx, id).await?.customer),
        None => None,
    };
    let known = known(&customer, organisation.as_ref());
    let mut change = CustomerChange::default();
    let mut custom = Map::new();
    for name in fields.changed() {
        let new = fields.text(name).trim();
        let now = known.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim());
        if now != fields.text(&format!("was-{name}")).trim() && now != new {
            return Err(Refusal::Conflict(format!("somebody else has changed the {name} meanwhile")));
        }
        let text = Some(new).filter(|text| !text.is_empty()).map(str::to_owned);
        let invalid = |detail: String| Refusal::invalid(format!("/{name}"), detail);
        match name {
            "name" => change.name = Some(new.to_owned()),
            "stage" => {
                let stage = new.parse();
                change.stage = Some(
                    stage.map_err(|error: crate::domain::words::UnknownWord| invalid(error.to_string()))?,
                );
            }
            "organisation" => {
                change.organisation_id = Some(match new {
                    "" => None,
                    new => Some(customers::organisation(tx, ctx, new).await?),
                });
            }
            "language" => change.language = Some(text),
            "region" => change.region = Some(text),
            "grade" => change.grade = Some(text),
            "birthday" => change.birthday = Some(text),
            "owner" => {
                let owner = text.map(|text| text.parse::<UserId>()).transpose();
                change.owner_id = Some(owner.map_err(|_| invalid("choose a colleague".to_owned()))?);
            }
            "tags" => change.tags = Some(tags::read(new)),
            _ => {
                if let Some(field) = name.strip_prefix(CUSTOM) {
                    custom.insert(field.to_owned(), value(customer.attributes.get(field), new));
                }
            }
        }
    }
    let added = fields.text("new-field").trim();
    if !added.is_empty() {
        custom.insert(added.to_owned(), json!(fields.text("new-value").trim()));
    }
    change.attributes = Some(custom).filter(|custom| !custom.is_empty());
    customers::change(tx, ctx, &(customer.id, Some(customer.version), change)).await.map(|_| ())
}

/// What the form shows of a customer: each field by its name, as it is written there.
pub fn known(customer: &Customer, organisation: Option<&Customer>) -> Vec<(String, String)> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut known: Vec<(String, String)> = [
        ("name", customer.name.clone()),
        ("stage", customer.stage.to_string()),
        ("organisation", organisation.map(|organisation| organisation.name.clone()).unwrap_or_default()),
        ("language", text(&customer.language)),
        ("region", text(&customer.region)),
        ("grade", text(&customer.grade)),
        ("birthday", text(&customer.birthday)),
        ("owner", customer.owner_id.map(|id| id.to_string()).unwrap_or_default()),
        ("tags", tags::write(&customer.tags)),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    known.extend(
        customer::custom(customer).into_iter().map(|(name, value)| (format!("{CUSTOM}{name}"), value)),
    );
    known
}

/// A custom field's new value, of the kind that it had: a number stays one where what was typed is one.
fn value(before: Option<&Value>, typed: &str) -> Value {
    let same_kind = match before {
        Some(Value::Number(_)) => serde_json::from_str(typed).ok().filter(Value::is_number),
        Some(Value::Bool(_)) => typed.parse().ok().map(Value::Bool),
        _ => None,
    };
    match typed {
        "" => Value::Null,
        typed => same_kind.unwrap_or_else(|| json!(typed)),
    }
}
