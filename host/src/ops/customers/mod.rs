//! Customers: created and changed by people and programs.

pub(super) mod identify;
pub mod identities;
pub mod interactions;
pub mod merges;
pub mod view;

use serde_json::json;

use super::access::{masking, reach};
use super::catalogue::custom_fields;
use super::refusal::{InvalidField, Refusal};
use super::request_context::RequestContext;
use crate::domain::actor::Permission;
use crate::domain::catalogue::{self, Record as _};
use crate::domain::clock::Timestamp;
use crate::domain::customer::{Customer, CustomerChange, CustomerKind, Identity, NewCustomer};
use crate::domain::ids::CustomerId;
use crate::store::customers::{self, Canonical};
use crate::store::db::Tx;
use crate::store::filter::ListQuery;
use crate::store::page::Page;

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
    let mut customer = Customer { id, source_id: ctx.source(), ..made(tx.now()) };
    new.apply(&mut customer);
    let mut faults = catalogue::faults(&customer);
    faults.extend(custom_fields::faults::<Customer>(tx, new.custom.as_ref()).await?);
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
    Refusal::unless_valid(faults)?;
    references(tx, ctx, &customer).await?;
    reach::give(tx, ctx, &mut customer.owner_id, &mut customer.team_id).await?;
    customers::insert(tx, &customer);
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
        customers::insert_identity(tx, &identity);
    }
    ctx.record(tx, "customer.created", &customer, json!({"name": customer.name, "stage": customer.stage}))
        .await?;
    Ok(customer)
}

/// A customer that is made now, of whom nothing is known yet.
pub(super) fn made(now: Timestamp) -> Customer {
    Customer { created_at: now, updated_at: now, version: 1, ..Customer::blank() }
}

/// Changes a customer, if it is still at the version that the change is based on.
pub async fn change(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, change): &(CustomerId, Option<i64>, CustomerChange),
) -> Result<Customer, Refusal> {
    ctx.require(Permission::CustomersWrite)?;
    masking::require_changeable(ctx, Customer::KIND, change)?;
    let Some(mut customer) = customers::lock(tx, *id, ctx.scope()).await? else {
        return Err(reach::missing(tx, ctx, "customer", *id).await);
    };
    let actual = customer.version - 1;
    if let Some(expected) = expected.filter(|expected| *expected != actual) {
        return Err(Refusal::Stale { expected, actual });
    }
    let before = customer.clone();
    change.apply(&mut customer);
    let mut faults = catalogue::faults(&customer);
    faults.extend(custom_fields::faults::<Customer>(tx, change.custom.as_ref()).await?);
    Refusal::unless_valid(faults)?;
    references(tx, ctx, &customer).await?;
    if customer.owner_id != before.owner_id {
        reach::give(tx, ctx, &mut customer.owner_id, &mut customer.team_id).await?;
    }
    customers::update(tx, &customer).await?;
    ctx.record(tx, "customer.updated", &customer, catalogue::difference(&before, &customer)).await?;
    Ok(customer)
}

/// The organisation of this name; where there is none, it is made.
pub async fn organisation(tx: &mut Tx, ctx: &RequestContext, name: &str) -> Result<CustomerId, Refusal> {
    ctx.require(Permission::CustomersWrite)?;
    if let Some(found) = customers::organisation_named(tx, name, ctx.scope()).await? {
        return Ok(found.id);
    }
    let kind = Some(CustomerKind::Organisation);
    let new = NewCustomer { kind, name: name.to_owned(), ..NewCustomer::default() };
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
    masking::require_shown(ctx, Customer::KIND, query)?;
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
    if let Some(team) = customer.team_id
        && crate::store::teams::get(tx, team).await?.is_none()
    {
        return Err(Refusal::invalid("/team_id", format!("there is no team {team}")));
    }
    Ok(())
}
