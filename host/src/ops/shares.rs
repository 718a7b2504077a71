//! What is shared with partners: offered, accepted, refused, reported on, withdrawn. A partner sees the fields that the
//! share names and nothing else of the record.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::call::Call;
use super::notify::{To, tell};
use super::refusal::{Fault, Refusal};
use super::sla::Step;
use crate::domain::actor::{Permission, Scope};
use crate::domain::clock::Timestamp;
use crate::domain::deal::Deal;
use crate::domain::entity::{Entity, Kind};
use crate::domain::event::Subject;
use crate::domain::ids::{DealId, PartnerId, ShareId, TicketId};
use crate::domain::partner::{CUSTOMER_FIELDS, Partner, Share, ShareDelivery, ShareState, shareable, usual};
use crate::domain::ticket::Ticket;
use crate::domain::value::Attribute;
use crate::store::db::Tx;
use crate::store::page::{Page, PageRequest};
use crate::store::queue::{self, NewJob};
use crate::store::shares::{self, ShareFilter};
use crate::store::{customers, deals, partners, tickets};

/// The queue of what goes to partners' systems.
pub const PUSH: &str = "partner-push";
/// The queue of the clocks of hand-overs.
pub const CLOCK: &str = "share-clock";
/// The most characters of a note, a message and a reason.
const LONGEST: usize = 4_000;

/// The record that is to be shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shared {
    /// A ticket.
    Ticket(TicketId),
    /// A deal or lead.
    Deal(DealId),
}

/// A wish to share a record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewShare {
    /// With whom.
    pub partner_id: PartnerId,
    /// What the partner is told with it.
    pub note: String,
    /// The fields that the partner sees; the usual ones when not said.
    pub fields: Option<Vec<String>>,
    /// Whether the partner is asked to take it over.
    pub hand_over: bool,
    /// How long the partner has to answer; as long as the partner usually has when not said.
    pub answer_minutes: Option<i64>,
}

/// What a partner says of a share.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Word {
    /// The partner's own number for it.
    pub reference: Option<String>,
    /// A sentence for people.
    pub message: String,
}

/// A timer of a hand-over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// The share.
    pub share: ShareId,
    /// What it does.
    pub step: Step,
    /// The due time that it was set for.
    pub due: Timestamp,
}

/// A record that is shared, as far as its events and people are concerned.
struct Record {
    subject: Subject,
    kind: Kind,
    name: String,
    /// Who is told what becomes of it.
    keeper: Option<To>,
}

/// Shares a record with a partner, or offers it for taking over.
pub async fn share(tx: &mut Tx, call: &Call, (shared, new): &(Shared, NewShare)) -> Result<Share, Refusal> {
    call.require(Permission::PartnersWrite)?;
    let record = match shared {
        Shared::Ticket(id) => {
            call.require(Permission::TicketsRead)?;
            // Its lock lets one of two sharers at once go first.
            let ticket = tickets::lock(tx, *id, call.scope()).await?;
            of_ticket(&ticket.ok_or_else(|| Refusal::not_found("ticket", id))?)
        }
        Shared::Deal(id) => {
            call.require(Permission::DealsRead)?;
            let deal = deals::lock(tx, *id, call.scope()).await?;
            of_deal(&deal.ok_or_else(|| Refusal::not_found("deal", id))?)
        }
    };
    let partner = partners::get(tx, new.partner_id).await?.filter(|partner| partner.active);
    let partner = partner.ok_or_else(|| {
        Refusal::invalid("/partner_id", format!("there is no active partner {}", new.partner_id))
    })?;
    let fields = checked(record.kind, new)?;
    let state = if new.hand_over { ShareState::Offered } else { ShareState::Shared };
    let minutes = new.answer_minutes.unwrap_or(partner.answer_minutes);
    let due = new.hand_over.then(|| tx.now().plus_minutes(minutes));
    insert(tx, call, &partner, &record, Wish { note: new.note.trim(), fields, state, due }).await
}

/// What a share begins with.
pub(super) struct Wish<'a> {
    pub note: &'a str,
    pub fields: Vec<String>,
    pub state: ShareState,
    pub due: Option<Timestamp>,
}

/// Shares a lead with the partner that registered it, who sees what it has written itself.
pub(super) async fn share_lead(
    tx: &mut Tx,
    call: &Call,
    partner: &Partner,
    deal: &Deal,
    wish: Wish<'_>,
) -> Result<Share, Refusal> {
    insert(tx, call, partner, &of_deal(deal), wish).await
}

async fn insert(
    tx: &mut Tx,
    call: &Call,
    partner: &Partner,
    record: &Record,
    wish: Wish<'_>,
) -> Result<Share, Refusal> {
    let customer = record.subject.customer.ok_or_else(|| Refusal::not_found("customer", "of the record"))?;
    let has_system = partner.installation_id.is_some();
    let share = Share {
        id: tx.id(),
        partner_id: partner.id,
        installation_id: partner.installation_id,
        subject_kind: record.kind,
        subject_id: record.subject.id,
        customer_id: customer,
        note: wish.note.to_owned(),
        fields: wish.fields,
        hand_over: wish.state == ShareState::Offered,
        state: wish.state,
        reference: String::new(),
        message: String::new(),
        delivery: if has_system { ShareDelivery::Queued } else { ShareDelivery::None },
        failure: None,
        due_at: wish.due,
        answered_at: (wish.state == ShareState::Accepted).then(|| tx.now()),
        created_at: tx.now(),
        updated_at: tx.now(),
        version: 1,
    };
    if !shares::insert(tx, &share).await? {
        let detail = format!("the {} is shared with {:?} already", record.kind, partner.name);
        return Err(Refusal::Conflict(detail));
    }
    let data = json!({
        "share_id": share.id, "partner_id": partner.id, "partner": partner.name, "note": share.note,
        "fields": share.fields, "state": share.state, "hand_over": share.hand_over, "due_at": share.due_at,
    });
    call.record(tx, "partner.shared", record.subject, data).await?;
    if let Some(due) = share.due_at {
        set_clock(tx, call, share.id, due).await?;
    }
    if has_system {
        let job = NewJob {
            queue: PUSH,
            lane: format!("partner:{}", partner.id),
            payload: json!({"share": share.id}),
            cause: call.cause,
            run_at: tx.now(),
        };
        queue::enqueue(tx, job).await?;
    }
    Ok(share)
}

async fn set_clock(tx: &mut Tx, call: &Call, share: ShareId, due: Timestamp) -> Result<(), Refusal> {
    let span = due.millis_since(tx.now());
    for (step, run_at) in [(Step::Warn, due.plus_millis(-span / 5)), (Step::Breach, due)] {
        let payload = json!(Timer { share, step, due });
        // A lane for each, because the one due later must not wait for nor hold up the other.
        let lane = format!("share-clock:{share}:{step:?}:{due}");
        queue::enqueue(tx, NewJob { queue: CLOCK, lane, payload, cause: call.cause, run_at }).await?;
    }
    Ok(())
}

/// A timer has come due: says so, unless the partner has answered meanwhile.
pub async fn fire(tx: &mut Tx, call: &Call, timer: &Timer) -> Result<(), Refusal> {
    let Some(share) = shares::get(tx, timer.share, Scope::All).await? else { return Ok(()) };
    if share.state != ShareState::Offered || share.due_at != Some(timer.due) {
        return Ok(());
    }
    let kind = match timer.step {
        Step::Warn => "partner.warned",
        Step::Breach => "partner.overdue",
    };
    say(tx, call, &share, kind, json!({"due": share.due_at})).await
}

/// Takes a record over, as the partner.
pub async fn accept(
    tx: &mut Tx,
    call: &Call,
    (id, expected, word): &(ShareId, Option<i64>, Word),
) -> Result<Share, Refusal> {
    call.require(Permission::SharesWrite)?;
    let mut share = lock(tx, call, *id, *expected).await?;
    answer(tx, call, &mut share, Some(ShareState::Accepted), word).await?;
    Ok(share)
}

/// Refuses a record, as the partner, who doesn't see it any more.
pub async fn refuse(
    tx: &mut Tx,
    call: &Call,
    (id, expected, word): &(ShareId, Option<i64>, Word),
) -> Result<Share, Refusal> {
    call.require(Permission::SharesWrite)?;
    let mut share = lock(tx, call, *id, *expected).await?;
    if word.message.trim().is_empty() {
        return Err(Refusal::invalid("/reason", "say why; whoever shared it is told"));
    }
    answer(tx, call, &mut share, Some(ShareState::Refused), word).await?;
    Ok(share)
}

/// Says how it goes, as the partner.
pub async fn report(
    tx: &mut Tx,
    call: &Call,
    (id, expected, word): &(ShareId, Option<i64>, Word),
) -> Result<Share, Refusal> {
    call.require(Permission::SharesWrite)?;
    let mut share = lock(tx, call, *id, *expected).await?;
    if !share.state.is_open() {
        return Err(closed(&share));
    }
    answer(tx, call, &mut share, None, word).await?;
    Ok(share)
}

/// What a partner's system says of a share, by its plugin.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SystemWord {
    /// `accepted` or `refused`; how it stands otherwise.
    pub state: Option<ShareState>,
    /// The partner's own number for it.
    pub reference: Option<String>,
    /// A sentence for people.
    pub message: String,
}

/// Notes what a partner's system says of a share. What it has said already it may say again: nothing changes then.
pub(super) async fn heard(
    tx: &mut Tx,
    call: &Call,
    (id, expected, word): &(ShareId, Option<i64>, SystemWord),
) -> Result<Share, Refusal> {
    call.require(Permission::SharesWrite)?;
    let mut share = lock(tx, call, *id, *expected).await?;
    if word.state.is_some_and(|state| !matches!(state, ShareState::Accepted | ShareState::Refused)) {
        return Err(Refusal::invalid("/attributes/state", "a partner says accepted or refused"));
    }
    let state = word.state.filter(|state| *state != share.state);
    let same = |given: &Option<String>| given.as_ref().is_none_or(|given| given.trim() == share.reference);
    if state.is_none() && same(&word.reference) && word.message.trim() == share.message {
        return Ok(share);
    }
    let said = Word { reference: word.reference.clone(), message: word.message.clone() };
    answer(tx, call, &mut share, state, &said).await?;
    Ok(share)
}

/// Takes a share back; the partner doesn't see the record any more.
pub async fn withdraw(
    tx: &mut Tx,
    call: &Call,
    (id, expected, reason): &(ShareId, Option<i64>, String),
) -> Result<Share, Refusal> {
    call.require(Permission::PartnersWrite)?;
    let mut share = lock(tx, call, *id, *expected).await?;
    if !share.state.is_open() {
        return Err(closed(&share));
    }
    let reason = text("/reason", reason)?;
    let before = share.state;
    share.state = ShareState::Withdrawn;
    if share.delivery == ShareDelivery::Queued {
        share.delivery = ShareDelivery::None;
    }
    shares::update(tx, &share).await?;
    let data = json!({"state": {"old": before, "new": share.state}, "message": reason});
    say(tx, call, &share, "partner.withdrawn", data).await?;
    Ok(share)
}

/// Notes a partner's word on a locked share, whichever way it came: the portal, a receipt, its system's webhook. Without
/// a state it says how things go.
pub(super) async fn answer(
    tx: &mut Tx,
    call: &Call,
    share: &mut Share,
    state: Option<ShareState>,
    word: &Word,
) -> Result<(), Refusal> {
    let message = text("/message", &word.message)?;
    if word.reference.as_ref().is_some_and(|reference| reference.chars().count() > 200) {
        return Err(Refusal::invalid("/reference", "at most 200 characters"));
    }
    let before = share.state;
    let may = match state {
        Some(ShareState::Accepted) => matches!(before, ShareState::Shared | ShareState::Offered),
        _ => before.is_open(),
    };
    if !may {
        return Err(closed(share));
    }
    share.state = state.unwrap_or(before);
    if let Some(reference) = &word.reference {
        reference.trim().clone_into(&mut share.reference);
    }
    message.clone_into(&mut share.message);
    let kind = match state {
        Some(ShareState::Accepted) => "partner.accepted",
        Some(_) => "partner.refused",
        None => "partner.reported",
    };
    if state.is_some() {
        share.answered_at = Some(tx.now());
    }
    shares::update(tx, share).await?;
    let in_time = share.due_at.map(|due| tx.now() <= due);
    let data = json!({
        "state": {"old": before, "new": share.state}, "reference": share.reference, "message": share.message,
        "in_time": in_time.filter(|_| before == ShareState::Offered && state.is_some()),
    });
    say(tx, call, share, kind, data).await
}

/// What a partner's system answers to a share.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// Whether the partner takes it.
    pub accepted: bool,
    /// The partner's own number for it; empty when there is none.
    pub reference: String,
    /// For people.
    pub message: String,
}

/// A partner's system has got a share. Without a receipt its word comes later.
pub async fn delivered(
    tx: &mut Tx,
    call: &Call,
    id: ShareId,
    receipt: Option<&Receipt>,
) -> Result<(), Refusal> {
    let Some(mut share) = shares::lock(tx, id, Scope::All).await? else { return Ok(()) };
    share.delivery = ShareDelivery::Delivered;
    share.failure = None;
    let Some(receipt) = receipt.filter(|_| share.state.is_open()) else {
        shares::update(tx, &share).await?;
        return note(tx, call, &share, "partner.delivered", json!({"delivery": share.delivery})).await;
    };
    let reference = receipt.reference.trim();
    let word = Word {
        reference: (!reference.is_empty()).then(|| reference.chars().take(200).collect()),
        message: receipt.message.trim().chars().take(LONGEST).collect(),
    };
    let state = match (receipt.accepted, share.state) {
        (true, ShareState::Accepted) => None,
        (true, _) => Some(ShareState::Accepted),
        (false, _) => Some(ShareState::Refused),
    };
    answer(tx, call, &mut share, state, &word).await
}

/// A partner's system won't get a share.
pub async fn undelivered(tx: &mut Tx, call: &Call, id: ShareId, failure: &str) -> Result<(), Refusal> {
    let Some(mut share) = shares::lock(tx, id, Scope::All).await? else { return Ok(()) };
    share.delivery = ShareDelivery::Failed;
    share.failure = Some(failure.to_owned());
    shares::update(tx, &share).await?;
    let data = json!({"delivery": share.delivery, "failure": failure});
    say(tx, call, &share, "partner.not-delivered", data).await
}

/// As [`say`], for what nobody needs to be told.
async fn note(
    tx: &mut Tx,
    call: &Call,
    share: &Share,
    kind: &'static str,
    data: Value,
) -> Result<(), Refusal> {
    match record(tx, share).await? {
        Some(record) => put(tx, call, share, &record, kind, data).await.map(|_| ()),
        None => Ok(()),
    }
}

/// Puts what became of a share on its record's history; what was put there.
async fn put(
    tx: &mut Tx,
    call: &Call,
    share: &Share,
    record: &Record,
    kind: &'static str,
    data: Value,
) -> Result<Value, Refusal> {
    let partner = partners::get(tx, share.partner_id).await?.map(|partner| partner.name).unwrap_or_default();
    let mut whole = json!({
        "share_id": share.id, "partner_id": share.partner_id, "partner": partner, "name": record.name,
    });
    if let (Some(whole), Value::Object(data)) = (whole.as_object_mut(), data) {
        whole.extend(data);
    }
    call.record(tx, kind, record.subject, whole.clone()).await?;
    Ok(whole)
}

/// Puts what became of a share on its record's history, and tells who takes care of the record.
pub(super) async fn say(
    tx: &mut Tx,
    call: &Call,
    share: &Share,
    kind: &'static str,
    data: Value,
) -> Result<(), Refusal> {
    let Some(record) = record(tx, share).await? else { return Ok(()) };
    let whole = put(tx, call, share, &record, kind, data).await?;
    match record.keeper {
        Some(to) => tell(tx, call, to, kind, record.subject, &whole).await,
        None => Ok(()),
    }
}

async fn record(tx: &mut Tx, share: &Share) -> Result<Option<Record>, Refusal> {
    Ok(match share.subject_kind {
        Kind::Deal => deals::get(tx, share.subject_id.into(), Scope::All).await?.map(|deal| of_deal(&deal)),
        _ => tickets::get(tx, share.subject_id.into(), Scope::All).await?.map(|ticket| of_ticket(&ticket)),
    })
}

fn of_ticket(ticket: &Ticket) -> Record {
    let keeper = ticket.assignee_id.map(To::User).or(ticket.team_id.map(To::Team));
    Record { subject: ticket.into(), kind: Kind::Ticket, name: ticket.subject.clone(), keeper }
}

fn of_deal(deal: &Deal) -> Record {
    Record {
        subject: deal.into(),
        kind: Kind::Deal,
        name: deal.name.clone(),
        keeper: deal.owner_id.map(To::User),
    }
}

fn closed(share: &Share) -> Refusal {
    Refusal::Conflict(format!("the share is {} already", share.state))
}

fn text(pointer: &str, text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return Err(Refusal::invalid(pointer, format!("at most {LONGEST} characters")));
    }
    Ok(text.to_owned())
}

/// The fields of a wish, if there is nothing wrong with it.
fn checked(kind: Kind, new: &NewShare) -> Result<Vec<String>, Refusal> {
    let mut faults = Vec::new();
    let mut fault = |pointer: String, detail: String| faults.push(Fault { pointer, detail });
    if new.note.chars().count() > LONGEST {
        fault("/note".to_owned(), format!("at most {LONGEST} characters"));
    }
    if new.answer_minutes.is_some_and(|minutes| !(1..=43_200).contains(&minutes)) {
        fault("/answer_minutes".to_owned(), "1 to 43,200 minutes, which are 30 days".to_owned());
    }
    let known = || shareable(kind).iter().chain(CUSTOMER_FIELDS).copied();
    let mut fields: Vec<String> = Vec::new();
    for (index, field) in new.fields.iter().flatten().enumerate() {
        if !known().any(|known| known == field) {
            let list = known().collect::<Vec<_>>().join(", ");
            fault(format!("/fields/{index}"), format!("a {kind} is shared by these fields: {list}"));
        } else if !fields.contains(field) {
            fields.push(field.clone());
        }
        if index > 100 {
            break;
        }
    }
    if new.fields.is_none() {
        fields = usual(kind).iter().map(|field| (*field).to_owned()).collect();
    }
    if faults.is_empty() { Ok(fields) } else { Err(Refusal::Invalid(faults)) }
}

/// One share. A partner sees its own, as long as they are open.
pub async fn get(tx: &mut Tx, call: &Call, id: ShareId) -> Result<Share, Refusal> {
    call.require_sight(Permission::PartnersRead)?;
    shares::get(tx, id, call.scope()).await?.ok_or_else(|| Refusal::not_found("share", id))
}

/// Shares, the last changed first.
pub async fn list(
    tx: &mut Tx,
    call: &Call,
    page: PageRequest,
    filter: ShareFilter,
) -> Result<Page<Share>, Refusal> {
    call.require_sight(Permission::PartnersRead)?;
    Ok(shares::list(tx, page, filter, call.scope()).await?)
}

async fn lock(tx: &mut Tx, call: &Call, id: ShareId, expected: Option<i64>) -> Result<Share, Refusal> {
    let share = shares::lock(tx, id, call.scope()).await?.ok_or_else(|| Refusal::not_found("share", id))?;
    super::expect_version(expected, share.version - 1)?;
    Ok(share)
}

/// The shared record with the fields that the share names, as the partner and its system see it.
pub async fn subject(tx: &mut Tx, share: &Share) -> Result<Entity, Refusal> {
    let mut entity = match share.subject_kind {
        Kind::Deal => deals::get(tx, share.subject_id.into(), Scope::All).await?.as_ref().map(Entity::from),
        _ => tickets::get(tx, share.subject_id.into(), Scope::All).await?.as_ref().map(Entity::from),
    }
    .ok_or_else(|| Refusal::not_found(share.subject_kind.as_str(), share.subject_id))?;
    entity.attributes.retain(|attribute| share.fields.contains(&attribute.name));
    if share.fields.iter().any(|field| CUSTOMER_FIELDS.contains(&field.as_str())) {
        let customer = super::identify::read(tx, share.customer_id).await?;
        let identities = customers::identities(tx, customer.id).await?;
        let known = |scheme: &str| {
            let found = identities.iter().find(|identity| identity.scheme == scheme);
            found.map(|identity| identity.value.clone())
        };
        let all = [
            ("customer_name", Some(customer.name)),
            ("customer_phone", known("phone")),
            ("customer_email", known("email")),
            ("customer_region", customer.region),
            ("customer_language", customer.language),
        ];
        let named = all.into_iter().filter(|(name, _)| share.fields.iter().any(|field| field == name));
        entity.attributes.extend(named.map(|(name, value)| Attribute::new(name.to_owned(), json!(value))));
    }
    Ok(entity)
}

/// The fields of a record that a caller sees; none when that is all of them.
async fn seen(tx: &mut Tx, call: &Call, subject: Uuid) -> Result<Option<Vec<String>>, Refusal> {
    let Some(partner) = call.scope().partner() else { return Ok(None) };
    let share = shares::open_of(tx, partner, subject).await?;
    Ok(Some(share.map(|share| share.fields).unwrap_or_default()))
}

/// A ticket as a caller sees it: for a partner, what isn't shared is empty.
pub(super) async fn cut_ticket(tx: &mut Tx, call: &Call, ticket: Ticket) -> Result<Ticket, Refusal> {
    let Some(fields) = seen(tx, call, ticket.id.0).await? else { return Ok(ticket) };
    let has = |name: &str| fields.iter().any(|field| field == name);
    Ok(Ticket {
        id: ticket.id,
        customer_id: Uuid::nil().into(),
        conversation_id: None,
        subject: if has("subject") { ticket.subject } else { String::new() },
        class: ticket.class,
        priority: ticket.priority,
        status: ticket.status,
        language: if has("language") { ticket.language } else { String::new() },
        sentiment: 0.0,
        tags: if has("tags") { ticket.tags } else { Vec::new() },
        reasons: Vec::new(),
        team_id: None,
        assignee_id: None,
        assignment_reason: None,
        previous_id: None,
        reopened: 0,
        first_response_due_at: None,
        resolution_due_at: None,
        first_response_at: None,
        resolved_at: ticket.resolved_at.filter(|_| has("resolved_at")),
        source_id: None,
        created_at: ticket.created_at,
        updated_at: ticket.updated_at,
        version: ticket.version,
    })
}

/// As [`cut_ticket`], for a deal.
pub(super) async fn cut_deal(tx: &mut Tx, call: &Call, deal: Deal) -> Result<Deal, Refusal> {
    let Some(fields) = seen(tx, call, deal.id.0).await? else { return Ok(deal) };
    let has = |name: &str| fields.iter().any(|field| field == name);
    Ok(Deal {
        id: deal.id,
        customer_id: Uuid::nil().into(),
        name: if has("name") { deal.name } else { String::new() },
        pipeline_id: Uuid::nil().into(),
        stage_id: Uuid::nil().into(),
        status: deal.status,
        probability: if has("probability") { deal.probability } else { 0 },
        amount_cents: deal.amount_cents.filter(|_| has("amount")),
        currency: deal.currency.filter(|_| has("amount")),
        owner_id: None,
        ticket_id: None,
        partner_id: deal.partner_id.filter(|id| call.scope().partner() == Some(*id)),
        source: deal.source.filter(|_| has("source")),
        expected_close: deal.expected_close.filter(|_| has("expected_close")),
        lost_reason: None,
        stage_at: deal.created_at,
        closed_at: deal.closed_at.filter(|_| has("closed_at")),
        source_id: None,
        created_at: deal.created_at,
        updated_at: deal.updated_at,
        version: deal.version,
    })
}
