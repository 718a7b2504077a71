//! `POST /v1/customers`

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Customer;
use crate::domain::customer::{CustomerKind, Stage};
use crate::domain::ids::{CustomerId, UserId};
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::http::schema::texts::{IdentityText, Issuer, Label, Scheme, Tag, Title};
use crate::http::schema::values::{CustomFields, Day};
use crate::ops::{App, customers};

/// A customer to be created.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "kind": "person", "name": "王芳", "language": "zh-CN", "tags": ["vip"],
    "identities": [{"scheme": "phone", "value": "+86 138 0013 8000"}],
}))]
pub struct NewCustomer {
    /// Person or organisation; a person when not said.
    #[serde(default = "person")]
    kind: CustomerKind,
    /// The name that people read, 1 to 200 characters.
    #[schema(value_type = Title)]
    name: String,
    /// How far it has come; a lead when not said.
    #[serde(default)]
    stage: Option<Stage>,
    /// Value grade.
    #[serde(default)]
    #[schema(value_type = Option<Label>)]
    grade: Option<String>,
    /// BCP 47.
    #[serde(default)]
    #[schema(value_type = Option<Label>)]
    language: Option<String>,
    /// Region.
    #[serde(default)]
    #[schema(value_type = Option<Label>)]
    region: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(default)]
    #[schema(value_type = Option<Day>)]
    birthday: Option<String>,
    /// The organisation that a contact belongs to.
    #[serde(default)]
    organisation_id: Option<CustomerId>,
    /// Who looks after it.
    #[serde(default)]
    owner_id: Option<UserId>,
    /// Tags, at most 50 of 1 to 64 characters.
    #[serde(default)]
    #[schema(value_type = Vec<Tag>, max_items = 50)]
    tags: Vec<String>,
    /// Custom fields.
    #[serde(default)]
    #[schema(value_type = CustomFields)]
    attributes: Map<String, Value>,
    /// How it is known.
    #[serde(default)]
    #[schema(value_type = Vec<NewIdentity>, max_items = 100)]
    identities: Vec<NewIdentity>,
}

/// A way in which a customer is known, as somebody typed it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"scheme": "phone", "value": "+86 138 0013 8000"}))]
pub struct NewIdentity {
    /// `phone`, `email`, `member`, or a channel's own.
    #[schema(value_type = Scheme)]
    scheme: String,
    /// The app or account that it is unique in; left out where it is unique in the world.
    #[serde(default)]
    #[schema(value_type = Issuer)]
    issuer: String,
    /// The identity; it is brought into its canonical form.
    #[schema(value_type = IdentityText)]
    value: String,
}

impl From<NewIdentity> for customers::TypedIdentity {
    fn from(typed: NewIdentity) -> Self {
        Self { scheme: typed.scheme, issuer: typed.issuer, value: typed.value }
    }
}

fn person() -> CustomerKind {
    CustomerKind::Person
}

impl From<NewCustomer> for customers::NewCustomer {
    fn from(new: NewCustomer) -> Self {
        Self {
            kind: new.kind,
            fields: customers::CustomerChange {
                name: Some(new.name),
                stage: new.stage,
                grade: Some(new.grade),
                language: Some(new.language),
                region: Some(new.region),
                birthday: Some(new.birthday),
                organisation_id: Some(new.organisation_id),
                owner_id: Some(new.owner_id),
                tags: Some(new.tags),
                attributes: Some(new.attributes),
            },
            identities: new.identities.into_iter().map(Into::into).collect(),
        }
    }
}

/// Creates a customer.
#[utoipa::path(
    post, path = "/v1/customers", operation_id = "create_customer", tag = "customers",
    params(IdempotencyKey),
    responses((status = 201, description = "The customer; `Location` is its address", body = Customer), CreateProblems),
)]
pub async fn create_customer(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewCustomer>,
) -> ApiResult<Created<Customer>> {
    let new = customers::NewCustomer::from(new);
    let done = app
        .commit_once(&ctx, "customers.create", new, |tx, ctx, new| {
            Box::pin(async move { customers::create(tx, ctx, new).await.map(Customer::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/customers/{}", done.answer.id), record: done.answer })
}
