//! Who takes a ticket: a plugin's choice, or the least loaded of the right team.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::driver::PluginCalls;
use super::effects::StagedEffects;
use crate::domain::actor::Scope;
use crate::domain::clock::Timestamp;
use crate::domain::entity::{Entity, RecordKind};
use crate::domain::event::Cause;
use crate::domain::ids::TicketId;
use crate::domain::reason::{Reason, ReasonCode};
use crate::domain::team::{Candidate, Choice, least_loaded};
use crate::domain::ticket::{Ticket, TicketStatus};
use crate::ops::app::App;
use crate::ops::installations::note_failure;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::ops::tickets::{self, Assignment};
use crate::plugins::{Ability, types};
use crate::store::db::Tx;
use crate::store::queue::{Job, NewJob};
use crate::store::{teams, tickets as store};

/// The queue of this step.
pub const QUEUE: &str = "assign";

/// A ticket that waits for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unassigned {
    ticket: TicketId,
    /// Whether it was reported already that nobody can take it.
    #[serde(default, alias = "said")]
    reported: bool,
}

/// The job that tries a ticket again that nobody could take.
pub(super) fn again(ticket: TicketId, cause: Cause, now: Timestamp) -> NewJob {
    let payload = json!(Unassigned { ticket, reported: true });
    NewJob { queue: QUEUE, lane: format!("ticket:{ticket}"), payload, cause, run_at: now }
}

/// Handles the job for one unassigned ticket.
pub async fn run(app: &App, job: &Job, waiting: Unassigned) -> Result<(), Refusal> {
    let calls = PluginCalls::of_job(app, job);
    let work = async || {
        let asked = ask_plugin(&calls, waiting.ticket).await?;
        let assigned = app.finish(job, (waiting, asked), |tx, ctx, (waiting, asked)| {
            Box::pin(async move {
                let chosen = asked.as_ref().and_then(|(choice, _)| choice.as_ref());
                assign(tx, ctx, *waiting, chosen).await?;
                match asked {
                    Some((_, staged)) => staged.apply(tx, ctx).await,
                    None => Ok(()),
                }
            })
        });
        assigned.await.map(|_| ())
    };
    calls.until_applied(work).await
}

/// What an assignment plugin says and wants done, where one is enabled and answers.
async fn ask_plugin(
    calls: &PluginCalls<'_>,
    id: TicketId,
) -> Result<Option<(Option<Choice>, StagedEffects)>, Refusal> {
    let app = calls.app;
    let mut tx = app.db.read().await?;
    let choosers = app.plugins.with_ability(&mut tx, Ability::Assignment).await?;
    let Some(chooser) = choosers.first() else { return Ok(None) };
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

/// Gives a ticket to the chosen one, or to the least loaded. When nobody has room it stays with its team and
/// [waits](super::waiting).
async fn assign(
    tx: &mut Tx,
    ctx: &RequestContext,
    waiting: Unassigned,
    chosen: Option<&Choice>,
) -> Result<(), Refusal> {
    let Some(ticket) = store::get(tx, waiting.ticket, Scope::All).await? else { return Ok(()) };
    if ticket.assignee_id.is_some() || ticket.status == TicketStatus::Resolved {
        return Ok(());
    }
    let team = match ticket.team_id {
        Some(id) => teams::hold(tx, id).await?,
        None => None,
    };
    let Some(team) = team else {
        return wait(tx, ctx, waiting, &ticket, &Reason::plain(ReasonCode::NoTeam)).await;
    };
    let choice = match chosen {
        Some(choice) => Some(choice.clone()),
        None => least_loaded(&teams::candidates(tx, team.id).await?, &ticket.language, &team.name),
    };
    let Some(choice) = choice else {
        let reason = Reason::of(ReasonCode::NoAgent, &json!({"team": team.name}));
        return wait(tx, ctx, waiting, &ticket, &reason).await;
    };
    let assignment = Assignment { user: choice.user, reason: Some(choice.reason) };
    tickets::assign(tx, ctx, &(ticket.id, assignment)).await.map(|_| ())
}

/// Says once that nobody can take a ticket.
async fn wait(
    tx: &mut Tx,
    ctx: &RequestContext,
    waiting: Unassigned,
    ticket: &Ticket,
    reason: &Reason,
) -> Result<(), Refusal> {
    if waiting.reported {
        return Ok(());
    }
    let data = json!({"reason": reason, "team_id": ticket.team_id});
    ctx.record(tx, "ticket.unassigned", ticket, data).await.map(|_| ())
}
