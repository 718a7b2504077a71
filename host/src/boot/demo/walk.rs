//! The sample's conversations: customers write through the channels, the company answers and resolves, customers
//! answer the survey. Each step is made only when the last one's outcome is there, and made once however often the
//! demo is started.

use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::{Map, Value, json};
use tokio::time::{Instant, sleep};

use super::bot_api::BotApi;
use super::plugins::webhook_secret;
use crate::domain::actor::{Actor, Principal, Rights};
use crate::domain::event::Cause;
use crate::domain::ids::{ConversationId, UserId};
use crate::domain::ticket::{Ticket, TicketStatus};
use crate::domain::triage::Class;
use crate::ops::conversations::{self, NewMessage};
use crate::ops::host::sample::{Chat, Conversations, Form, SampleAnswer};
use crate::ops::{App, RequestContext, intake, tickets};
use crate::plugins::types::{Header, HttpRequest};
use crate::store::filter::ListQuery;
use crate::store::page::MAX_LIMIT;
use crate::store::tickets::TicketFilter;

/// How long one step may take; plugins are compiled meanwhile.
const PATIENCE: Duration = Duration::from_secs(60);
/// Telegram takes one message a second to a chat; a second one in that time would be tried again much later.
const TELEGRAMS_PACE: Duration = Duration::from_millis(1_100);
/// The customers' messages are numbered from 1, their last answer has this number.
const LAST_WORD: i64 = 900;

/// What a customer writes by mail.
const MAIL: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/sample/mail.eml"));

/// Lets all of it happen.
pub async fn walk(app: &App, bot_api: &BotApi, sample: &Conversations) -> anyhow::Result<()> {
    tracing::info!(forms = sample.forms.len(), chats = sample.chats.len(), "customers begin to write");
    for (index, form) in sample.forms.iter().enumerate() {
        submit(app, index, form).await?;
    }
    for chat in &sample.chats {
        for (number, text) in (1..).zip(&chat.messages) {
            write(app, chat, number, text).await?;
        }
    }
    let answered = reply(app, bot_api, sample).await?;
    sleep(TELEGRAMS_PACE).await;
    for (chat, ticket) in &answered {
        if chat.reply.as_ref().is_some_and(|turn| turn.resolves) && ticket.status != TicketStatus::Resolved {
            let ctx = in_the_name_of(ticket.assignee_id)?;
            app.commit(&ctx, ticket.id, |tx, ctx, id| Box::pin(tickets::resolve(tx, ctx, *id))).await?;
        }
    }
    for chat in &sample.chats {
        match &chat.answer {
            Some(SampleAnswer::Presses(rating)) => {
                let question = asked(bot_api, chat).await?;
                press(app, chat, &question, *rating).await?;
            }
            Some(SampleAnswer::Writes(text)) => {
                asked(bot_api, chat).await?;
                write(app, chat, LAST_WORD, text).await?;
            }
            None => {}
        }
    }
    Ok(())
}

/// Fills in the form on the company's site.
async fn submit(app: &App, index: usize, form: &Form) -> anyhow::Result<()> {
    let body = json!({
        "name": form.name, "email": form.email, "phone": form.phone, "message": form.message,
        "submission_id": format!("sample-{index}"),
    });
    post(app, "web-form", "", vec![json_type()], body.to_string()).await
}

fn json_type() -> Header {
    Header { name: "content-type".to_owned(), value: "application/json".to_owned() }
}

/// Writes to the bot.
async fn write(app: &App, chat: &Chat, number: i64, text: &str) -> anyhow::Result<()> {
    let message = json!({
        "message_id": number, "from": person(chat), "chat": place(chat), "date": seconds(app), "text": text,
    });
    update(app, json!({"update_id": chat.id * 1_000 + number, "message": message})).await
}

/// Presses a button under the survey's question.
async fn press(app: &App, chat: &Chat, question: &Value, rating: i64) -> anyhow::Result<()> {
    let ending = format!(":{rating}");
    let data = buttons(question).find(|data| data.ends_with(&ending)).map(str::to_owned);
    let data = data.with_context(|| format!("the survey's question has no answer {rating}: {question}"))?;
    let query = json!({
        "id": (chat.id * 7).to_string(), "from": person(chat), "message": question,
        "chat_instance": chat.id.to_string(), "data": data,
    });
    update(app, json!({"update_id": chat.id * 1_000 + LAST_WORD, "callback_query": query})).await
}

/// Writes a mail, as the company's mail server hands it in.
pub async fn mail(app: &App) -> anyhow::Result<()> {
    let headers = vec![
        Header { name: "x-ingress-secret".to_owned(), value: webhook_secret(app) },
        Header { name: "content-type".to_owned(), value: "message/rfc822".to_owned() },
    ];
    post(app, "e-mail", "", headers, MAIL.into()).await
}

async fn update(app: &App, update: Value) -> anyhow::Result<()> {
    let secret = Header { name: "x-telegram-bot-api-secret-token".to_owned(), value: webhook_secret(app) };
    post(app, "telegram", "update", vec![secret, json_type()], update.to_string()).await
}

/// What arrives at `/in/CHANNEL/PATH`.
async fn post(
    app: &App,
    channel: &str,
    path: &str,
    headers: Vec<Header>,
    body: String,
) -> anyhow::Result<()> {
    let request = HttpRequest {
        method: "POST".to_owned(),
        path: path.to_owned(),
        query: String::new(),
        headers,
        body: body.clone().into_bytes(),
    };
    let answer =
        intake::receive(app, channel, request).await.with_context(|| format!("{channel}: {body}"))?;
    if answer.status != 200 {
        bail!("{channel} answered {} to {body}: {}", answer.status, String::from_utf8_lossy(&answer.body));
    }
    Ok(())
}

/// Waits until each demand has its ticket in somebody's hands, then answers, and waits until the answers are there.
async fn reply<'c>(
    app: &App,
    bot_api: &BotApi,
    sample: &'c Conversations,
) -> anyhow::Result<Vec<(&'c Chat, Ticket)>> {
    let mut answered = Vec::new();
    for chat in sample.chats.iter().filter(|chat| chat.class != Class::Chatter) {
        let what = format!("a ticket for {} {}", chat.first_name, chat.last_name);
        let (conversation, ticket) = until(&what, async || assigned(app, chat).await).await?;
        let Some(turn) = &chat.reply else { continue };
        if ticket.first_response_at.is_none() {
            let (text, author) = (turn.text.clone(), ticket.assignee_id);
            let message = NewMessage {
                conversation,
                text,
                author,
                choices: Vec::new(),
                html: None,
                attributes: Map::new(),
                attachments: Vec::new(),
            };
            let ctx = in_the_name_of(author)?;
            app.commit(&ctx, message, |tx, ctx, message| Box::pin(conversations::reply(tx, ctx, message)))
                .await?;
            until("the reply", async || Ok(bot_api.received(chat.id).pop())).await?;
        }
        answered.push((chat, ticket));
    }
    Ok(answered)
}

/// The chat's conversation and its ticket, once somebody has it.
async fn assigned(app: &App, chat: &Chat) -> anyhow::Result<Option<(ConversationId, Ticket)>> {
    let mut tx = app.db.read().await?;
    let ctx = RequestContext::system(Cause::default());
    let all = ListQuery { limit: MAX_LIMIT, ..ListQuery::default() };
    let threads = conversations::list(&mut tx, &ctx, &all, None).await?.items;
    let Some(thread) = threads.into_iter().find(|thread| thread.external_id == chat.id.to_string()) else {
        return Ok(None);
    };
    let filter = TicketFilter { customer: Some(thread.customer_id.into()), ..TicketFilter::default() };
    let tickets = tickets::list(&mut tx, &ctx, &all, filter).await?.items;
    let mine = tickets.into_iter().find(|ticket| ticket.conversation_id == Some(thread.id));
    Ok(mine.filter(|ticket| ticket.assignee_id.is_some()).map(|ticket| (thread.id, ticket)))
}

/// The survey's question, once it has arrived.
async fn asked(bot_api: &BotApi, chat: &Chat) -> anyhow::Result<Value> {
    let what = format!("the survey for {} {}", chat.first_name, chat.last_name);
    let question = || bot_api.received(chat.id).into_iter().find(|message| buttons(message).next().is_some());
    until(&what, async || Ok(question())).await
}

/// What the buttons under a message send.
fn buttons(message: &Value) -> impl Iterator<Item = &str> {
    let rows = message["reply_markup"]["inline_keyboard"].as_array().into_iter().flatten();
    rows.flat_map(|row| row.as_array().into_iter().flatten())
        .filter_map(|button| button["callback_data"].as_str())
}

/// Looks until something is there.
pub async fn until<T>(what: &str, look: impl AsyncFn() -> anyhow::Result<Option<T>>) -> anyhow::Result<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        if Instant::now() > deadline {
            bail!("{what} wasn't there after {} s; the log tells what failed", PATIENCE.as_secs());
        }
        sleep(Duration::from_millis(50)).await;
    }
}

fn in_the_name_of(user: Option<UserId>) -> anyhow::Result<RequestContext> {
    let user = user.context("nobody has the ticket")?;
    Ok(RequestContext::by(Actor::of(Principal::User(user), Rights::all())))
}

fn person(chat: &Chat) -> Value {
    json!({
        "id": chat.id, "is_bot": false, "first_name": chat.first_name, "last_name": chat.last_name,
        "language_code": chat.language_code,
    })
}

fn place(chat: &Chat) -> Value {
    json!({"id": chat.id, "type": "private", "first_name": chat.first_name, "last_name": chat.last_name})
}

fn seconds(app: &App) -> i64 {
    app.db.now().as_micros() / 1_000_000
}
