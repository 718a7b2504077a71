//! How customers are known: added and removed by people, and looked up.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::interactions::IDENTITIES;
use crate::domain::actor::Permission;
use crate::domain::customer::{Customer, Identity, TypedIdentity};
use crate::domain::identity::{mask, normalize};
use crate::domain::ids::{CustomerId, IdentityId};
use crate::ops::access::{masking, reach};
use crate::ops::refusal::{InvalidField, Refusal};
use crate::ops::request_context::RequestContext;
use crate::store::customers;
use crate::store::db::Tx;

/// The most customers that one identity is looked up to.
const HOLDERS: i64 = 20;
/// The most identities that a customer is given by hand.
pub(super) const MOST: usize = 100;

/// A customer that an identity leads to.
#[derive(Debug, Clone)]
pub struct Match {
    /// The customer.
    pub customer: Customer,
    /// Whether a channel vouches for one of the identities.
    pub attested: bool,
    /// Which of the request's identities lead to it, by their places.
    pub by: Vec<usize>,
}

/// Which identities to look up.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Lookup(pub Vec<TypedIdentity>);

/// Gives a customer an identity as somebody typed it. No channel vouches for it: it outranks none that one does, and
/// merges nobody.
pub async fn add(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, typed): &(CustomerId, TypedIdentity),
) -> Result<Identity, Refusal> {
    ctx.require(Permission::CustomersWrite)?;
    let customer = lock(tx, ctx, *id).await?;
    let value = canonical(typed, "").map_err(|fault| Refusal::Invalid(vec![fault]))?;
    let known = customers::identities(tx, customer.id.into()).await?;
    if known.len() >= MOST {
        return Err(Refusal::Conflict(format!("a customer has at most {MOST} identities")));
    }
    let identity = Identity {
        id: tx.id(),
        customer_id: customer.id,
        scheme: typed.scheme.clone(),
        issuer: typed.issuer.clone(),
        value,
        attested: false,
        source_id: ctx.source(),
        created_at: tx.now(),
    };
    let is_same = |known: &Identity| {
        (&known.scheme, &known.issuer, &known.value) == (&identity.scheme, &identity.issuer, &identity.value)
    };
    if known.iter().any(is_same) || !customers::add_identity(tx, &identity).await? {
        return Err(Refusal::Conflict("the customer is known by this already".to_owned()));
    }
    let data = json!({"identity_id": identity.id, "scheme": identity.scheme, "value": mask(&identity.scheme, &identity.value)});
    ctx.record(tx, "customer.identity-added", &customer, data).await?;
    Ok(identity)
}

/// The one spelling by which an identity is kept, or what is wrong with it, which stands at `place` in the request.
pub(super) fn canonical(typed: &TypedIdentity, place: &str) -> Result<String, InvalidField> {
    let fault = |field: &str, detail: String| InvalidField { pointer: format!("{place}/{field}"), detail };
    if typed.scheme.is_empty() || typed.scheme.chars().count() > 64 {
        return Err(fault("scheme", "a scheme has 1 to 64 characters".to_owned()));
    }
    if typed.issuer.chars().count() > 200 {
        return Err(fault("issuer", "an issuer has at most 200 characters".to_owned()));
    }
    normalize(&typed.scheme, &typed.value, None).map_err(|wrong| fault("value", wrong.to_string()))
}

/// Takes an identity from a customer, unless a channel vouches for it: its next message would bring it back.
pub async fn remove(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, identity): &(CustomerId, IdentityId),
) -> Result<(), Refusal> {
    ctx.require(Permission::CustomersWrite)?;
    let customer = lock(tx, ctx, *id).await?;
    let all = customers::identities(tx, customer.id.into()).await?;
    let found = all.into_iter().find(|known| known.id == *identity);
    let found = found.ok_or_else(|| Refusal::not_found("identity", identity))?;
    if found.attested {
        let detail = "a channel vouches for this identity, so it can't be taken away by hand";
        return Err(Refusal::Conflict(detail.to_owned()));
    }
    customers::remove_identity(tx, found.id).await?;
    let data =
        json!({"identity_id": found.id, "scheme": found.scheme, "value": mask(&found.scheme, &found.value)});
    ctx.record(tx, "customer.identity-removed", &customer, data).await.map(|_| ())
}

/// The customers that any of the identities leads to; those that a channel vouches for first, and of the others those
/// that more of the identities lead to.
pub async fn resolve(tx: &mut Tx, ctx: &RequestContext, lookup: &Lookup) -> Result<Vec<Match>, Refusal> {
    ctx.require(Permission::CustomersRead)?;
    masking::require_all(ctx, "looking somebody up shows how they are reached")?;
    if lookup.0.is_empty() || lookup.0.len() > IDENTITIES {
        return Err(Refusal::invalid("/identities", format!("1 to {IDENTITIES} identities")));
    }
    let mut found: Vec<Match> = Vec::new();
    for (index, typed) in lookup.0.iter().enumerate() {
        let value = canonical(typed, &format!("/identities/{index}"))
            .map_err(|fault| Refusal::Invalid(vec![fault]))?;
        for holder in customers::holders(tx, &typed.scheme, &typed.issuer, &value, HOLDERS).await? {
            if let Some(known) = found.iter_mut().find(|known| known.customer.id == holder.customer_id) {
                known.attested |= holder.attested;
                if !known.by.contains(&index) {
                    known.by.push(index);
                }
            } else if let Some(customer) = customers::get(tx, holder.customer_id, ctx.scope()).await? {
                found.push(Match { customer, attested: holder.attested, by: vec![index] });
            }
        }
    }
    found.sort_by_key(|known| (!known.attested, std::cmp::Reverse(known.by.len()), known.customer.id));
    Ok(found)
}

/// The record that stands for a customer, locked.
async fn lock(tx: &mut Tx, ctx: &RequestContext, id: CustomerId) -> Result<Customer, Refusal> {
    let found = customers::canonical(tx, id, ctx.scope()).await?;
    let found = found.ok_or_else(|| Refusal::not_found("customer", id))?;
    match customers::lock(tx, found.customer.id, ctx.scope()).await? {
        Some(customer) => Ok(customer),
        None => Err(reach::missing(tx, ctx, "customer", found.customer.id).await),
    }
}
