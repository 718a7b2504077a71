//! Satisfaction surveys: asked when a ticket is resolved, answered by a click, on a page or in the chat.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use sha2::{Digest, Sha256};

use super::app::App;
use super::calls::driver::PluginCalls;
use super::calls::effects::StagedEffects;
use super::conversations::{self, Choice, NewMessage};
use super::events::notify::{To, tell, tell_teams};
use super::installations::{note_failure, unavailable};
use super::refusal::Refusal;
use super::request_context::RequestContext;
use crate::domain::actor::{Actor, Permission, Principal, Rights, Scope};
use crate::domain::clock::Timestamp;
use crate::domain::conversation::Interaction;
use crate::domain::entity::{Entity, RecordKind};
use crate::domain::ids::{InstallationId, SurveyId, TicketId};
use crate::domain::survey::{AnswerOption, CHAT_ANSWER_WITHIN_MILLIS, Questionnaire, Survey};
use crate::domain::ticket::{Ticket, TicketStatus};
use crate::plugins::{Ability, Installation, types};
use crate::store::db::Tx;
use crate::store::page::{MAX_LIMIT, Page, PageRequest};
use crate::store::queue::{self, Job, NewJob};
use crate::store::surveys::SurveyFilter;
use crate::store::{conversations as conversations_store, events, surveys, tickets};

/// The queue of the step that composes a survey when a ticket was resolved.
pub const COMPOSE: &str = "survey";
/// The queue of the step that asks it, after the plugin's delay.
pub const ASK: &str = "ask";

/// A survey that waits to be asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Composed {
    ticket: TicketId,
    installation: InstallationId,
    questionnaire: Questionnaire,
}

/// Handles the job for one resolved ticket: lets the survey plugins say what to ask.
pub async fn compose(app: &App, job: &Job, id: TicketId) -> Result<(), Refusal> {
    let mut tx = app.db.read().await?;
    let ticket = tickets::get(&mut tx, id, Scope::All).await?;
    let surveyors = app.plugins.with_ability(&mut tx, Ability::Survey).await?;
    drop(tx);
    let calls = PluginCalls::of_job(app, job);
    let work = async || {
        let (mut composed, mut staged) = (Vec::new(), Vec::new());
        for surveyor in &surveyors {
            // A ticket is asked about once, by the first plugin that has a question.
            let Some(ticket) =
                ticket.as_ref().filter(|t| t.status == TicketStatus::Resolved && composed.is_empty())
            else {
                break;
            };
            let entity = surveyor.visible(&Entity::of(RecordKind::Ticket, ticket));
            let composing =
                calls.call(surveyor, Ability::Survey, |call| app.plugins.compose(surveyor, call, entity));
            match composing.await {
                Ok((found, effects)) => {
                    let delay = found.as_ref().map_or(0, |questionnaire| questionnaire.delay_ms);
                    let installation = surveyor.id;
                    let one = found.map(questionnaire);
                    let one = one.map(|q| Composed { ticket: id, installation, questionnaire: q });
                    composed.extend(one.map(|one| (one, i64::from(delay))));
                    staged.push(effects);
                }
                Err(error) => note_failure(app, surveyor, "survey", &error).await,
            }
        }
        let queued = app.finish(job, (composed, staged), |tx, ctx, (composed, staged)| {
            Box::pin(enqueue(tx, ctx, composed, staged))
        });
        queued.await.map(|_| ())
    };
    calls.until_applied(work).await
}

/// Has composed surveys asked after their delays, and does what the plugins want done.
async fn enqueue(
    tx: &mut Tx,
    ctx: &RequestContext,
    composed: &[(Composed, i64)],
    staged: &[StagedEffects],
) -> Result<(), Refusal> {
    for (one, delay) in composed {
        let job = NewJob {
            queue: ASK,
            lane: format!("ask:{}", one.ticket),
            payload: json!(one),
            cause: ctx.cause,
            run_at: tx.now().plus_millis(*delay),
        };
        queue::enqueue(tx, job).await?;
    }
    for staged in staged {
        staged.apply(tx, ctx).await?;
    }
    Ok(())
}

fn questionnaire(composed: types::Questionnaire) -> Questionnaire {
    let option =
        |option: types::OptionLabel| AnswerOption { rating: i64::from(option.rating), label: option.label };
    Questionnaire {
        kind: composed.kind,
        language: composed.language,
        question: composed.question,
        options: composed.options.into_iter().map(option).collect(),
        comment_question: composed.comment_question,
    }
}

/// Handles the job that asks: sends the question through the channel of the demand.
pub async fn ask(app: &App, job: &Job, composed: Composed) -> Result<(), Refusal> {
    let mut secret = [0; 16];
    #[expect(clippy::disallowed_methods, reason = "nobody may guess a link, in tests either")]
    rand::rng().fill_bytes(&mut secret);
    let token = URL_SAFE_NO_PAD.encode(secret);
    let link = format!("{}/s/{token}", app.public_url);
    app.finish(job, (composed, token, link), |tx, ctx, (composed, token, link)| {
        Box::pin(send(tx, ctx, composed, token, link))
    })
    .await
    .map(|_| ())
}

async fn send(
    tx: &mut Tx,
    ctx: &RequestContext,
    composed: &Composed,
    token: &str,
    link: &str,
) -> Result<(), Refusal> {
    let Some(ticket) = tickets::lock(tx, composed.ticket, Scope::All).await? else { return Ok(()) };
    let Some(resolved_at) = ticket.resolved_at else {
        // Reopened in the meantime: it is asked about when it is resolved again.
        return Ok(());
    };
    if surveys::asked_since(tx, ticket.id, resolved_at).await? {
        return Ok(());
    }
    // Where another channel carried the answers, it carries the question, too.
    let begun = conversations_store::begun_for(tx, ticket.id, Scope::All).await?;
    let conversation = begun.first().map(|begun| begun.id).or(ticket.conversation_id);
    let Some(conversation) = conversation else { return Ok(()) };
    if conversations_store::forbids_automatic_answers(tx, conversation).await? {
        return Ok(());
    }
    let survey = Survey {
        id: tx.id(),
        ticket_id: ticket.id,
        customer_id: ticket.customer_id,
        conversation_id: Some(conversation),
        installation_id: composed.installation,
        questionnaire: composed.questionnaire.clone(),
        rating: None,
        normalized: None,
        comment: None,
        tags: Vec::new(),
        sent_at: tx.now(),
        answered_at: None,
        version: 1,
    };
    surveys::insert(tx, &survey, &token_digest(token)).await?;
    let choice = |option: &AnswerOption| Choice {
        label: option.label.clone(),
        value: format!("s:{token}:{}", option.rating),
        url: format!("{link}?r={}", option.rating),
    };
    let message = NewMessage {
        conversation,
        text: survey.questionnaire.question.clone(),
        author: None,
        choices: survey.questionnaire.options.iter().map(choice).collect(),
        html: None,
        attributes: Map::from_iter([("language".to_owned(), json!(survey.questionnaire.language))]),
        attachments: Vec::new(),
    };
    let data = json!({"ticket_id": ticket.id, "kind": survey.questionnaire.kind, "question": survey.questionnaire.question});
    ctx.record(tx, "survey.sent", &survey, data).await?;
    conversations::queue(tx, ctx, None, &message).await.map(|_| ())
}

/// The digest under which a link's secret is kept.
pub fn token_digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// What a customer gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// The option that was clicked.
    pub rating: Option<i64>,
    /// Free text.
    pub text: String,
}

/// Takes a chat message as a survey's answer, if it is one; then the job is finished.
pub(super) async fn answer_in_chat(app: &App, job: &Job, message: &Interaction) -> Result<bool, Refusal> {
    let mut tx = app.db.read().await?;
    let (survey, given) = match message.kind.as_str() {
        "choice" => match clicked(&message.text) {
            Some((token, rating)) => {
                let survey = surveys::by_token(&mut tx, &token_digest(token)).await?;
                // A button counts only where it was shown.
                let survey = survey.filter(|survey| survey.conversation_id == message.conversation_id);
                (survey, Given { rating: Some(rating), text: String::new() })
            }
            None => (None, Given::default()),
        },
        _ => match message.conversation_id {
            Some(conversation) => {
                let since = message.created_at.plus_millis(-CHAT_ANSWER_WITHIN_MILLIS);
                let survey = surveys::waiting(&mut tx, conversation, since).await?;
                (survey, Given { rating: None, text: message.text.clone() })
            }
            None => (None, Given::default()),
        },
    };
    let Some(survey) = survey else { return Ok(false) };
    let installation = app.plugins.installation(&mut tx, &survey.installation_id.to_string()).await?;
    drop(tx);
    let Some(installation) = installation else { return Ok(false) };
    let calls = PluginCalls::of_job(app, job);
    let work = async || {
        let (reading, staged) = match read(&calls, &installation, &survey, &given).await {
            Ok(read) => read,
            // A click waits for its plugin; a text is rather taken for a demand than left lying.
            Err(error) if given.rating.is_some() => return Err(error),
            Err(_) => return Ok(false),
        };
        if reading.rating.is_none() {
            return Ok(false);
        }
        let recorded = app.finish(job, (survey.id, reading, staged), |tx, ctx, (id, reading, staged)| {
            Box::pin(async move {
                record(tx, ctx, *id, reading).await?;
                staged.apply(tx, ctx).await
            })
        });
        recorded.await.map(|_| true)
    };
    calls.until_applied(work).await
}

/// The link's secret and the rating in a button's value.
fn clicked(value: &str) -> Option<(&str, i64)> {
    let (token, rating) = value.strip_prefix("s:")?.rsplit_once(':')?;
    Some((token, rating.parse().ok()?))
}

/// Lets the plugin say what an answer means, and what it wants done.
async fn read(
    calls: &PluginCalls<'_>,
    installation: &Arc<Installation>,
    survey: &Survey,
    given: &Given,
) -> Result<(types::Reading, StagedEffects), Refusal> {
    let answer = types::Answer {
        kind: survey.questionnaire.kind.clone(),
        language: survey.questionnaire.language.clone(),
        rating: given.rating.and_then(|rating| i32::try_from(rating).ok()),
        text: given.text.clone(),
        attributes: Vec::new(),
    };
    let app = calls.app;
    let reading =
        calls.call(installation, Ability::Survey, |call| app.plugins.read(installation, call, answer));
    match reading.await {
        Ok(read) => Ok(read),
        Err(error) => {
            note_failure(app, installation, "survey", &error).await;
            Err(unavailable(&error))
        }
    }
}

/// What an answer means by itself, so that a customer who was asked is heard although the plugin that asked has been
/// removed: its place between the least and the greatest that could be chosen.
fn as_pressed(survey: &Survey, given: &Given) -> types::Reading {
    let ratings = || survey.questionnaire.options.iter().map(|option| option.rating);
    let (least, greatest) = (ratings().min().unwrap_or(0), ratings().max().unwrap_or(0));
    let place = |rating: i64| (rating - least) as f64 / (greatest - least) as f64;
    types::Reading {
        rating: given.rating.and_then(|rating| i32::try_from(rating).ok()),
        normalized: given.rating.map(place),
        comment: given.text.clone(),
        tags: Vec::new(),
    }
}

/// An answer from the survey's page.
pub async fn answer(app: &App, survey: &Survey, given: &Given) -> Result<Survey, Refusal> {
    let ctx = RequestContext::by(Actor::of(Principal::Respondent(survey.id), Rights::NONE));
    answer_as(app, &ctx, survey, given).await
}

/// An answer that somebody enters for the customer who gave it.
pub async fn enter(app: &App, ctx: &RequestContext, id: SurveyId, given: &Given) -> Result<Survey, Refusal> {
    ctx.require(Permission::SurveysWrite)?;
    if given.text.chars().count() > 5_000 {
        return Err(Refusal::invalid("/comment", "a comment has at most 5000 characters"));
    }
    let survey = surveys::get(&mut app.db.read().await?, id, ctx.scope()).await?;
    let survey = survey.ok_or_else(|| Refusal::not_found("survey", id))?;
    answer_as(app, ctx, &survey, given).await
}

async fn answer_as(
    app: &App,
    ctx: &RequestContext,
    survey: &Survey,
    given: &Given,
) -> Result<Survey, Refusal> {
    if let Some(rating) = given.rating
        && !survey.questionnaire.options.iter().any(|option| option.rating == rating)
    {
        return Err(Refusal::invalid("/rating", "this is none of the answers on the page"));
    }
    let mut tx = app.db.read().await?;
    let installation = app.plugins.installation(&mut tx, &survey.installation_id.to_string()).await?;
    drop(tx);
    let calls = PluginCalls::of_request(app);
    let work = async || {
        let (reading, staged) = match &installation {
            Some(installation) => {
                let (reading, staged) = read(&calls, installation, survey, given).await?;
                (reading, Some(staged))
            }
            None => (as_pressed(survey, given), None),
        };
        if reading.rating.is_none() {
            return Err(Refusal::invalid("/rating", "choose one of the answers"));
        }
        let recorded = app.commit(ctx, (survey.id, reading, staged), |tx, ctx, (id, reading, staged)| {
            Box::pin(async move {
                let survey = record(tx, ctx, *id, reading).await?;
                if let Some(staged) = staged {
                    staged.apply(tx, ctx).await?;
                }
                Ok(survey)
            })
        });
        recorded.await
    };
    calls.until_applied(work).await
}

/// Stores an answer and tells everybody who took part. A later answer takes the place of the one before.
async fn record(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: SurveyId,
    reading: &types::Reading,
) -> Result<Survey, Refusal> {
    let mut survey = surveys::lock(tx, id).await?.ok_or_else(|| Refusal::not_found("survey", id))?;
    let before = survey.clone();
    survey.rating = reading.rating.map(i64::from);
    survey.normalized =
        reading.normalized.filter(|value| value.is_finite()).map(|value| value.clamp(0.0, 1.0));
    survey.comment = Some(reading.comment.clone()).filter(|comment| !comment.is_empty());
    survey.tags.clone_from(&reading.tags);
    if before.answered_at.is_some() && survey == before {
        // The button was pressed twice: nobody is told the same again.
        return Ok(survey);
    }
    survey.answered_at = Some(tx.now());
    surveys::update(tx, &survey).await?;
    let data = json!({
        "ticket_id": survey.ticket_id, "kind": survey.questionnaire.kind,
        "rating": {"old": before.rating, "new": survey.rating}, "normalized": survey.normalized, "comment": survey.comment,
    });
    ctx.record(tx, "survey.answered", &survey, data).await?;
    if let Some(ticket) = tickets::get(tx, survey.ticket_id, Scope::All).await? {
        tell_all(tx, ctx, &survey, &ticket).await?;
    }
    Ok(survey)
}

async fn tell_all(
    tx: &mut Tx,
    ctx: &RequestContext,
    survey: &Survey,
    ticket: &Ticket,
) -> Result<(), Refusal> {
    let label = survey.questionnaire.options.iter().find(|option| Some(option.rating) == survey.rating);
    let label =
        label.map_or_else(|| survey.rating.unwrap_or_default().to_string(), |option| option.label.clone());
    let arguments = json!({
        "survey": survey.questionnaire.kind.to_uppercase(), "label": label, "rating": survey.rating,
        "comment": survey.comment, "subject": ticket.subject,
    });
    tell_teams(tx, ctx, "survey.answered", ticket, &arguments).await?;
    match ticket.assignee_id {
        Some(assignee) => tell(tx, ctx, To::User(assignee), "survey.answered", ticket, &arguments).await,
        None => Ok(()),
    }
}

/// The survey of a link; whoever has the link may see it.
pub async fn by_token(tx: &mut Tx, token: &str) -> Result<Survey, Refusal> {
    let found = surveys::by_token(tx, &token_digest(token)).await?;
    found.ok_or_else(|| Refusal::not_found("survey", token))
}

/// One survey.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, id: SurveyId) -> Result<Survey, Refusal> {
    ctx.require(Permission::SurveysRead)?;
    surveys::get(tx, id, ctx.scope()).await?.ok_or_else(|| Refusal::not_found("survey", id))
}

/// Surveys, newest first.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    page: PageRequest,
    filter: SurveyFilter,
) -> Result<Page<Survey>, Refusal> {
    ctx.require(Permission::SurveysRead)?;
    Ok(surveys::list(tx, page, filter, ctx.scope()).await?)
}

/// An answer as the log has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// When it came.
    pub at: Timestamp,
    /// Who gave or entered it, as `kind:id`.
    pub actor: String,
    /// The answer on the scale.
    pub rating: Option<i64>,
    /// The answer from 0 to 1.
    pub normalized: Option<f64>,
    /// What the customer wrote besides.
    pub comment: Option<String>,
}

/// The answers to a survey, oldest first.
pub async fn answers(tx: &mut Tx, ctx: &RequestContext, id: SurveyId) -> Result<Vec<Answered>, Refusal> {
    get(tx, ctx, id).await?;
    let log = events::of_subject(tx, "survey", id.0, MAX_LIMIT).await?;
    let answered = |event: &events::Event| {
        let data = events::data(event);
        Answered {
            at: event.at,
            actor: match event.actor_id {
                Some(id) => format!("{}:{id}", event.actor_kind),
                None => event.actor_kind.clone(),
            },
            rating: data["rating"]["new"].as_i64(),
            normalized: data["normalized"].as_f64(),
            comment: data["comment"].as_str().map(str::to_owned),
        }
    };
    Ok(log.iter().filter(|event| event.kind == "survey.answered").map(answered).collect())
}

#[cfg(test)]
mod tests {
    use super::clicked;

    #[test]
    fn a_buttons_value_is_read_and_rubbish_is_not() {
        assert_eq!(clicked("s:abc_-123:5"), Some(("abc_-123", 5)));
        assert_eq!(clicked("s:abc:five"), None);
        assert_eq!(clicked("menu:5"), None);
    }
}
