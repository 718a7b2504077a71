//! Customers: created and changed by people and programs.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::identities;
use super::refusal::{InvalidField, Refusal};
use super::request_context::RequestContext;
use crate::domain::actor::Permission;
use crate::domain::attributes::too_large;
use crate::domain::customer::{Customer, CustomerKind, Identity, Stage};
use crate::domain::ids::{CustomerId, UserId};
use crate::store::customers::{self, Canonical};
use crate::store::db::Tx;
use crate::store::filter::ListQuery;
use crate::store::page::Page;

/// A customer to be created.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewCustomer {
    /// Person or organisation.
    pub kind: CustomerKind,
    /// Its fields, the name among them; a lead when no stage is said.
    #[serde(flatten)]
    pub fields: CustomerChange,
    /// How it is known.
    pub identities: Vec<TypedIdentity>,
}

/// An identity as a person or program typed it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TypedIdentity {
    /// `phone`, `email`, `member`, or a channel's own.
    pub scheme: String,
    /// The app or account that it is unique in; empty where it is unique in the world.
    pub issuer: String,
    /// The identity; it is brought into its canonical form.
    pub value: String,
}

/// Changes of a customer. A field that isn't there stays; `Some(None)` clears one.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomerChange {
    /// The name that people read.
    pub name: Option<String>,
    /// How far it has come.
    pub stage: Option<Stage>,
    /// Value grade.
    #[serde(deserialize_with = "super::nullable")]
    pub grade: Option<Option<String>>,
    /// BCP 47.
    #[serde(deserialize_with = "super::nullable")]
    pub language: Option<Option<String>>,
    /// Region.
    #[serde(deserialize_with = "super::nullable")]
    pub region: Option<Option<String>>,
    /// `YYYY-MM-DD`.
    #[serde(deserialize_with = "super::nullable")]
    pub birthday: Option<Option<String>>,
    /// The organisation that a contact belongs to.
    #[serde(deserialize_with = "super::nullable")]
    pub organisation_id: Option<Option<CustomerId>>,
    /// Who looks after it.
    #[serde(deserialize_with = "super::nullable")]
    pub owner_id: Option<Option<UserId>>,
    /// Tags.
    pub tags: Option<Vec<String>>,
    /// Custom fields: each named one is set, or removed where it is null.
    pub attributes: Option<Map<String, Value>>,
}

/// Creates a customer.
pub async fn create(tx: &mut Tx, ctx: &RequestContext, new: &NewCustomer) -> Result<Customer, Refusal> {
    let id = tx.id();
    create_as(tx, ctx, id, new).await
}

/// Creates a customer under an id that was drawn before.
pub(super) async fn create_as(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: CustomerId,
    new: &NewCustomer,
) -> Result<Customer, Refusal> {
    ctx.require(Permission::CustomersWrite)?;
    let mut customer = Customer {
        id,
        kind: new.kind,
        name: String::new(),
        stage: Stage::Lead,
        grade: None,
        language: None,
        region: None,
        birthday: None,
        organisation_id: None,
        owner_id: None,
        tags: Vec::new(),
        attributes: Map::new(),
        canonical_id: None,
        source_id: ctx.source(),
        created_at: tx.now(),
        updated_at: tx.now(),
        version: 1,
    };
    let mut faults = new.fields.apply(&mut customer);
    let mut known = Vec::new();
    for (index, typed) in new.identities.iter().enumerate() {
        match identities::canonical(typed, &format!("/identities/{index}")) {
            Ok(value) => known.push((typed, value)),
            Err(fault) => faults.push(fault),
        }
    }
    if new.identities.len() > identities::MOST {
        let detail = format!("a customer has at most {} identities", identities::MOST);
        faults.push(InvalidField { pointer: "/identities".to_owned(), detail });
    }
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    references(tx, ctx, &customer).await?;
    customers::insert(tx, &customer).await?;
    for (typed, value) in known {
        let identity = Identity {
            id: tx.id(),
            customer_id: customer.id,
            scheme: typed.scheme.clone(),
            issuer: typed.issuer.clone(),
            value,
            attested: false,
            source_id: customer.source_id,
            created_at: tx.now(),
        };
        customers::add_identity(tx, &identity).await?;
    }
    ctx.record(tx, "customer.created", &customer, json!({"name": customer.name, "stage": customer.stage}))
        .await?;
    Ok(customer)
}

/// Changes a customer, if it is still at the version that the change is based on.
pub async fn change(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, change): &(CustomerId, Option<i64>, CustomerChange),
) -> Result<Customer, Refusal> {
    ctx.require(Permission::CustomersWrite)?;
    let locked = customers::lock(tx, *id, ctx.scope()).await?;
    let mut customer = locked.ok_or_else(|| Refusal::not_found("customer", id))?;
    let actual = customer.version - 1;
    if let Some(expected) = expected.filter(|expected| *expected != actual) {
        return Err(Refusal::Stale { expected, actual });
    }
    let before = customer.clone();
    let faults = change.apply(&mut customer);
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    references(tx, ctx, &customer).await?;
    customers::update(tx, &customer).await?;
    ctx.record(tx, "customer.updated", &customer, difference(&before, &customer)).await?;
    Ok(customer)
}

/// The organisation of this name; where there is none, it is made.
pub async fn organisation(tx: &mut Tx, ctx: &RequestContext, name: &str) -> Result<CustomerId, Refusal> {
    ctx.require(Permission::CustomersWrite)?;
    if let Some(found) = customers::organisation_named(tx, name, ctx.scope()).await? {
        return Ok(found.id);
    }
    let fields = CustomerChange { name: Some(name.to_owned()), ..CustomerChange::default() };
    let new = NewCustomer { kind: CustomerKind::Organisation, fields, identities: Vec::new() };
    Ok(create(tx, ctx, &new).await?.id)
}

/// One customer.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, id: CustomerId) -> Result<Customer, Refusal> {
    ctx.require(Permission::CustomersRead)?;
    customers::get(tx, id, ctx.scope()).await?.ok_or_else(|| Refusal::not_found("customer", id))
}

/// The record that stands for a customer: itself, or the one that it was merged into.
pub async fn canonical(tx: &mut Tx, ctx: &RequestContext, id: CustomerId) -> Result<Canonical, Refusal> {
    ctx.require(Permission::CustomersRead)?;
    let found = customers::canonical(tx, id, ctx.scope()).await?;
    found.ok_or_else(|| Refusal::not_found("customer", id))
}

/// The customer that a new record is to belong to, named in the request's field `customer_id`.
pub(super) async fn named(tx: &mut Tx, ctx: &RequestContext, id: CustomerId) -> Result<Customer, Refusal> {
    let found = customers::canonical(tx, id, ctx.scope()).await?.map(|found| found.customer);
    found.ok_or_else(|| Refusal::invalid("/customer_id", format!("there is no customer {id}")))
}

/// Customers that were not merged into others.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    query: &ListQuery,
) -> Result<Page<Customer, String>, Refusal> {
    ctx.require(Permission::CustomersRead)?;
    Ok(customers::list(tx, query, ctx.scope()).await?)
}

/// A customer's identities.
pub async fn identities(tx: &mut Tx, ctx: &RequestContext, id: CustomerId) -> Result<Vec<Identity>, Refusal> {
    let found = canonical(tx, ctx, id).await?;
    Ok(customers::identities(tx, found.rows()).await?)
}

async fn references(tx: &mut Tx, ctx: &RequestContext, customer: &Customer) -> Result<(), Refusal> {
    if let Some(organisation) = customer.organisation_id
        && customers::get(tx, organisation, ctx.scope())
            .await?
            .is_none_or(|o| o.kind != CustomerKind::Organisation)
    {
        let detail = format!("there is no organisation {organisation}");
        return Err(Refusal::invalid("/organisation_id", detail));
    }
    if let Some(owner) = customer.owner_id
        && crate::store::teams::user(tx, owner).await?.is_none()
    {
        return Err(Refusal::invalid("/owner_id", format!("there is no user {owner}")));
    }
    Ok(())
}

impl CustomerChange {
    /// Sets the fields that are there, and says what is wrong with the outcome.
    fn apply(&self, customer: &mut Customer) -> Vec<InvalidField> {
        super::set_text(&mut customer.grade, &self.grade);
        super::set_text(&mut customer.language, &self.language);
        super::set_text(&mut customer.region, &self.region);
        if let Some(birthday) = &self.birthday {
            customer.birthday.clone_from(birthday);
        }
        if let Some(name) = &self.name {
            customer.name = name.trim().to_owned();
        }
        customer.stage = self.stage.unwrap_or(customer.stage);
        customer.organisation_id = self.organisation_id.unwrap_or(customer.organisation_id);
        customer.owner_id = self.owner_id.unwrap_or(customer.owner_id);
        if let Some(tags) = &self.tags {
            customer.tags = tags.clone();
        }
        for (name, value) in self.attributes.iter().flatten() {
            if value.is_null() {
                customer.attributes.remove(name);
            } else {
                customer.attributes.insert(name.clone(), value.clone());
            }
        }
        faults(customer)
    }
}

fn faults(customer: &Customer) -> Vec<InvalidField> {
    let mut faults = Vec::new();
    let mut fault = |pointer: &str, detail: &str| {
        faults.push(InvalidField { pointer: pointer.to_owned(), detail: detail.to_owned() });
    };
    if customer.name.is_empty() || customer.name.chars().count() > 200 {
        fault("/name", "a name has 1 to 200 characters");
    }
    let short = |field: &Option<String>| field.as_deref().is_none_or(|value| value.chars().count() <= 64);
    for (pointer, field) in
        [("/grade", &customer.grade), ("/language", &customer.language), ("/region", &customer.region)]
    {
        if !short(field) {
            fault(pointer, "at most 64 characters");
        }
    }
    if customer.birthday.as_deref().is_some_and(|birthday| !super::is_day(birthday)) {
        fault("/birthday", "a date is written YYYY-MM-DD");
    }
    if customer.tags.len() > 50 || customer.tags.iter().any(|tag| tag.is_empty() || tag.chars().count() > 64)
    {
        fault("/tags", "at most 50 tags of 1 to 64 characters");
    }
    if customer.attributes.len() > 200 {
        fault("/attributes", "at most 200 custom fields");
    }
    if let Some(detail) = too_large(&customer.attributes) {
        fault("/attributes", &detail);
    }
    faults
}

/// What changed, as `{"field": {"old": ..., "new": ...}}`.
fn difference(before: &Customer, after: &Customer) -> Value {
    let fields = |customer: &Customer| {
        json!({
            "name": customer.name, "stage": customer.stage, "grade": customer.grade, "language": customer.language,
            "region": customer.region, "birthday": customer.birthday, "organisation_id": customer.organisation_id,
            "owner_id": customer.owner_id, "tags": customer.tags, "attributes": customer.attributes,
        })
    };
    super::changes(&fields(before), &fields(after))
}
