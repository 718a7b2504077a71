//! The event log, as programs follow it.

pub mod notify;

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::access::embedded;
use super::refusal::Refusal;
use super::request_context::RequestContext;
use crate::domain::actor::{Permission, Rights};
use crate::domain::event::Subject;
use crate::store::audit;
use crate::store::db::Tx;
use crate::store::events::{self, Event};
use crate::store::page::MAX_LIMIT;

/// How many types may be asked for at once.
const MOST_TYPES: usize = 50;

/// A stretch of the log.
#[derive(Debug, Clone)]
pub struct Stretch {
    /// Its events, oldest first; those of records that aren't there for the caller, and of types that weren't asked for,
    /// are left out.
    pub items: Vec<Event>,
    /// After which place the log goes on; none at its end.
    pub next: Option<i64>,
    /// The last place that was looked at.
    pub through: i64,
}

/// Which types of events are wanted: all, or some by name, or all of a kind of record as `ticket.*`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Types(Vec<String>);

impl Types {
    /// Whether events of this type are wanted.
    pub fn want(&self, kind: &str) -> bool {
        let wanted = |pattern: &String| match pattern.strip_suffix('*') {
            Some(record) => kind.starts_with(record),
            None => kind == pattern,
        };
        self.0.is_empty() || self.0.iter().any(wanted)
    }
}

impl FromStr for Types {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let types: Vec<String> = text.split(',').map(str::trim).map(str::to_owned).collect();
        if types.len() > MOST_TYPES {
            return Err(format!("at most {MOST_TYPES} types can be asked for at once"));
        }
        let word = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        };
        let fits = |name: &str| match name.split_once('.') {
            Some((record, what)) => name.len() <= 100 && word(record) && (what == "*" || word(what)),
            None => false,
        };
        match types.iter().find(|name| !fits(name)) {
            None => Ok(Self(types)),
            Some(odd) => Err(format!(
                "{odd:?} is no type of event; write types as ticket.resolved, all of a record's as ticket.*, several \
                 with commas between them"
            )),
        }
    }
}

impl<'de> Deserialize<'de> for Types {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The most places that are erased at once.
const MOST_ERASED: usize = 1_000;

/// What events are to lose what they say.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erasure {
    /// Their places in the log, 1 to 1,000.
    pub events: Vec<i64>,
    /// Why, 1 to 4,000 characters; it stays on the log.
    pub reason: String,
}

/// Erases what events say, as a person whom they tell of may ask. That they happened, when, and who did it stays, and the
/// log's chain stays whole; the erasure is an event itself. The places whose events said something until now.
pub async fn erase(tx: &mut Tx, ctx: &RequestContext, erasure: &Erasure) -> Result<Vec<i64>, Refusal> {
    ctx.require(Permission::EventsErase)?;
    if !(1..=MOST_ERASED).contains(&erasure.events.len()) {
        return Err(Refusal::invalid("/events", format!("name 1 to {MOST_ERASED} places of the log")));
    }
    let reason = erasure.reason.trim();
    if !(1..=4_000).contains(&reason.chars().count()) {
        return Err(Refusal::invalid("/reason", "a reason has 1 to 4000 characters"));
    }
    let erased = audit::erase(tx, &erasure.events).await?;
    if erased.is_empty() {
        let places: Vec<String> = erasure.events.iter().map(i64::to_string).collect();
        return Err(Refusal::not_found("event that may be erased at", places.join(", ")));
    }
    let data = json!({"events": erased, "reason": reason});
    ctx.record(tx, audit::ERASED, Subject::of("log", Uuid::nil()), data).await?;
    Ok(erased)
}

/// Sealed events of these types after a place in the log, 0 for the first: at most `limit` are looked at.
pub async fn after(
    tx: &mut Tx,
    ctx: &RequestContext,
    types: &Types,
    sequence: i64,
    limit: i64,
) -> Result<Stretch, Refusal> {
    ctx.require(Permission::EventsRead)?;
    if sequence < 0 {
        return Err(Refusal::Query(format!(
            "after: {sequence} is no place in the log; the first is after 0"
        )));
    }
    let limit = limit.clamp(1, MAX_LIMIT);
    let sequence = sequence.max(0);
    let mut items = events::after(tx, sequence, limit + 1).await?;
    let length = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > length;
    items.truncate(length);
    let through = items.last().map_or(sequence, |event| event.seq);
    items.retain(|event| types.want(&event.kind));
    // The log is also what an audit reads: who may do everything sees there what a deleted comment said.
    if ctx.actor.rights != Rights::all() || ctx.actor.is_limited() {
        items = embedded::shown(tx, ctx, items).await?;
    }
    Ok(Stretch { items, next: more.then_some(through), through })
}

/// From which place a follower goes on who knows the log up to there; from the end for one who knows nothing.
pub async fn follow_from(tx: &mut Tx, ctx: &RequestContext, known: Option<i64>) -> Result<i64, Refusal> {
    ctx.require(Permission::EventsRead)?;
    let head = events::head(tx).await?;
    match known {
        Some(place) if place > head => {
            let detail = format!("the log ends at {head}; there is no place {place} to go on from");
            Err(Refusal::invalid("/after", detail))
        }
        Some(place) if place < 0 => {
            Err(Refusal::Query(format!("after: {place} is no place in the log; the first is after 0")))
        }
        Some(place) => Ok(place),
        None => Ok(head),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_wanted_by_name_or_by_record() {
        let types: Types = "ticket.*, deal.won".parse().unwrap();
        for (kind, wanted) in
            [("ticket.resolved", true), ("deal.won", true), ("deal.lost", false), ("tickets.x", false)]
        {
            assert_eq!(types.want(kind), wanted, "{kind}");
        }
        assert!(Types::default().want("anything.at-all"));
        for odd in ["", "ticket", "ticket.", "*", "Ticket.Resolved", "ticket.*x", "a.b,,c.d"] {
            assert!(odd.parse::<Types>().is_err(), "{odd}");
        }
    }
}
