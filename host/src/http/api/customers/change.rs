//! `PATCH /v1/customers/{id}`

use axum::extract::State;
use serde_json::{Map, Value};

use super::Customer;
use crate::domain::customer::Stage;
use crate::domain::ids::{CustomerId, UserId};
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch, patch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::http::schema::texts::{Label, Tag, Title};
use crate::http::schema::values::{Day, Fields};
use crate::ops::{App, customers};

patch! {
    /// Changes of a customer, as a JSON merge patch: a field that isn't there stays, one that is null is cleared.
    #[schema(example = json!({"stage": "repeat", "region": null, "attributes": {"shoe_size": 39}}))]
    pub struct CustomerPatch for customers::CustomerChange {
        /// The name that people read.
        name: String as Title,
        /// How far it has come.
        stage: Stage,
        /// Value grade.
        grade: Option<String> as Option<Label>,
        /// BCP 47.
        language: Option<String> as Option<Label>,
        /// Region.
        region: Option<String> as Option<Label>,
        /// `YYYY-MM-DD`.
        birthday: Option<String> as Option<Day>,
        /// The organisation that a contact belongs to.
        organisation_id: Option<CustomerId>,
        /// Who looks after it.
        owner_id: Option<UserId>,
        /// Tags; they take the place of those before.
        #[schema(max_items = 50)]
        tags: Vec<String> as Vec<Tag>,
        /// Custom fields: each named one is set, or removed where it is null.
        attributes: Map<String, Value> as Fields,
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
    Caller(ctx): Caller,
    Id(id): Id<CustomerId>,
    IfMatch(expected): IfMatch,
    MergePatch(patch): MergePatch<CustomerPatch>,
) -> ApiResult<Record<Customer>> {
    let request = (id, expected, customers::CustomerChange::from(patch));
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(customers::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
