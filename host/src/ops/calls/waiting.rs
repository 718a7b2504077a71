//! Tickets that nobody could take. They wait without a job: whatever may give somebody room for them wakes the first of
//! their team, the urgent before the others. What happens without an event is found by looking now and then.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::assignment::{self, Unassigned};
use crate::domain::actor::Scope;
use crate::domain::clock::Timestamp;
use crate::domain::event::Cause;
use crate::domain::ids::{TeamId, TicketId, UserId};
use crate::domain::team::Team;
use crate::ops::app::App;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::events::{self, Event};
use crate::store::queue::{self, Job, NewJob};
use crate::store::{teams, tickets};

/// The queue of this step.
pub const QUEUE: &str = "waiting";

/// So many tickets of a team are woken at once. Each that finds somebody leaves less room, so more would mostly be tried
/// for nothing.
const AT_ONCE: i64 = 32;
/// What of a person decides how much they take.
const OF_A_PERSON: [&str; 3] = ["present", "active", "capacity"];

/// What may have room now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Room {
    /// The teams of who had this ticket.
    Ticket(TicketId),
    /// The teams of this person.
    User(UserId),
    /// This team.
    Team(TeamId),
}

/// What may have room after an event.
pub fn freed_by(event: &Event) -> Option<Room> {
    let subject: Uuid = event.subject_id;
    let data = || events::data(event);
    let concerns = |names: &[&str]| {
        let data = data();
        names.iter().any(|name| data.get(*name).is_some())
    };
    match event.kind.as_str() {
        "ticket.resolved" => Some(Room::Ticket(subject.into())),
        "ticket.assigned" | "ticket.updated" | "ticket.hand-off-accepted" => had(&data()).map(Room::User),
        "user.created" => Some(Room::User(subject.into())),
        "user.updated" if concerns(&OF_A_PERSON) => Some(Room::User(subject.into())),
        "team.created" | "team.joined" => Some(Room::Team(subject.into())),
        "team.updated" if concerns(&["classes"]) => Some(Room::Team(subject.into())),
        _ => None,
    }
}

/// Who had a ticket that is somebody else's or nobody's now.
fn had(data: &Value) -> Option<UserId> {
    data["assignee_id"]["old"].as_str()?.parse().ok()
}

/// The job that wakes tickets for who may have room.
pub fn wake(room: Room, cause: Cause, now: Timestamp) -> NewJob {
    let (Room::Ticket(TicketId(id)) | Room::User(UserId(id)) | Room::Team(TeamId(id))) = room;
    NewJob { queue: QUEUE, lane: format!("waiting:{id}"), payload: json!(room), cause, run_at: now }
}

/// Handles the job.
pub async fn run(app: &App, job: &Job, room: Room) -> Result<(), Refusal> {
    let woken = app.finish(job, room, |tx, ctx, room| {
        Box::pin(async move {
            for team in teams_of(tx, *room).await? {
                wake_of(tx, ctx, team).await?;
            }
            Ok(())
        })
    });
    woken.await.map(|_| ())
}

/// Wakes tickets of every team that has room: for what happened without an event.
pub async fn look(app: &App) -> Result<(), Refusal> {
    let ctx = RequestContext::system(Cause::default());
    for team in teams::list(&mut app.db.read().await?).await? {
        app.commit(&ctx, team.id, |tx, ctx, team| Box::pin(wake_of(tx, ctx, *team))).await?;
    }
    Ok(())
}

async fn teams_of(tx: &mut Tx, room: Room) -> Result<Vec<TeamId>, Refusal> {
    let user = match room {
        Room::Team(id) => return Ok(vec![id]),
        Room::User(id) => Some(id),
        Room::Ticket(id) => tickets::get(tx, id, Scope::All).await?.and_then(|ticket| ticket.assignee_id),
    };
    match user {
        Some(user) => Ok(teams::of(tx, user).await?),
        None => Ok(Vec::new()),
    }
}

/// Wakes as many tickets of a team as there is room for.
async fn wake_of(tx: &mut Tx, ctx: &RequestContext, team: TeamId) -> Result<(), Refusal> {
    let Some(team) = teams::get(tx, team).await? else { return Ok(()) };
    adopt(tx, ctx, &team).await?;
    let candidates = teams::candidates(tx, team.id).await?;
    let room: i64 = candidates.iter().map(|one| (one.capacity - one.open_tickets).max(0)).sum();
    if room == 0 {
        return Ok(());
    }
    let woken = tickets::waiting(tx, team.id, room.min(AT_ONCE)).await?;
    let wanted: Vec<Unassigned> = woken.into_iter().map(|id| Unassigned::again(id, ctx.cause)).collect();
    for job in assignment::jobs(&wanted, tx.now()) {
        queue::enqueue(tx, job).await?;
    }
    Ok(())
}

/// Gives a team the tickets of its classes that came when no team took them.
async fn adopt(tx: &mut Tx, ctx: &RequestContext, team: &Team) -> Result<(), Refusal> {
    for class in &team.classes {
        for id in tickets::without_team(tx, *class, AT_ONCE).await? {
            let Some(mut ticket) = tickets::lock(tx, id, Scope::All).await? else { continue };
            ticket.team_id = Some(team.id);
            tickets::update(tx, &ticket).await?;
            let data = json!({"team_id": {"old": Value::Null, "new": team.id}});
            ctx.record(tx, "ticket.updated", &ticket, data).await?;
        }
    }
    Ok(())
}
