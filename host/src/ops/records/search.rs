//! Looking for something by what is known of it: a name, a word, a number.

use serde::{Deserialize, Serialize};
use serde_json::json;
use unicode_segmentation::UnicodeSegmentation;
use uuid::Uuid;

use super::AnyRecord;
use super::declared_records::customer_of;
use crate::domain::actor::Permission;
use crate::domain::catalogue::{Field, FieldClass, Kind};
use crate::domain::clock::Timestamp;
use crate::domain::conversation::Interaction;
use crate::domain::customer::Customer;
use crate::domain::deal::Deal;
use crate::domain::declared::DeclaredRecord;
use crate::domain::event::Cause;
use crate::domain::fold::fold;
use crate::domain::ids::CustomerId;
use crate::domain::masking;
use crate::domain::order::Order;
use crate::domain::role::{Sight, Sights};
use crate::domain::task::Task;
use crate::domain::terms::{self, Terms, Wanted};
use crate::domain::text;
use crate::domain::ticket::Ticket;
use crate::ops::app::App;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::{DbError, Tx};
use crate::store::declared_kinds;
use crate::store::queue::{self, Job, NewJob};
use crate::store::search::{self, Searched};

/// The queue of the jobs that index records which were there before the index was.
pub const QUEUE: &str = "search-index";
/// How many records such a job indexes.
const STEP: i64 = 500;
/// Of so many customers, the newest that are found, the best are shown.
const CANDIDATES: i64 = 200;
/// How much of a text is shown, in characters.
const EXCERPT: usize = 120;
/// In how much of a text the place is looked for that is shown.
const SEARCHED: usize = 20_000;

/// Something that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// What it is.
    pub kind: Searched,
    /// Its id.
    pub id: Uuid,
    /// The customer's name, the ticket's subject, the order's number, the kind of interaction, or what a record is known by.
    pub title: String,
    /// Of an interaction: the part of the text where it was found.
    pub excerpt: Option<String>,
    /// Whose it is; of a record of a declared kind, the customer that it names.
    pub customer_id: Option<CustomerId>,
    /// Of a record of a declared kind: its kind.
    pub record_kind: Option<String>,
    /// When it was made, or happened.
    pub at: Timestamp,
}

/// What is found by words, of each kind that the caller may see at most `limit`: customers first, those whose name
/// it is before those whose name begins so; then tickets, deals, orders, tasks, interactions and records of declared
/// kinds; of equals the newest first.
pub async fn find(
    tx: &mut Tx,
    ctx: &RequestContext,
    words: &str,
    only: Option<Searched>,
    limit: i64,
) -> Result<Vec<Hit>, Refusal> {
    let may = |kind: Searched| ctx.actor.rights.contain(needed(kind));
    let kinds: Vec<Searched> = match only {
        Some(kind) => {
            ctx.require(needed(kind))?;
            vec![kind]
        }
        None => Searched::ALL.into_iter().filter(|kind| may(*kind)).collect(),
    };
    if kinds.is_empty() {
        return Err(Refusal::Denied(Permission::CustomersRead));
    }
    let wanted = terms::wanted(words);
    let scope = ctx.scope();
    let mut hits = Vec::new();
    if kinds.contains(&Searched::Customer) {
        let mut found: Vec<Customer> =
            search::find(tx, Searched::Customer, &wanted, limit.max(CANDIDATES), scope).await?;
        found.retain(|customer| is_found_by_what_is_shown(ctx, customer, &wanted));
        for customer in &mut found {
            customer.name = masking::text_or_empty(FieldClass::Personal, &customer.name, ctx.actor.sights);
        }
        hits.extend(ranked(found, words, limit));
    }
    if kinds.contains(&Searched::Ticket) {
        let found: Vec<Ticket> = search::find(tx, Searched::Ticket, &wanted, limit, scope).await?;
        hits.extend(found.into_iter().map(Hit::from));
    }
    if kinds.contains(&Searched::Deal) {
        let found: Vec<Deal> = search::find(tx, Searched::Deal, &wanted, limit, scope).await?;
        hits.extend(found.into_iter().map(Hit::from));
    }
    if kinds.contains(&Searched::Order) {
        let found: Vec<Order> = search::find(tx, Searched::Order, &wanted, limit, scope).await?;
        hits.extend(found.into_iter().map(Hit::from));
    }
    if kinds.contains(&Searched::Task) {
        let found: Vec<Task> = search::find(tx, Searched::Task, &wanted, limit, scope).await?;
        hits.extend(found.into_iter().map(Hit::from));
    }
    if kinds.contains(&Searched::Interaction) {
        let found: Vec<Interaction> = search::find(tx, Searched::Interaction, &wanted, limit, scope).await?;
        hits.extend(found.into_iter().map(|interaction| Hit::in_text(interaction, &wanted)));
    }
    if kinds.contains(&Searched::Record) {
        let found: Vec<DeclaredRecord> = search::find(tx, Searched::Record, &wanted, limit, scope).await?;
        let known = if found.is_empty() { Vec::new() } else { declared_kinds::list(tx).await? };
        let kind_of = |record: &DeclaredRecord| known.iter().copied().find(|kind| kind.name == record.kind);
        let seen = found.iter().filter_map(|record| Some((kind_of(record)?, record)));
        hits.extend(seen.filter_map(|(kind, record)| Hit::of_record(ctx, kind, record, &wanted)));
    }
    Ok(hits)
}

/// Whether a customer is found by what the caller sees in full of it: a number that is masked isn't guessed by looking
/// for it.
fn is_found_by_what_is_shown(ctx: &RequestContext, customer: &Customer, wanted: &[Wanted]) -> bool {
    if ctx.actor.sights == Sights::FULL {
        return true;
    }
    let mut terms = Terms::default();
    if ctx.actor.sights.of_class(FieldClass::Personal) == Sight::Shown {
        terms.name(&customer.name);
    }
    customer.custom.values().filter_map(|value| value.as_str()).for_each(|value| terms.text(value));
    terms.have(wanted)
}

fn needed(kind: Searched) -> Permission {
    match kind {
        Searched::Customer | Searched::Order => Permission::CustomersRead,
        Searched::Ticket => Permission::TicketsRead,
        Searched::Deal => Permission::DealsRead,
        Searched::Task => Permission::TasksRead,
        Searched::Interaction => Permission::ConversationsRead,
        Searched::Record => Permission::RecordsRead,
    }
}

/// The best of the customers that were found; they come newest first, and equals stay so.
fn ranked(mut found: Vec<Customer>, words: &str, limit: i64) -> Vec<Hit> {
    let words = fold(words.trim());
    found.sort_by_cached_key(|customer| {
        let name = fold(&customer.name);
        match () {
            () if name == words => 0,
            () if name.starts_with(&words) => 1,
            () if name.contains(&words) => 2,
            () => 3,
        }
    });
    found.truncate(usize::try_from(limit).unwrap_or(0));
    found.into_iter().map(Hit::from).collect()
}

impl From<Customer> for Hit {
    fn from(customer: Customer) -> Self {
        Self::titled(Searched::Customer, customer.id.0, customer.name, Some(customer.id), customer.created_at)
    }
}

impl From<Ticket> for Hit {
    fn from(ticket: Ticket) -> Self {
        Self::titled(
            Searched::Ticket,
            ticket.id.0,
            ticket.subject,
            Some(ticket.customer_id),
            ticket.created_at,
        )
    }
}

impl From<Deal> for Hit {
    fn from(deal: Deal) -> Self {
        Self::titled(Searched::Deal, deal.id.0, deal.name, Some(deal.customer_id), deal.created_at)
    }
}

impl From<Task> for Hit {
    fn from(task: Task) -> Self {
        Self::titled(Searched::Task, task.id.0, task.title, task.customer_id, task.created_at)
    }
}

impl From<Order> for Hit {
    fn from(order: Order) -> Self {
        Self::titled(Searched::Order, order.id.0, order.number, Some(order.customer_id), order.placed_at)
    }
}

impl Hit {
    /// Of a record that is known by a text of its own.
    fn titled(
        kind: Searched,
        id: Uuid,
        title: String,
        customer_id: Option<CustomerId>,
        at: Timestamp,
    ) -> Self {
        Self { kind, id, title, excerpt: None, customer_id, record_kind: None, at }
    }

    /// Of a record of a declared kind; none where it is found by what is masked for the caller.
    fn of_record(
        ctx: &RequestContext,
        kind: &'static Kind,
        record: &DeclaredRecord,
        wanted: &[Wanted],
    ) -> Option<Self> {
        let shown = |field: &&Field| ctx.actor.sights.of_class(field.class) == Sight::Shown;
        let mut terms = Terms::default();
        let own = kind.fields.iter().filter(shown).filter_map(|field| record.data.get(field.name));
        own.chain(record.custom.values()).flat_map(search::spoken).for_each(|text| terms.text(text));
        if ctx.actor.sights != Sights::FULL && !terms.have(wanted) {
            return None;
        }
        let any = AnyRecord::declared(kind, record, ctx.actor.sights);
        Some(Self {
            kind: Searched::Record,
            id: record.id.0,
            title: any.title(),
            excerpt: None,
            customer_id: customer_of(kind, record),
            record_kind: Some(kind.name.to_owned()),
            at: record.created_at,
        })
    }

    fn in_text(interaction: Interaction, wanted: &[Wanted]) -> Self {
        Self {
            kind: Searched::Interaction,
            id: interaction.id.0,
            excerpt: Some(excerpt(&interaction.text, wanted)),
            title: interaction.kind,
            customer_id: Some(interaction.customer_id),
            record_kind: None,
            at: interaction.occurred_at,
        }
    }
}

/// The part of a text around the first of the terms, counted in characters as people see them.
fn excerpt(text: &str, wanted: &[Wanted]) -> String {
    let clusters: Vec<&str> = text::cut(text, SEARCHED).graphemes(true).collect();
    let start = place(&clusters, wanted).unwrap_or(0).saturating_sub(EXCERPT / 3);
    let rest = &clusters[start..];
    let part = rest[..rest.len().min(EXCERPT)].concat();
    let open = if start > 0 { "…" } else { "" };
    let shown: usize = clusters[..start].iter().map(|cluster| cluster.len()).sum::<usize>() + part.len();
    let end = if shown < text.len() { "…" } else { "" };
    format!("{open}{part}{end}")
}

/// Where the first of the terms begins. The terms are folded, so the text is, too, cluster by cluster; and without signs
/// if that finds nothing, as for numbers that are looked for as a whole.
fn place(clusters: &[&str], wanted: &[Wanted]) -> Option<usize> {
    let find = |signs: bool| {
        let mut folded = String::new();
        let mut origins = Vec::new();
        for (index, cluster) in clusters.iter().enumerate() {
            let piece = fold(cluster);
            if signs || piece.chars().any(char::is_alphanumeric) {
                folded.push_str(&piece);
                origins.resize(folded.len(), index);
            }
        }
        let first = wanted.iter().filter_map(|term| folded.find(&term.text)).min()?;
        origins.get(first).copied()
    };
    find(true).or_else(|| find(false))
}

/// Which records a job indexes: those of a kind after an id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Unindexed {
    kind: String,
    #[serde(default)]
    after: Uuid,
}

/// Handles a job that indexes records; the last thing that it does is to enqueue the next.
pub async fn index(app: &App, job: &Job, unindexed: Unindexed) -> Result<(), Refusal> {
    let Ok(kind) = unindexed.kind.parse::<Searched>() else { return app.done(job).await };
    app.finish(job, (kind, unindexed.after, job.cause()), |tx, _, (kind, after, cause)| {
        Box::pin(async move {
            let Some(after) = search::mark_after(tx, *kind, *after, STEP).await? else { return Ok(()) };
            let now = tx.now();
            Ok(enqueue(tx, *kind, after, *cause, now).await?)
        })
    })
    .await
    .map(|_| ())
}

/// Lets all records be indexed, in a database whose index is empty. They are due whatever the clock says of the host that
/// starts there.
pub(in crate::ops) async fn index_all(tx: &mut Tx) -> Result<(), DbError> {
    for kind in Searched::ALL {
        enqueue(tx, kind, Uuid::nil(), Cause::default(), Timestamp::from_micros(0)).await?;
    }
    Ok(())
}

async fn enqueue(
    tx: &mut Tx,
    kind: Searched,
    after: Uuid,
    cause: Cause,
    run_at: Timestamp,
) -> Result<(), DbError> {
    let next = NewJob {
        queue: QUEUE,
        lane: format!("{QUEUE}:{kind}"),
        payload: json!({"kind": kind, "after": after}),
        cause,
        run_at,
    };
    queue::enqueue(tx, next).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_shows_where_it_was_found() {
        let wanted = terms::wanted("退款");
        assert_eq!(excerpt("我要退款", &wanted), "我要退款");
        let long = format!("{}退款{}", "前".repeat(100), "后".repeat(200));
        let part = excerpt(&long, &wanted);
        assert!(part.starts_with('…') && part.ends_with('…') && part.contains("退款"), "{part}");
        assert_eq!(part.chars().count(), EXCERPT + 2);
        let family = "👩‍👩‍👧‍👦".repeat(200);
        assert!(
            excerpt(&format!("{family} mu\u{308}ller 2026-0117"), &terms::wanted("Müller")).contains("ller")
        );
        let number = excerpt(&format!("{} 2026-0117", "前".repeat(300)), &terms::wanted("2026-0117"));
        assert!(number.ends_with("2026-0117"), "{number}");
        // Small letters may take more bytes than capitals.
        assert!(excerpt("İİİİ order", &terms::wanted("order")).contains("order"));
    }
}
