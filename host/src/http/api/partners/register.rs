//! `POST /v1/partners/{id}/leads`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::domain::customer::{CustomerKind, TypedIdentity};
use crate::domain::ids::PartnerId;
use crate::domain::money::Money;
use crate::http::api::shares::Share;
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Created};
use crate::http::schema::choices::ContactScheme;
use crate::http::schema::texts::{IdentityText, Label, Note, Title};
use crate::http::schema::values::{Day, Price};
use crate::ops::App;
use crate::ops::sales::leads;

/// A lead that a partner has found.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "写字楼 30 台净水器", "amount": {"amount": "86000.00", "currency": "CNY"}, "note": "下周招标",
    "customer": {
        "kind": "organisation", "name": "星河物业", "region": "华南",
        "identities": [{"scheme": "phone", "value": "0755-8888 6666"}],
    },
}))]
pub struct RegisteredLead {
    /// What it is about, 1 to 200 characters.
    #[schema(value_type = Title)]
    name: String,
    /// What it is worth.
    #[serde(default)]
    #[schema(value_type = Option<Price>)]
    amount: Option<Money>,
    /// When it is expected to be decided, `YYYY-MM-DD`.
    #[serde(default)]
    #[schema(value_type = Option<Day>)]
    expected_close: Option<String>,
    /// What the partner says besides, at most 4,000 characters.
    #[serde(default)]
    #[schema(value_type = Note)]
    note: String,
    /// The customer.
    customer: RegisteredCustomer,
}

/// The customer of a lead that a partner has found.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisteredCustomer {
    /// Person or organisation; a person when not said.
    #[serde(default = "person")]
    kind: CustomerKind,
    /// The name, 1 to 200 characters.
    #[schema(value_type = Title)]
    name: String,
    /// Region.
    #[serde(default)]
    #[schema(value_type = Option<Label>)]
    region: Option<String>,
    /// Phone numbers and e-mail addresses, 1 to 10.
    #[schema(value_type = Vec<Contact>, min_items = 1, max_items = 10)]
    identities: Vec<Contact>,
}

/// A phone number or e-mail address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// `phone` or `email`.
    #[schema(value_type = ContactScheme)]
    scheme: String,
    /// The number or address; it is brought into its canonical form.
    #[schema(value_type = IdentityText)]
    value: String,
}

fn person() -> CustomerKind {
    CustomerKind::Person
}

/// Registers a lead that a partner has found, which is the partner's for a while; it is shared with the partner from the
/// start. Answered with 409 when its customer is a lead or customer already, be it the company's or another partner's;
/// whose is not said.
#[utoipa::path(
    post, path = "/v1/partners/{id}/leads", operation_id = "register_lead", tag = "partners",
    params(("id" = PartnerId, Path, description = "The partner"), IdempotencyKey),
    responses((status = 201, description = "The lead's share; `Location` is its address", body = Share), PutProblems),
)]
pub async fn register_lead(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<PartnerId>,
    Json(new): Json<RegisteredLead>,
) -> ApiResult<Created<Share>> {
    let typed = |contact: Contact| TypedIdentity {
        scheme: contact.scheme,
        issuer: String::new(),
        value: contact.value,
    };
    let new = leads::NewLead {
        name: new.name,
        amount: new.amount,
        expected_close: new.expected_close,
        note: new.note,
        customer_kind: new.customer.kind,
        customer_name: new.customer.name,
        customer_region: new.customer.region,
        identities: new.customer.identities.into_iter().map(typed).collect(),
    };
    let done = app
        .commit_once(&ctx, "partners.register", (id, new), |tx, ctx, request| {
            Box::pin(async move { leads::register(tx, ctx, request).await.map(Share::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/shares/{}", done.answer.id), record: done.answer })
}
