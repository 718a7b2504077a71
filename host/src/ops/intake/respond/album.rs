//! An album whose words come after its first picture: the ticket that the picture opened gets them.

use serde_json::json;

use super::{Inbound, subject};
use crate::domain::team::Team;
use crate::domain::ticket::TicketStatus;
use crate::domain::triage::{Class, Verdict};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::ops::tickets::sla::recalculate::recalculate;
use crate::ops::tickets::sla::watch;
use crate::store::db::Tx;
use crate::store::{conversations, teams, tickets};

/// The message has grown since it was put on its ticket. A ticket that it opened, and that nobody has taken up yet, is
/// judged anew by all that the message says now; any other stays as it is.
pub(super) async fn completed(
    tx: &mut Tx,
    ctx: &RequestContext,
    found: &Inbound,
    verdict: &Verdict,
) -> Result<(), Refusal> {
    if found.is_wordless() {
        return Ok(());
    }
    let Some(mut ticket) = tickets::lock_open_of(tx, &found.conversation).await? else { return Ok(()) };
    let opened = Some(ticket.id) == found.message.ticket_id
        && conversations::first_of_ticket(tx, ticket.id).await? == Some(found.message.id);
    if !opened || ticket.status != TicketStatus::New {
        return Ok(());
    }
    let before = json!({"subject": ticket.subject, "class": ticket.class, "priority": ticket.priority, "team_id": ticket.team_id});
    ticket.subject = subject(found);
    if !matches!(verdict.class, Class::Chatter | Class::Spam) {
        ticket.class = verdict.class;
    }
    if ticket.assignee_id.is_none() {
        ticket.team_id = Team::taking(&teams::list(tx).await?, ticket.class).map(|team| team.id);
    }
    ticket.priority = verdict.priority.min(ticket.priority);
    ticket.language.clone_from(&verdict.language);
    ticket.sentiment = verdict.sentiment;
    ticket.tags.clone_from(&verdict.tags);
    ticket.reasons.clone_from(&verdict.reasons);
    tickets::rename(tx, ticket.id, &ticket.subject).await?;
    let promises = recalculate(tx, ctx, &mut ticket, "class").await?;
    tickets::update(tx, &ticket).await?;
    watch(tx, ctx, ticket.id, &promises).await?;
    let data = json!({
        "subject": {"old": before["subject"], "new": ticket.subject},
        "class": {"old": before["class"], "new": ticket.class},
        "priority": {"old": before["priority"], "new": ticket.priority},
        "team_id": {"old": before["team_id"], "new": ticket.team_id},
        "reasons": ticket.reasons,
    });
    ctx.record(tx, "ticket.updated", &ticket, data).await.map(|_| ())
}
