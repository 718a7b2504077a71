//! Whose message it is: the customer found by exact identities, or a new one.

use serde_json::json;

use super::made;
use crate::domain::actor::Scope;
use crate::domain::customer::{Customer, Identity};
use crate::domain::event::Subject;
use crate::domain::identity::{can_find, mask, normalize, rank, unverified};
use crate::domain::ids::{CustomerId, InstallationId};
use crate::domain::text;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::conversations;
use crate::store::customers::{self, Canonical};
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
    /// ISO 3166: the country whose phone numbers may be written without a country code.
    pub region: Option<String>,
    /// The channel's own name of the thread that they wrote in.
    pub thread: Option<String>,
}

/// How a sender was recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// The customer.
    pub customer: CustomerId,
    /// A sentence that says by what.
    pub by: String,
    /// Others that it may have been as well: more than one customer has what was typed.
    pub others: Vec<CustomerId>,
}

/// The most customers of one identity that are chosen among.
const HOLDERS: i64 = 20;

/// Finds the sender's customer or makes one.
///
/// What a channel attests says for sure who it is. What a person typed finds a customer too, but adds nothing to that
/// customer: whoever types somebody else's phone number must not get an address of their own onto that record. Where
/// several customers have it, the thread says which of them writes, otherwise who was in touch last: one record more
/// would only make it worse.
pub(in crate::ops) async fn identify(
    tx: &mut Tx,
    ctx: &RequestContext,
    source: Option<InstallationId>,
    sender: &Sender,
) -> Result<Recognised, Refusal> {
    let mut hints = normalized(sender);
    hints.sort_by_key(|hint| rank(&hint.scheme, hint.attested));
    if let Some(found) = find(tx, source, sender, &hints).await? {
        return Ok(found);
    }
    // Two first messages of one person at once: the second waits and finds what the first has made. What is attested is
    // unique in the database.
    let typed = hints.iter().filter(|hint| !hint.attested && can_find(&hint.scheme, &hint.value));
    let typed =
        typed.map(|hint| format!("identity:{}:{}:{}", hint.scheme, hint.issuer, hint.value)).collect();
    if tx.alone_for(typed).await?
        && let Some(found) = find(tx, source, sender, &hints).await?
    {
        return Ok(found);
    }
    let customer = create(tx, ctx, source, sender, &hints).await?;
    // Nobody has what could have found somebody; that was looked for just now.
    let (mut unheld, others): (Vec<Hint>, Vec<Hint>) =
        hints.into_iter().partition(|hint| can_find(&hint.scheme, &hint.value));
    // Of what is there twice the first one counts, which is to be the one that the channel attests.
    unheld.sort_by_key(|hint| !hint.attested);
    for hint in &unheld {
        let identity = identity(tx, customer, source, hint);
        customers::insert_identity(tx, &identity);
    }
    add(tx, customer, source, &others).await?;
    Ok(Recognised { customer, by: "nobody has these identities yet".to_owned(), others: Vec::new() })
}

/// The customer who has one of these identities.
async fn find(
    tx: &mut Tx,
    source: Option<InstallationId>,
    sender: &Sender,
    hints: &[Hint],
) -> Result<Option<Recognised>, Refusal> {
    let mut shared: Option<(&Hint, Vec<CustomerId>)> = None;
    for hint in hints.iter().filter(|hint| can_find(&hint.scheme, &hint.value)) {
        let mut holders = holders(tx, hint).await?;
        match holders.len() {
            0 => {}
            1 => {
                let customer = holders.remove(0);
                if hint.attested {
                    add(tx, customer, source, hints).await?;
                }
                return Ok(Some(Recognised { customer, by: described(hint), others: Vec::new() }));
            }
            _ => shared = shared.or(Some((hint, holders))),
        }
    }
    if let Some((hint, mut holders)) = shared {
        let by_thread = of_thread(tx, source, sender, &holders).await?;
        let customer = match by_thread {
            Some(customer) => customer,
            None => last_in_touch(tx, &holders).await?.unwrap_or(holders[0]),
        };
        let why = if by_thread.is_some() { "began this thread" } else { "was in touch last" };
        let by = format!("{}; of {} customers that have it, this one {why}", described(hint), holders.len());
        holders.retain(|holder| *holder != customer);
        return Ok(Some(Recognised { customer, by, others: holders }));
    }
    Ok(None)
}

/// By what somebody was recognised.
fn described(hint: &Hint) -> String {
    let how = if hint.attested { ", attested by the channel" } else { ", as typed" };
    format!("{} {}{how}", hint.scheme, mask(&hint.scheme, &hint.value))
}

/// Which of the holders the thread belongs to.
async fn of_thread(
    tx: &mut Tx,
    source: Option<InstallationId>,
    sender: &Sender,
    holders: &[CustomerId],
) -> Result<Option<CustomerId>, DbError> {
    let (Some(source), Some(thread)) = (source, &sender.thread) else { return Ok(None) };
    let owners = conversations::owners(tx, source, thread, HOLDERS).await?;
    Ok(owners.into_iter().find(|owner| holders.contains(owner)))
}

/// Which of the holders was in touch last; none when nobody ever was.
async fn last_in_touch(tx: &mut Tx, holders: &[CustomerId]) -> Result<Option<CustomerId>, DbError> {
    let mut last = None;
    for holder in holders {
        if let Some(at) = customers::last_touch(tx, (*holder).into()).await? {
            last = last.max(Some((at, *holder)));
        }
    }
    Ok(last.map(|(_, holder)| holder))
}

/// The hints in canonical form. A phone number or an address that can't be one stays as it was typed: it may be all
/// that somebody left.
fn normalized(sender: &Sender) -> Vec<Hint> {
    let canonical = |hint: &Hint| match normalize(&hint.scheme, &hint.value, sender.region.as_deref()) {
        Ok(value) => Some(Hint { value, ..hint.clone() }),
        Err(_) => {
            let (scheme, value) = unverified(&hint.scheme, &hint.value)?;
            Some(Hint { scheme, value, attested: false, ..hint.clone() })
        }
    };
    sender.hints.iter().filter_map(canonical).collect()
}

/// Who has an identity: its attested holder, or all that typed it.
async fn holders(tx: &mut Tx, hint: &Hint) -> Result<Vec<CustomerId>, DbError> {
    let holders = customers::holders(tx, &hint.scheme, &hint.issuer, &hint.value, HOLDERS).await?;
    if let Some(first) = holders.first().filter(|first| first.attested) {
        return Ok(vec![first.customer_id]);
    }
    let mut customers = Vec::new();
    for holder in holders {
        if !customers.contains(&holder.customer_id) {
            customers.push(holder.customer_id);
        }
    }
    Ok(customers)
}

async fn add(
    tx: &mut Tx,
    customer: CustomerId,
    source: Option<InstallationId>,
    hints: &[Hint],
) -> Result<(), DbError> {
    for hint in hints {
        let holders = customers::holders(tx, &hint.scheme, &hint.issuer, &hint.value, 1).await?;
        // What the customer has already may be on a record that was merged into it. What is another's by a channel's
        // word stays there: two people share a phone, or one has two records. People decide that by merging them; a
        // message doesn't.
        if holders.iter().any(|holder| match hint.attested {
            true => holder.attested,
            false => holder.customer_id == customer,
        }) {
            continue;
        }
        give(tx, customer, source, hint).await?;
    }
    Ok(())
}

/// Gives a customer an identity that is nobody else's.
async fn give(
    tx: &mut Tx,
    customer: CustomerId,
    source: Option<InstallationId>,
    hint: &Hint,
) -> Result<(), DbError> {
    let identity = identity(tx, customer, source, hint);
    let added = customers::add_identity(tx, &identity).await.map_err(raced)?;
    if !added && hint.attested {
        customers::attest(tx, customer, &hint.scheme, &hint.issuer, &hint.value).await.map_err(raced)?;
    }
    Ok(())
}

fn identity(tx: &Tx, customer: CustomerId, source: Option<InstallationId>, hint: &Hint) -> Identity {
    Identity {
        id: tx.id(),
        customer_id: customer,
        scheme: hint.scheme.clone(),
        issuer: hint.issuer.clone(),
        value: hint.value.clone(),
        attested: hint.attested,
        source_id: source,
        created_at: tx.now(),
    }
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
    ctx: &RequestContext,
    source: Option<InstallationId>,
    sender: &Sender,
    hints: &[Hint],
) -> Result<CustomerId, Refusal> {
    let named = sender.name.as_deref().map(str::trim).filter(|name| text::is_visible(name));
    let name = match (named, hints.first()) {
        (Some(name), _) => text::cut(name, 200).to_owned(),
        (None, Some(hint)) => mask(&hint.scheme, &hint.value),
        (None, None) => "?".to_owned(),
    };
    let customer = Customer {
        id: tx.id(),
        name,
        language: sender.language.clone().filter(|language| !language.is_empty() && language.len() <= 64),
        source_id: source,
        ..made(tx.now())
    };
    customers::insert(tx, &customer);
    let data = json!({"name": customer.name, "stage": customer.stage});
    ctx.record(tx, "customer.created", &customer, data).await?;
    Ok(customer.id)
}

/// The customer that a record belongs to, following merges, whatever the caller's scope.
pub(in crate::ops) async fn read(tx: &mut Tx, id: CustomerId) -> Result<Canonical, Refusal> {
    customers::canonical(tx, id, Scope::All).await?.ok_or_else(|| Refusal::not_found("customer", id))
}

/// What an event about a customer is about, following merges, without reading more of the record.
pub(in crate::ops) async fn subject(tx: &mut Tx, id: CustomerId) -> Result<Subject, Refusal> {
    let found = customers::stands_for(tx, id).await?.ok_or_else(|| Refusal::not_found("customer", id))?;
    Ok(Subject { customer: Some(found.id), source: found.source_id, ..Subject::of("customer", found.id) })
}
