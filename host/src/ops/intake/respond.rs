//! What follows from an inbound message: it answers a survey, belongs to a ticket, reopens one or opens one.

mod album;

use std::sync::Arc;

use serde_json::json;

use crate::domain::actor::{Permission, Scope};
use crate::domain::catalogue::Record as _;
use crate::domain::conversation::{Conversation, Interaction};
use crate::domain::customer::Customer;
use crate::domain::ids::InteractionId;
use crate::domain::reason::{Reason, ReasonCode};
use crate::domain::ticket::{NewTicket, REOPEN_WITHIN_MILLIS, Ticket, TicketStatus};
use crate::domain::triage::{self, Class, Context, Priority, Verdict};
use crate::domain::{text, wordless};
use crate::ops::app::App;
use crate::ops::calls::driver::PluginCalls;
use crate::ops::calls::effects::StagedEffects;
use crate::ops::customers::identify;
use crate::ops::events::notify::tell_teams;
use crate::ops::installations::note_failure;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::ops::tickets::sla;
use crate::ops::{surveys, tickets};
use crate::plugins::{Ability, Installation, types};
use crate::store::db::{DbError, Tx};
use crate::store::queue::Job;
use crate::store::{conversations, customers, tickets as store};

/// The queue of this step.
pub const QUEUE: &str = "respond";

/// The kinds of interactions that may want something; a visit or a page view is only noted.
const DEMANDS: [&str; 3] = ["message", "call", "choice"];

/// Handles the job for one inbound message.
pub async fn run(app: &App, job: &Job, message: InteractionId) -> Result<(), Refusal> {
    let mut tx = app.db.read().await?;
    let found = Inbound::read(&mut tx, message).await?;
    let Some(found) = found.filter(|found| DEMANDS.contains(&found.message.kind.as_str())) else {
        drop(tx);
        return app.done(job).await;
    };
    drop(tx);
    if surveys::answer_in_chat(app, job, &found.message).await? {
        return Ok(());
    }
    let calls = PluginCalls::of_job(app, job);
    let found = Arc::new(found);
    let work = async || {
        let (verdict, staged) = judge(&calls, &found).await?;
        let placed =
            app.finish(job, (found.clone(), verdict, staged), |tx, ctx, (found, verdict, staged)| {
                Box::pin(async move {
                    place(tx, ctx, found, verdict).await?;
                    match staged {
                        Some(staged) => staged.apply(tx, ctx).await,
                        None => Ok(()),
                    }
                })
            });
        placed.await.map(|_| ())
    };
    calls.until_applied(work).await
}

/// A message with what is around it.
struct Inbound {
    message: Interaction,
    conversation: Conversation,
    customer: Customer,
    open_tickets: i64,
}

impl Inbound {
    async fn read(tx: &mut Tx, id: InteractionId) -> Result<Option<Self>, Refusal> {
        let Some(message) = conversations::interaction(tx, id, Scope::All).await? else { return Ok(None) };
        let Some(thread) = message.conversation_id else { return Ok(None) };
        let Some(conversation) = conversations::get(tx, thread, Scope::All).await? else { return Ok(None) };
        let found = identify::read(tx, message.customer_id).await?;
        let open_tickets = store::count_open(tx, found.rows()).await?;
        Ok(Some(Self { message, conversation, customer: found.customer, open_tickets }))
    }

    /// Whether it has files and says nothing: whoever sends a voice message or a picture of the damage wants something.
    fn is_wordless(&self) -> bool {
        !self.message.attachments.is_empty()
            && !self.is_decoration()
            && self.attribute("subject").is_none_or(wordless::is_wordless)
            && wordless::is_wordless(&self.message.text)
    }

    /// Whether its file is a sticker, which says no more than the emoji that it stands for.
    fn is_decoration(&self) -> bool {
        self.message.attributes.get("sticker").is_some_and(|sticker| sticker == true)
    }

    fn language(&self) -> Option<&str> {
        self.attribute("language").or(self.customer.language.as_deref())
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.message.attributes.get(name)?.as_str().filter(|text| !text.is_empty())
    }
}

/// What is judged, with what is known around it.
struct Case<'a> {
    interaction: String,
    channel: &'a str,
    text: &'a str,
    subject: Option<&'a str>,
    language_hint: Option<&'a str>,
    customer: &'a Customer,
    open_tickets: i64,
}

async fn judge(
    calls: &PluginCalls<'_>,
    found: &Inbound,
) -> Result<(Verdict, Option<StagedEffects>), Refusal> {
    let case = Case {
        interaction: found.message.id.to_string(),
        channel: &found.conversation.channel,
        text: if found.is_decoration() { "" } else { &found.message.text },
        subject: found.attribute("subject"),
        language_hint: found.language(),
        customer: &found.customer,
        open_tickets: found.open_tickets,
    };
    let (mut verdict, staged) = judge_case(calls, &case).await?;
    if found.is_wordless() && verdict.class == Class::Chatter {
        verdict.class = Class::Inquiry;
        verdict.priority = verdict.priority.min(Priority::Normal);
    }
    Ok((verdict, staged))
}

/// What a triage plugin says of a ticket that somebody opens without saying its class, and what it wants done; none
/// where no plugin is asked.
pub async fn judge_new(
    calls: &PluginCalls<'_>,
    ctx: &RequestContext,
    new: &NewTicket,
) -> Result<Option<(Verdict, Option<StagedEffects>)>, Refusal> {
    ctx.require(Permission::TicketsWrite)?;
    if new.class.is_some() {
        return Ok(None);
    }
    let app = calls.app;
    let mut tx = app.db.read().await?;
    let Some(found) = customers::canonical(&mut tx, new.customer_id, ctx.scope()).await? else {
        return Ok(None);
    };
    let open_tickets = store::count_open(&mut tx, found.rows()).await?;
    let customer = found.customer;
    drop(tx);
    let case = Case {
        interaction: app.db.id().to_string(),
        channel: "",
        text: &new.text,
        subject: Some(&new.subject),
        language_hint: customer.language.as_deref(),
        customer: &customer,
        open_tickets,
    };
    judge_case(calls, &case).await.map(Some)
}

/// Opens a ticket that was judged, and does what the plugin that judged it wants done.
pub async fn open_judged(
    tx: &mut Tx,
    ctx: &RequestContext,
    new: &NewTicket,
    judged: Option<&(Verdict, Option<StagedEffects>)>,
) -> Result<Ticket, Refusal> {
    let verdict = judged.map(|(verdict, _)| verdict.clone());
    let ticket = tickets::create(tx, ctx, None, &NewTicket { verdict, ..new.clone() }).await?;
    if let Some((_, Some(staged))) = judged {
        staged.apply(tx, ctx).await?;
    }
    Ok(ticket)
}

/// The judgement of a triage plugin where one is enabled and answers, otherwise of the built-in rules.
async fn judge_case(
    calls: &PluginCalls<'_>,
    case: &Case<'_>,
) -> Result<(Verdict, Option<StagedEffects>), Refusal> {
    let app = calls.app;
    let context = Context {
        channel: case.channel,
        open_tickets: case.open_tickets,
        language_hint: case.language_hint,
        subject: case.subject,
    };
    let built_in = triage::classify(case.text, &context);
    let mut tx = app.db.read().await?;
    let judges = app.plugins.with_ability(&mut tx, Ability::Triage).await?;
    drop(tx);
    let Some(judge) = judges.first() else { return Ok((built_in, None)) };
    let attribute = |name: &str, value| types::Attribute { name: name.to_owned(), value };
    let mut attributes = vec![
        attribute("language", types::Value::Text(built_in.language.clone())),
        attribute("customer_stage", types::Value::Text(case.customer.stage.as_str().to_owned())),
        attribute("open_tickets", types::Value::Integer(case.open_tickets)),
    ];
    attributes
        .extend(case.subject.map(|subject| attribute("subject", types::Value::Text(subject.to_owned()))));
    let subject = types::TriageSubject {
        interaction: case.interaction.clone(),
        channel: case.channel.to_owned(),
        text: case.text.to_owned(),
        attributes,
    };
    let judging = calls.call(judge, Ability::Triage, |call| app.plugins.classify(judge, call, vec![subject]));
    let (verdicts, staged) = match judging.await {
        Ok(judged) => judged,
        Err(error) => {
            note_failure(app, judge, "triage", &error).await;
            return Ok((built_in, None));
        }
    };
    let verdict = verdicts.into_iter().next().and_then(|verdict| read(verdict, judge));
    Ok((verdict.unwrap_or(built_in), Some(staged)))
}

/// A plugin's verdict; none when its class isn't one, or when it is unsure and says none.
fn read(verdict: types::Verdict, judge: &Installation) -> Option<Verdict> {
    let class = verdict.class.parse::<Class>();
    if let Err(error) = &class
        && !verdict.class.is_empty()
    {
        tracing::warn!(installation = %judge.name, %error, "a triage plugin's class was not understood");
    }
    let priority = match verdict.priority {
        types::Priority::Urgent => Priority::Urgent,
        types::Priority::Normal => Priority::Normal,
        types::Priority::Low => Priority::Low,
    };
    let mut reasons: Vec<Reason> = verdict.reasons.into_iter().map(Reason::Text).collect();
    reasons.push(Reason::of(ReasonCode::ClassifiedByPlugin, &json!({"plugin": judge.manifest.name})));
    Some(Verdict {
        class: class.ok()?,
        priority,
        language: verdict.language,
        sentiment: if verdict.sentiment.is_finite() { verdict.sentiment.clamp(-1.0, 1.0) } else { 0.0 },
        tags: verdict.tags,
        reasons,
    })
}

/// Puts a judged message where it belongs.
async fn place(tx: &mut Tx, ctx: &RequestContext, found: &Inbound, verdict: &Verdict) -> Result<(), Refusal> {
    let message = &found.message;
    if message.ticket_id.is_some() {
        return album::completed(tx, ctx, found, verdict).await;
    }
    let idle = matches!(verdict.class, Class::Chatter | Class::Spam);
    // Somebody who made a message of what was none wants it to be seen to.
    let wanted = idle && message.attributes.get("accepted").is_some_and(|accepted| accepted == true);
    let insisted = wanted.then(|| Verdict { class: Class::Inquiry, ..verdict.clone() });
    let (verdict, idle) = (insisted.as_ref().unwrap_or(verdict), idle && !wanted);
    let ticket = match store::lock_open_of(tx, &found.conversation).await? {
        Some(ticket) => Some(follow_up(tx, ctx, ticket, verdict).await?),
        None if idle => None,
        None => Some(reopen_or_open(tx, ctx, found, verdict).await?),
    };
    if let Some(ticket) = &ticket {
        conversations::set_ticket(tx, message.id, ticket.id).await?;
    }
    let data = json!({
        "class": verdict.class, "priority": verdict.priority, "sentiment": verdict.sentiment,
        "ticket_id": ticket.as_ref().map(|ticket| ticket.id),
    });
    ctx.record(tx, "interaction.classified", message, data).await.map(|_| ())
}

/// The customer writes on while a ticket is open: an answer to a question takes the ticket up again, and a message
/// more urgent than the ticket raises it.
async fn follow_up(
    tx: &mut Tx,
    ctx: &RequestContext,
    mut ticket: Ticket,
    verdict: &Verdict,
) -> Result<Ticket, Refusal> {
    let before = (ticket.status, ticket.priority);
    if ticket.status == TicketStatus::Pending {
        ticket.status = TicketStatus::Open;
    }
    if verdict.priority == Priority::Urgent && ticket.priority != Priority::Urgent {
        ticket.priority = Priority::Urgent;
        ticket.reasons.extend(verdict.reasons.iter().cloned());
    }
    let mut promises = sla::turn(tx, ctx, before.0, &mut ticket).await?;
    if before.1 != ticket.priority {
        promises.extend(sla::recalculate::recalculate(tx, ctx, &mut ticket, "priority").await?);
    }
    let waited = ticket.waiting_since;
    promises.extend(sla::customer_wrote(tx, &mut ticket).await?);
    if waited != ticket.waiting_since || before != (ticket.status, ticket.priority) {
        store::update(tx, &ticket).await?;
        sla::watch(tx, ctx, ticket.id, &promises).await?;
    }
    if before != (ticket.status, ticket.priority) {
        let data = json!({
            "status": {"old": before.0, "new": ticket.status}, "priority": {"old": before.1, "new": ticket.priority},
            "reasons": verdict.reasons,
        });
        ctx.record(tx, "ticket.updated", &ticket, data).await?;
    }
    if before.1 != ticket.priority {
        let arguments = json!({"priority": ticket.priority, "subject": ticket.subject});
        tell_teams(tx, ctx, "ticket.updated", &ticket, &arguments).await?;
    }
    Ok(ticket)
}

async fn reopen_or_open(
    tx: &mut Tx,
    ctx: &RequestContext,
    found: &Inbound,
    verdict: &Verdict,
) -> Result<Ticket, Refusal> {
    let mut last = store::newest(tx, found.conversation.id).await?;
    if let (None, Some(answered)) = (&last, found.conversation.ticket_id) {
        last = store::get(tx, answered, Scope::All).await?;
    }
    let fresh = |ticket: &Ticket| {
        let resolved = ticket.resolved_at.unwrap_or(ticket.updated_at);
        found.message.created_at.millis_since(resolved) <= REOPEN_WITHIN_MILLIS
    };
    if let Some(last) = last.as_ref().filter(|ticket| fresh(ticket)) {
        let reason = Reason::plain(ReasonCode::CustomerWrote);
        return tickets::reopen(tx, ctx, last.id, &reason).await;
    }
    let message = &found.message;
    let ticket = Ticket {
        id: tx.id(),
        customer_id: found.customer.id,
        conversation_id: Some(found.conversation.id),
        subject: subject(found),
        class: verdict.class,
        priority: verdict.priority,
        language: verdict.language.clone(),
        sentiment: verdict.sentiment,
        tags: verdict.tags.clone(),
        reasons: verdict.reasons.clone(),
        previous_id: last.map(|ticket| ticket.id),
        source_id: message.installation_id,
        created_at: tx.now(),
        updated_at: tx.now(),
        version: 1,
        ..Ticket::blank()
    };
    let raced = || DbError::Collision("a ticket was being opened elsewhere".to_owned());
    tickets::open(tx, ctx, ticket, &found.customer).await?.ok_or_else(|| raced().into())
}

/// The channel's subject, or the first line of what the customer wrote, or what stands for their files.
fn subject(found: &Inbound) -> String {
    const LONGEST: usize = 80;
    let given = found.attribute("subject").filter(|subject| text::is_visible(subject));
    let given = given.or_else(|| found.message.text.lines().find(|line| text::is_visible(line)));
    match given.map(str::trim) {
        Some(given) if !found.is_wordless() => text::excerpt(given, LONGEST),
        _ => text::excerpt(
            &wordless::line(&found.message.attachments, found.language().unwrap_or("")),
            LONGEST,
        ),
    }
}
