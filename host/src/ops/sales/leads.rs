//! Leads that partners register: whoever comes first has the lead for a while, and nobody learns whose it is.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::deals::{self, Origin};
use crate::domain::actor::{Actor, Permission, Rights};
use crate::domain::customer::{CustomerKind, NewCustomer, TypedIdentity};
use crate::domain::deal::{NewDeal, PipelineKind};
use crate::domain::identity::normalize;
use crate::domain::ids::PartnerId;
use crate::domain::money::Money;
use crate::domain::partner::{Share, ShareState};
use crate::ops::customers;
use crate::ops::partners;
use crate::ops::partners::shares::{self, NewOffer};
use crate::ops::refusal::{InvalidField, Refusal};
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::deals as store;

/// The most identities that a lead is registered by.
const IDENTITIES: usize = 10;

/// What a partner sees of a lead that it has registered: what it has written itself, and how the lead stands.
const FIELDS: [&str; 10] = [
    "name",
    "status",
    "amount",
    "currency",
    "expected_close",
    "created_at",
    "customer_name",
    "customer_phone",
    "customer_email",
    "customer_region",
];

/// A lead to be registered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewLead {
    /// What it is about.
    pub name: String,
    /// What it is worth.
    pub amount: Option<Money>,
    /// When it is expected to be decided, `YYYY-MM-DD`.
    pub expected_close: Option<String>,
    /// What the partner says besides.
    pub note: String,
    /// Person or organisation.
    pub customer_kind: CustomerKind,
    /// The customer's name.
    pub customer_name: String,
    /// Where the customer is.
    pub customer_region: Option<String>,
    /// The customer's phone numbers and addresses; at least one.
    pub identities: Vec<TypedIdentity>,
}

/// Registers a lead, unless its customer is known here already: then 409, without a word on whose it is.
///
/// The customer is a record of its own. Somebody else's record with the same phone isn't shown to the partner, nor
/// joined with it; that is left to those who look for doubles.
pub async fn register(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, new): &(PartnerId, NewLead),
) -> Result<Share, Refusal> {
    ctx.require(Permission::SharesWrite)?;
    let partner = partners::acting_for(tx, ctx, *id).await?;
    if !partner.active {
        return Err(Refusal::Conflict("the partner isn't active".to_owned()));
    }
    let identities = identities(new)?;
    let since = tx.now().plus_minutes(-partner.protection_days * 24 * 60);
    let until = tx.now().plus_minutes(partner.protection_days * 24 * 60);
    let mut taken = false;
    for (scheme, value) in &identities {
        taken |= store::is_taken(tx, scheme, value, since).await?;
    }
    if taken {
        return Err(known());
    }
    // The partner may make neither customers nor deals; registering makes one of each on its behalf.
    let host =
        &ctx.as_actor(Actor { token: ctx.actor.token, ..Actor::of(ctx.actor.principal, Rights::all()) });
    let customer = NewCustomer {
        kind: Some(new.customer_kind),
        name: new.customer_name.clone(),
        region: Some(new.customer_region.clone()),
        identities: new.identities.clone(),
        ..NewCustomer::default()
    };
    let customer = customers::create(tx, host, &customer).await.map_err(below_customer)?;
    let lead = NewDeal {
        customer_id: customer.id,
        name: new.name.clone(),
        amount: Some(new.amount.clone()),
        expected_close: Some(new.expected_close.clone()),
        source: Some(Some("partner".to_owned())),
        ..NewDeal::default()
    };
    let origin = Origin { partner: Some(partner.id), ..Origin::default() };
    let deal = deals::open(tx, host, origin, PipelineKind::Lead, &lead).await?;
    for (scheme, value) in &identities {
        if !store::register(tx, (scheme, value), partner.id, deal.id, until).await? {
            return Err(known());
        }
    }
    let data = json!({"partner_id": partner.id, "partner": partner.name, "protected_until": until});
    host.record(tx, "partner.registered", &deal, data).await?;
    if new.note.chars().count() > 4_000 {
        return Err(Refusal::invalid("/note", "at most 4000 characters"));
    }
    let fields = FIELDS.iter().map(|field| (*field).to_owned()).collect();
    let offer = NewOffer { note: new.note.trim(), fields, state: ShareState::Accepted, due: None };
    shares::share_lead(tx, host, &partner, &deal, offer).await
}

fn known() -> Refusal {
    Refusal::Conflict(
        "this customer is known already, so the lead can't be registered; ask the company if you think it is yours"
            .to_owned(),
    )
}

/// The identities in their canonical form.
fn identities(new: &NewLead) -> Result<Vec<(String, String)>, Refusal> {
    if new.identities.is_empty() || new.identities.len() > IDENTITIES {
        let detail = format!("name 1 to {IDENTITIES} phone numbers or e-mail addresses of the customer");
        return Err(Refusal::invalid("/customer/identities", detail));
    }
    let mut faults = Vec::new();
    let mut identities = Vec::new();
    for (index, typed) in new.identities.iter().enumerate() {
        let pointer = format!("/customer/identities/{index}/value");
        if !matches!(typed.scheme.as_str(), "phone" | "email") {
            let detail = "a lead's customer is known by phone or email".to_owned();
            faults.push(InvalidField { pointer, detail });
            continue;
        }
        match normalize(&typed.scheme, &typed.value, None) {
            Ok(value) => identities.push((typed.scheme.clone(), value)),
            Err(fault) => faults.push(InvalidField { pointer, detail: fault.to_string() }),
        }
    }
    // In one order, so that two registrations of the same identities can't wait for each other.
    identities.sort();
    identities.dedup();
    if faults.is_empty() { Ok(identities) } else { Err(Refusal::Invalid(faults)) }
}

/// The same faults, at their places in a lead.
fn below_customer(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Invalid(faults) => {
            let moved = faults
                .into_iter()
                .map(|fault| InvalidField { pointer: format!("/customer{}", fault.pointer), ..fault });
            Refusal::Invalid(moved.collect())
        }
        other => other,
    }
}
