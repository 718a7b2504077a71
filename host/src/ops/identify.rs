//! Whose message it is: the customer found by exact identities, or a new one.

use serde_json::{Map, json};

use super::call::Call;
use super::refusal::Refusal;
use crate::domain::actor::Scope;
use crate::domain::customer::{Customer, CustomerKind, Identity, Stage};
use crate::domain::identity::{mask, normalize, rank};
use crate::domain::ids::{CustomerId, InstallationId};
use crate::store::customers;
use crate::store::db::{DbError, Tx};

/// One way in which a sender is known, as a channel said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// `phone`, `email`, `member`, or the channel's own.
    pub scheme: String,
    /// The app or account that it is unique in.
    pub issuer: String,
    /// The identity, as it came.
    pub value: String,
    /// Whether the channel vouches for it, and was granted to.
    pub attested: bool,
}

/// Who sent something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// How they are known.
    pub hints: Vec<Hint>,
    /// What they call themselves.
    pub name: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
}

/// How a sender was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// The customer.
    pub customer: CustomerId,
    /// A sentence that says by what.
    pub by: String,
}

/// Finds the sender's customer or makes one.
///
/// What a channel attests says for sure who it is. What a person typed finds a customer too, when just one has
/// it, but adds nothing to that customer: whoever types somebody else's phone number must not get an address of
/// their own onto that record.
pub(super) async fn identify(
    tx: &mut Tx,
    call: &Call,
    source: Option<InstallationId>,
    sender: &Sender,
) -> Result<Recognised, Refusal> {
    let mut hints = normalized(&sender.hints);
    hints.sort_by_key(|hint| rank(&hint.scheme, hint.attested));
    for hint in &hints {
        let Some(customer) = holder(tx, hint).await? else { continue };
        if hint.attested {
            add(tx, customer, source, &hints).await?;
        }
        let by = format!(
            "{} {}{}",
            hint.scheme,
            mask(&hint.scheme, &hint.value),
            if hint.attested { ", attested by the channel" } else { ", as typed" }
        );
        return Ok(Recognised { customer, by });
    }
    let customer = create(tx, call, source, sender, &hints).await?;
    add(tx, customer, source, &hints).await?;
    Ok(Recognised { customer, by: "nobody has these identities yet".to_owned() })
}

/// The hints in canonical form; one that has no form is left out, the message still comes in.
fn normalized(hints: &[Hint]) -> Vec<Hint> {
    let canonical = |hint: &Hint| {
        let value = normalize(&hint.scheme, &hint.value, None).ok()?;
        Some(Hint { value, ..hint.clone() })
    };
    hints.iter().filter_map(canonical).collect()
}

/// Who has an identity: its attested holder, or for a typed one the only holder there is.
async fn holder(tx: &mut Tx, hint: &Hint) -> Result<Option<CustomerId>, DbError> {
    let holders = customers::holders(tx, &hint.scheme, &hint.issuer, &hint.value, 3).await?;
    Ok(match holders.as_slice() {
        [first, ..] if first.attested => Some(first.customer_id),
        [only] => Some(only.customer_id),
        [first, others @ ..] if others.iter().all(|other| other.customer_id == first.customer_id) => {
            Some(first.customer_id)
        }
        _ => None,
    })
}

async fn add(
    tx: &mut Tx,
    customer: CustomerId,
    source: Option<InstallationId>,
    hints: &[Hint],
) -> Result<(), DbError> {
    for hint in hints {
        let holders = customers::holders(tx, &hint.scheme, &hint.issuer, &hint.value, 1).await?;
        if hint.attested && holders.iter().any(|holder| holder.attested && holder.customer_id != customer) {
            // Another customer's by a channel's word: two people share a phone, or one has two records. Matching
            // decides that with all the evidence; a message doesn't.
            continue;
        }
        let identity = Identity {
            id: tx.id(),
            customer_id: customer,
            scheme: hint.scheme.clone(),
            issuer: hint.issuer.clone(),
            value: hint.value.clone(),
            attested: hint.attested,
            source_id: source,
            created_at: tx.now(),
        };
        let added = customers::add_identity(tx, &identity).await.map_err(raced)?;
        if !added && hint.attested {
            customers::attest(tx, customer, &hint.scheme, &hint.issuer, &hint.value).await.map_err(raced)?;
        }
    }
    Ok(())
}

/// Two first messages of one person at once: the second runs again and finds what the first has made.
fn raced(error: DbError) -> DbError {
    match error {
        DbError::Unique(text) => DbError::Collision(text),
        other => other,
    }
}

async fn create(
    tx: &mut Tx,
    call: &Call,
    source: Option<InstallationId>,
    sender: &Sender,
    hints: &[Hint],
) -> Result<CustomerId, Refusal> {
    let named = sender.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let name = match (named, hints.first()) {
        (Some(name), _) => name.chars().take(200).collect(),
        (None, Some(hint)) => mask(&hint.scheme, &hint.value),
        (None, None) => "?".to_owned(),
    };
    let customer = Customer {
        id: tx.id(),
        kind: CustomerKind::Person,
        name,
        stage: Stage::Lead,
        grade: None,
        language: sender.language.clone().filter(|language| !language.is_empty() && language.len() <= 64),
        region: None,
        birthday: None,
        organisation_id: None,
        owner_id: None,
        tags: Vec::new(),
        attributes: Map::new(),
        canonical_id: None,
        source_id: source,
        created_at: tx.now(),
        updated_at: tx.now(),
        version: 1,
    };
    customers::insert(tx, &customer).await?;
    let data = json!({"name": customer.name, "stage": customer.stage});
    call.record(tx, "customer.created", &customer, data).await?;
    Ok(customer.id)
}

/// The customer that a message belongs to, read for its timeline whatever the channel's scope.
pub(super) async fn read(tx: &mut Tx, id: CustomerId) -> Result<Customer, Refusal> {
    customers::get(tx, id, Scope::All).await?.ok_or_else(|| Refusal::not_found("customer", id))
}
