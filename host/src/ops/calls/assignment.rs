//! Who takes a ticket: a plugin's choice, or the least loaded of the right team.
//!
//! Tickets that come together are given away together: each team's people and their open tickets are read once for all of
//! them. A plugin is asked about one at a time.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::driver::PluginCalls;
use super::effects::StagedEffects;
use crate::domain::actor::Scope;
use crate::domain::clock::Timestamp;
use crate::domain::entity::{Entity, RecordKind};
use crate::domain::event::Cause;
use crate::domain::ids::{EventId, TeamId, TicketId};
use crate::domain::reason::{Reason, ReasonCode};
use crate::domain::team::{Candidate, Choice, Team, least_loaded};
use crate::domain::ticket::Ticket;
use crate::ops::app::App;
use crate::ops::installations::note_failure;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::ops::tickets;
use crate::plugins::{Ability, Installation, types};
use crate::store::db::Tx;
use crate::store::queue::{self, Job, NewJob};
use crate::store::{teams, tickets as store};

/// The queue of this step.
pub const QUEUE: &str = "assign";
/// So many tickets are given away in one transaction at most.
const AT_ONCE: usize = 64;

/// The payload of the job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Wanted {
    /// Tickets that want somebody.
    Many(Vec<Unassigned>),
    /// One, as hosts wrote it that gave each ticket away by itself.
    One(Unassigned),
}

/// A ticket that wants somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unassigned {
    ticket: TicketId,
    /// The event that it follows from, where that isn't the job's own.
    event: Option<EventId>,
    #[serde(default)]
    depth: i64,
    /// Whether it was reported already that nobody can take it.
    #[serde(default, alias = "said")]
    reported: bool,
}

impl Unassigned {
    /// A ticket that wants somebody because of this.
    pub fn new(ticket: TicketId, cause: Cause) -> Self {
        Self { ticket, event: cause.event, depth: cause.depth, reported: false }
    }

    /// A ticket that nobody could take when it was tried before.
    pub(super) fn again(ticket: TicketId, cause: Cause) -> Self {
        Self { reported: true, ..Self::new(ticket, cause) }
    }

    /// What gives it to somebody, following from the same.
    fn caused(&self, ctx: &RequestContext) -> RequestContext {
        match self.event {
            Some(_) => ctx.clone().caused(Cause { event: self.event, depth: self.depth }),
            None => ctx.clone(),
        }
    }
}

/// The jobs that give these tickets away.
pub fn jobs(wanted: &[Unassigned], now: Timestamp) -> impl Iterator<Item = NewJob> {
    wanted.chunks(AT_ONCE).map(move |some| job(some, now))
}

fn job(wanted: &[Unassigned], now: Timestamp) -> NewJob {
    // Each by itself: whether a ticket has somebody is asked when it is given away.
    let first = wanted.first();
    let lane = first.map(|first| format!("assign:{}", first.ticket)).unwrap_or_default();
    let cause = first.map(|first| Cause { event: first.event, depth: first.depth }).unwrap_or_default();
    NewJob { queue: QUEUE, lane, payload: json!(wanted), cause, run_at: now }
}

/// Handles the job.
pub async fn run(app: &App, job: &Job, wanted: Wanted) -> Result<(), Refusal> {
    let wanted = match wanted {
        Wanted::Many(wanted) => wanted,
        Wanted::One(one) => vec![one],
    };
    let choosers = app.plugins.with_ability(&mut app.db.read().await?, Ability::Assignment).await?;
    match (choosers.first(), wanted.as_slice()) {
        (Some(chooser), [one]) => run_one(app, job, chooser, *one).await,
        (Some(_), _) => one_by_one(app, job, wanted).await,
        (None, _) => {
            let given = app.finish(job, wanted, |tx, ctx, wanted| Box::pin(give_all(tx, ctx, wanted, None)));
            given.await.map(|_| ())
        }
    }
}

/// Gives each of the tickets a job of its own: a call of a plugin is about one.
async fn one_by_one(app: &App, job: &Job, wanted: Vec<Unassigned>) -> Result<(), Refusal> {
    let split = app.finish(job, wanted, |tx, _, wanted| {
        Box::pin(async move {
            for one in wanted.chunks(1) {
                queue::enqueue(tx, self::job(one, tx.now())).await?;
            }
            Ok(())
        })
    });
    split.await.map(|_| ())
}

async fn run_one(app: &App, job: &Job, chooser: &Arc<Installation>, one: Unassigned) -> Result<(), Refusal> {
    let calls = PluginCalls::of_job(app, job);
    let work = async || {
        let asked = ask_plugin(&calls, chooser, one.ticket).await?;
        let given = app.finish(job, (one, asked), |tx, ctx, (one, asked)| {
            Box::pin(async move {
                let chosen = asked.as_ref().and_then(|(choice, _)| choice.as_ref());
                give_all(tx, ctx, std::slice::from_ref(one), chosen).await?;
                match asked {
                    Some((_, staged)) => staged.apply(tx, ctx).await,
                    None => Ok(()),
                }
            })
        });
        given.await.map(|_| ())
    };
    calls.until_applied(work).await
}

/// What an assignment plugin says and wants done, if it answers.
async fn ask_plugin(
    calls: &PluginCalls<'_>,
    chooser: &Arc<Installation>,
    id: TicketId,
) -> Result<Option<(Option<Choice>, StagedEffects)>, Refusal> {
    let app = calls.app;
    let mut tx = app.db.read().await?;
    let Some(ticket) = store::get(&mut tx, id, Scope::All).await? else { return Ok(None) };
    let Some(team) = ticket.team_id else { return Ok(None) };
    let candidates = teams::candidates(&mut tx, team).await?;
    drop(tx);
    let room = candidates.iter().filter(|candidate| candidate.open_tickets < candidate.capacity);
    let guests: Vec<types::Candidate> = room.map(guest).collect();
    if guests.is_empty() {
        return Ok(None);
    }
    let entity = chooser.visible(&Entity::of(RecordKind::Ticket, &ticket));
    let choosing =
        calls.call(chooser, Ability::Assignment, |call| app.plugins.choose(chooser, call, entity, guests));
    match choosing.await {
        Ok((choice, staged)) => {
            let choice = choice.and_then(|choice| {
                let user =
                    choice.user.parse().ok().filter(|user| candidates.iter().any(|c| c.user == *user))?;
                let arguments = json!({"reason": choice.reason, "plugin": chooser.manifest.name});
                Some(Choice { user, reason: Reason::of(ReasonCode::AssignedByPlugin, &arguments) })
            });
            Ok(Some((choice, staged)))
        }
        Err(error) => {
            note_failure(app, chooser, "assignment", &error).await;
            Ok(None)
        }
    }
}

fn guest(candidate: &Candidate) -> types::Candidate {
    let list = |name: &str, items: &[String]| types::Attribute {
        name: name.to_owned(),
        value: types::Value::Json(json!(items).to_string()),
    };
    let whole = |number: i64| u32::try_from(number).unwrap_or(0);
    types::Candidate {
        user: candidate.user.to_string(),
        name: candidate.name.clone(),
        open_tickets: whole(candidate.open_tickets),
        capacity: whole(candidate.capacity),
        attributes: vec![list("skills", &candidate.skills), list("languages", &candidate.languages)],
    }
}

/// Gives tickets to the chosen one, or each to the least loaded of its team. Where nobody has room it stays with its team
/// and [waits](super::waiting).
async fn give_all(
    tx: &mut Tx,
    ctx: &RequestContext,
    wanted: &[Unassigned],
    chosen: Option<&Choice>,
) -> Result<(), Refusal> {
    let ids: Vec<TicketId> = wanted.iter().map(|one| one.ticket).collect();
    let mut found: HashMap<TicketId, Ticket> =
        store::unassigned(tx, &ids).await?.into_iter().map(|ticket| (ticket.id, ticket)).collect();
    let mut teams = Teams::hold(tx, found.values().filter_map(|ticket| ticket.team_id).collect()).await?;
    let mut choices = Vec::new();
    for one in wanted {
        // Once, however many events want somebody for it.
        let Some(ticket) = found.remove(&one.ticket) else { continue };
        let by = one.caused(ctx);
        let Some((team, candidates)) = teams.of(&ticket) else {
            wait(tx, &by, one, &ticket, &Reason::plain(ReasonCode::NoTeam)).await?;
            continue;
        };
        // Whom a plugin has chosen may have left since.
        let chosen = chosen.filter(|choice| candidates.iter().any(|one| one.user == choice.user));
        let choice = chosen.cloned().or_else(|| least_loaded(candidates, &ticket.language, &team.name));
        match choice {
            Some(choice) => {
                let taker = candidates.iter_mut().find(|candidate| candidate.user == choice.user);
                let name = taker.map(|taker| {
                    taker.open_tickets += 1;
                    taker.name.clone()
                });
                choices.push((ticket, by, name.unwrap_or_default(), choice));
            }
            None => {
                let reason = Reason::of(ReasonCode::NoAgent, &json!({"team": team.name}));
                wait(tx, &by, one, &ticket, &reason).await?;
            }
        }
    }
    let given = choices.iter().map(|(ticket, _, _, choice)| (ticket, choice));
    let given = store::give(tx, given.collect()).await?;
    for (before, by, name, _) in &choices {
        if let Some(ticket) = given.iter().find(|ticket| ticket.id == before.id) {
            tickets::assigned(tx, by, before.assignee_id, ticket, name).await?;
        }
    }
    Ok(())
}

/// Teams that are held, each with who could take its tickets.
struct Teams(HashMap<TeamId, (Team, Vec<Candidate>)>);

impl Teams {
    /// Holds these teams, so that of two who give tickets away at once the second sees what the first has given.
    async fn hold(tx: &mut Tx, mut ids: Vec<TeamId>) -> Result<Self, Refusal> {
        // In one order, so that no two wait for each other.
        ids.sort_unstable();
        ids.dedup();
        let mut held = HashMap::with_capacity(ids.len());
        for id in ids {
            let Some(team) = teams::hold(tx, id).await? else { continue };
            let candidates = teams::candidates(tx, id).await?;
            held.insert(id, (team, candidates));
        }
        Ok(Self(held))
    }

    fn of(&mut self, ticket: &Ticket) -> Option<(&Team, &mut Vec<Candidate>)> {
        let (team, candidates) = self.0.get_mut(&ticket.team_id?)?;
        Some((team, candidates))
    }
}

/// Says once that nobody can take a ticket.
async fn wait(
    tx: &mut Tx,
    ctx: &RequestContext,
    wanted: &Unassigned,
    ticket: &Ticket,
    reason: &Reason,
) -> Result<(), Refusal> {
    if wanted.reported {
        return Ok(());
    }
    let data = json!({"reason": reason, "team_id": ticket.team_id});
    ctx.record(tx, "ticket.unassigned", ticket, data).await.map(|_| ())
}
