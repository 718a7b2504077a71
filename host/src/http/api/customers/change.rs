//! `PATCH /v1/customers/{id}`

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Customer;
use crate::domain::customer::Stage;
use crate::domain::ids::{CustomerId, UserId};
use crate::http::answer::{Answer, Record};
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch, present};
use crate::http::openapi::ChangeProblems;
use crate::ops::{App, customers, nullable};

/// Changes of a customer, as a JSON merge patch: a field that isn't there stays, one that is null is cleared.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"stage": "repeat", "region": null, "attributes": {"shoe_size": 39}}))]
pub struct CustomerPatch {
    /// The name that people read.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String)]
    name: Option<String>,
    /// How far it has come.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Stage)]
    stage: Option<Stage>,
    /// Value grade.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    grade: Option<Option<String>>,
    /// BCP 47.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    language: Option<Option<String>>,
    /// Region.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    region: Option<Option<String>>,
    /// `YYYY-MM-DD`.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    birthday: Option<Option<String>>,
    /// The organisation that a contact belongs to.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<CustomerId>)]
    organisation_id: Option<Option<CustomerId>>,
    /// Who looks after it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<UserId>)]
    owner_id: Option<Option<UserId>>,
    /// Tags; they take the place of those before.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<String>)]
    tags: Option<Vec<String>>,
    /// Custom fields: each named one is set, or removed where it is null.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Object)]
    attributes: Option<Map<String, Value>>,
}

impl From<CustomerPatch> for customers::CustomerChange {
    fn from(patch: CustomerPatch) -> Self {
        Self {
            name: patch.name,
            stage: patch.stage,
            grade: patch.grade,
            language: patch.language,
            region: patch.region,
            birthday: patch.birthday,
            organisation_id: patch.organisation_id,
            owner_id: patch.owner_id,
            tags: patch.tags,
            attributes: patch.attributes,
        }
    }
}

/// Changes a customer.
#[utoipa::path(
    patch, path = "/v1/customers/{id}", operation_id = "change_customer", tag = "customers",
    params(("id" = CustomerId, Path, description = "The customer"), IfMatchHeader),
    request_body(content = CustomerPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The customer as it is now", body = Customer, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn change_customer(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<CustomerId>,
    IfMatch(expected): IfMatch,
    MergePatch(patch): MergePatch<CustomerPatch>,
) -> Answer<Record<Customer>> {
    let wish = (id, expected, customers::CustomerChange::from(patch));
    let changed =
        app.commit(&call, wish, |tx, call, wish| Box::pin(customers::change(tx, call, wish))).await?;
    Ok(Record(changed.into()))
}
