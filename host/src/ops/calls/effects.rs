//! What a plugin's call staged, applied like any other caller's request: under its grants, by the same rules, with the
//! same events, in the transaction that consumes what it was called for.

use std::sync::Arc;

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::domain::actor::Scope;
use crate::domain::custom_field::COLUMN;
use crate::domain::customer::{CustomerChange, NewCustomer};
use crate::domain::deal::{DealChange, NewDeal};
use crate::domain::entity::RecordKind;
use crate::domain::ids::{CommentId, CustomerId, InteractionId};
use crate::domain::order::{NewOrder, OrderChange};
use crate::domain::task::{NewTask, TaskChange};
use crate::domain::ticket::{NewTicket, TicketChange};
use crate::domain::value::Attribute;
use crate::domain::words::UnknownWord;
use crate::ops::conversations::attachments::NewFile;
use crate::ops::conversations::{attachments, comments, mails};
use crate::ops::partners::shares;
use crate::ops::records::declared_records;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::ops::sales::{deals, orders};
use crate::ops::{conversations, customers, tasks, tickets};
use crate::plugins::engine::limits::Limits;
use crate::plugins::{self, Effects, Installation, KvChange, Seen, Write};
use crate::store::db::Tx;
use crate::store::kv::{Applied, Expected};
use crate::store::{entities, kv, notes, plugin_logs};

/// What a call staged, and whose call it was.
#[derive(Debug)]
pub struct StagedEffects {
    by: Arc<Installation>,
    effects: Effects,
    carries: Option<InteractionId>,
}

impl StagedEffects {
    /// What a call by this installation staged.
    pub fn new(by: &Arc<Installation>, effects: Effects) -> Self {
        Self { by: by.clone(), effects, carries: None }
    }

    /// Nothing at all.
    pub(in crate::ops) fn nothing(by: &Arc<Installation>) -> Self {
        Self::new(by, Effects::none())
    }

    /// The same, of a call that was made to send this message: the mail that it staged carries it.
    #[must_use]
    pub fn carrying(self, message: InteractionId) -> Self {
        Self { carries: Some(message), ..self }
    }

    /// Whether it has mail to be sent.
    pub fn has_mail(&self) -> bool {
        !self.effects.mails.is_empty()
    }

    /// The file that the call wrote for a message of its result.
    pub(in crate::ops) fn file(&self, reference: &str) -> Option<&plugins::File> {
        let id: Uuid = reference.parse().ok()?;
        self.loose_files().find(|file| file.id == id)
    }

    /// The files that the call wrote for messages of its result.
    pub(in crate::ops) fn loose_files(&self) -> impl Iterator<Item = &plugins::File> {
        self.effects.files.iter().filter(|file| file.record.is_none())
    }

    /// Hangs a file of this call on the message that its result describes.
    pub(in crate::ops) async fn attach(
        &self,
        tx: &mut Tx,
        ctx: &RequestContext,
        file: &plugins::File,
        message: InteractionId,
    ) -> Result<(), Refusal> {
        let (kind, ctx) = granted(ctx, &self.by, RecordKind::Interaction.as_str())?;
        attach(tx, &ctx, file, kind, message.0).await
    }

    /// Applies all of it in the installation's own name, or refuses: [`Refusal::LostRace`] when the call has to be made
    /// again.
    pub async fn apply(&self, tx: &mut Tx, ctx: &RequestContext) -> Result<(), Refusal> {
        self.apply_all(tx, ctx).await.map_err(|refusal| match refusal {
            // The version is the one that the guest has seen, not one that a caller named.
            Refusal::Stale { .. } => Refusal::LostRace,
            other => other,
        })
    }

    async fn apply_all(&self, tx: &mut Tx, ctx: &RequestContext) -> Result<(), Refusal> {
        let Self { by: installation, effects, carries } = self;
        let ctx = &ctx.of(installation);
        keep(tx, installation, &effects.kv).await?;
        for write in &effects.writes {
            one(tx, ctx, installation, write).await?;
        }
        for file in &effects.files {
            if let Some((kind, record)) = &file.record {
                let (kind, ctx) = granted(ctx, installation, kind)?;
                attach(tx, &ctx, file, kind, *record).await?;
            }
        }
        for mail in &effects.mails {
            mails::queue(tx, ctx, installation, *carries, mail).await?;
        }
        let lines: Vec<_> = effects.log.iter().map(crate::ops::installations::new_line).collect();
        let full = installation.has_logged(lines.iter().map(plugin_logs::NewLine::size).sum());
        plugin_logs::append(tx, installation.id, effects.call.0, lines).await?;
        if full {
            plugin_logs::cut(tx, installation.id).await?;
        }
        Ok(())
    }
}

/// Changes the installation's keys. Calls that run side by side each saw room for their own: whoever comes too late
/// runs again, and is told then.
async fn keep(tx: &mut Tx, installation: &Installation, changes: &[KvChange]) -> Result<(), Refusal> {
    if changes.is_empty() {
        return Ok(());
    }
    kv::lock(tx, installation.id).await?;
    let before = kv::usage(tx, installation.id).await?;
    let mut most = before;
    for change in changes {
        let expected = match change.seen {
            Seen::Anything => Expected::Anything,
            Seen::Absent => Expected::Absent,
            Seen::Version(version) => Expected::Version(version),
        };
        let applied = kv::apply(tx, installation.id, &change.key, change.value.as_deref(), expected).await?;
        if applied == Applied::LostRace {
            return Err(Refusal::LostRace);
        }
        if let Some(value) = &change.value {
            most.bytes += (change.key.len() + value.len()) as u64;
            most.keys += 1;
        }
    }
    let allowed = kv::Usage { bytes: installation.grants.kv().unwrap_or(0), keys: Limits::default().kv_keys };
    if most.bytes <= allowed.bytes && most.keys <= allowed.keys {
        return Ok(());
    }
    let after = kv::usage(tx, installation.id).await?;
    let over = |after: u64, before: u64, allowed: u64| after > allowed && after > before;
    if over(after.bytes, before.bytes, allowed.bytes) || over(after.keys, before.keys, allowed.keys) {
        return Err(Refusal::LostRace);
    }
    Ok(())
}

async fn attach(
    tx: &mut Tx,
    ctx: &RequestContext,
    file: &plugins::File,
    kind: RecordKind,
    record: Uuid,
) -> Result<(), Refusal> {
    let new =
        NewFile::new(kind.as_str().to_owned(), record, &file.name, &file.media_type, file.bytes.clone());
    attachments::attach_as(tx, ctx, Some(file.id.into()), &new).await.map(|_| ())
}

async fn one(
    tx: &mut Tx,
    ctx: &RequestContext,
    installation: &Installation,
    write: &Write,
) -> Result<(), Refusal> {
    match write {
        Write::Create { id, kind, attributes } if is_declared(kind) => {
            let ctx = granted_declared(ctx, installation, kind)?;
            let id = Some((*id).into());
            declared_records::create_as(tx, &ctx, kind, id, &object(attributes)).await.map(|_| ())
        }
        Write::Update { kind, id, expected, attributes } if is_declared(kind) => {
            let ctx = granted_declared(ctx, installation, kind)?;
            let change = (kind.clone(), *id, Some(*expected), object(attributes));
            declared_records::change(tx, &ctx, &change).await.map(|_| ())
        }
        Write::Create { id, kind, attributes } => {
            let (kind, ctx) = granted(ctx, installation, kind)?;
            create(tx, &ctx, installation, *id, kind, attributes).await
        }
        Write::Update { kind, id, expected, attributes } => {
            let (kind, ctx) = granted(ctx, installation, kind)?;
            update(tx, &ctx, kind, *id, *expected, attributes).await
        }
        Write::Tag { kind, id, add, remove } => {
            let (kind, ctx) = granted(ctx, installation, kind)?;
            tag(tx, &ctx, kind, *id, add, remove).await
        }
        Write::Comment { id, kind, record, text } => {
            let (kind, ctx) = granted(ctx, installation, kind)?;
            let new = comments::NewComment { kind, record: *record, text: text.clone() };
            comments::create(tx, &ctx, Some(CommentId(*id)), &new).await.map(|_| ())
        }
        Write::Link { kind, id, relation, to_kind, to_id } => {
            let (from, from_call) = granted(ctx, installation, kind)?;
            there(tx, &from_call, from, *id).await?;
            let (to, to_call) = linkable(ctx, installation, to_kind)?;
            there(tx, &to_call, to, *to_id).await?;
            Ok(notes::link(tx, (from.as_str(), *id), relation, (to.as_str(), *to_id)).await?)
        }
        Write::Message { id, conversation, text, html, attributes } => {
            let (_, ctx) = granted(ctx, installation, RecordKind::Conversation.as_str())?;
            let message = conversations::NewMessage {
                conversation: (*conversation).into(),
                text: text.clone(),
                author: None,
                choices: Vec::new(),
                html: html.clone(),
                attributes: object(attributes),
                attachments: Vec::new(),
            };
            conversations::queue(tx, &ctx, Some((*id).into()), &message).await.map(|_| ())
        }
    }
}

/// The kind that a plugin named, if it may write it, and the request cut down to the rows that it may write.
fn granted(
    ctx: &RequestContext,
    installation: &Installation,
    kind: &str,
) -> Result<(RecordKind, RequestContext), Refusal> {
    let known = known(kind)?;
    let want =
        installation.grants.write(kind).map_err(|denied| Refusal::invalid("/kind", denied.to_string()))?;
    Ok((known, rows(ctx, installation, want.own)))
}

/// Whether a kind isn't one of the host's own.
fn is_declared(kind: &str) -> bool {
    kind.parse::<RecordKind>().is_err()
}

/// As [`granted`], for a declared kind.
fn granted_declared(
    ctx: &RequestContext,
    installation: &Installation,
    kind: &str,
) -> Result<RequestContext, Refusal> {
    let want = installation.grants.write(kind);
    let want = want.map_err(|denied| Refusal::invalid("/kind", denied.to_string()))?;
    Ok(rows(ctx, installation, want.own))
}

/// As [`granted`], for a record that is only pointed at: reading it is enough.
fn linkable(
    ctx: &RequestContext,
    installation: &Installation,
    kind: &str,
) -> Result<(RecordKind, RequestContext), Refusal> {
    let known = known(kind)?;
    let want = installation.grants.read(kind).or_else(|_| installation.grants.write(kind));
    let want = want.map_err(|denied| Refusal::invalid("/to-kind", denied.to_string()))?;
    Ok((known, rows(ctx, installation, want.own)))
}

fn known(kind: &str) -> Result<RecordKind, Refusal> {
    kind.parse().map_err(|error: UnknownWord| Refusal::invalid("/kind", error.to_string()))
}

fn rows(ctx: &RequestContext, installation: &Installation, own: bool) -> RequestContext {
    ctx.within(if own { Scope::Installation(installation.id) } else { Scope::All })
}

/// Refuses unless the record is there for the installation.
async fn there(tx: &mut Tx, ctx: &RequestContext, kind: RecordKind, id: Uuid) -> Result<(), Refusal> {
    match entities::get(tx, kind.as_str(), id, ctx.scope()).await? {
        Some(_) => Ok(()),
        None => Err(Refusal::NotFound { kind: kind.as_str(), id: id.to_string() }),
    }
}

/// Attributes as the fields of a request: those that the company has added stand within one of their own.
fn object(attributes: &[Attribute]) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut added = Map::new();
    for Attribute { name, value } in attributes {
        match name.split_once('.') {
            Some((COLUMN, name)) => added.insert(name.to_owned(), value.to_json()),
            _ => fields.insert(name.clone(), value.to_json()),
        };
    }
    if !added.is_empty() {
        fields.insert(COLUMN.to_owned(), Value::Object(added));
    }
    fields
}

/// Fields by their API names, read as the API would read them.
fn read<T: serde::de::DeserializeOwned>(fields: Map<String, Value>) -> Result<T, Refusal> {
    serde_json::from_value(Value::Object(fields))
        .map_err(|error| Refusal::invalid("/attributes", error.to_string()))
}

async fn create(
    tx: &mut Tx,
    ctx: &RequestContext,
    installation: &Installation,
    id: Uuid,
    kind: RecordKind,
    attributes: &[Attribute],
) -> Result<(), Refusal> {
    match kind {
        RecordKind::Customer => {
            let new: NewCustomer = read(object(attributes))?;
            customers::create_as(tx, ctx, CustomerId(id), &new).await.map(|_| ())
        }
        RecordKind::Ticket => {
            let new: NewTicket = read(object(attributes))?;
            tickets::create(tx, ctx, Some(id.into()), &new).await.map(|_| ())
        }
        RecordKind::Deal => {
            let new: NewDeal = read(object(attributes))?;
            deals::create(tx, ctx, Some(id.into()), &new).await.map(|_| ())
        }
        RecordKind::Order => {
            let new: NewOrder = read(object(attributes))?;
            orders::create_as(tx, ctx, id.into(), &new).await.map(|_| ())
        }
        RecordKind::Task => {
            let new: NewTask = read(object(attributes))?;
            let about = match new.subject_kind.as_ref().and_then(Option::as_deref) {
                Some(kind) => linkable(ctx, installation, kind)?.1,
                None => ctx.clone(),
            };
            tasks::create_as(tx, ctx, &about, id.into(), &new).await.map(|_| ())
        }
        other => {
            let detail = format!(
                "a {other} can't be created by a plugin; conversations and interactions come from channels"
            );
            Err(Refusal::invalid("/kind", detail))
        }
    }
}

async fn update(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: RecordKind,
    id: Uuid,
    expected: i64,
    attributes: &[Attribute],
) -> Result<(), Refusal> {
    match kind {
        RecordKind::Customer => {
            let change: CustomerChange = read(object(attributes))?;
            customers::change(tx, ctx, &(id.into(), Some(expected), change)).await.map(|_| ())
        }
        RecordKind::Ticket => {
            let change: TicketChange = read(object(attributes))?;
            tickets::change(tx, ctx, &(id.into(), Some(expected), change)).await.map(|_| ())
        }
        RecordKind::Deal => {
            let mut fields = object(attributes);
            let stage = fields.remove("stage_id");
            let mut expected = expected;
            if !fields.is_empty() {
                let change: DealChange = read(fields)?;
                expected = deals::change(tx, ctx, &(id.into(), Some(expected), change)).await?.version;
            }
            match stage {
                Some(stage) => {
                    let stage = serde_json::from_value(stage)
                        .map_err(|error| Refusal::invalid("/attributes/stage_id", error.to_string()))?;
                    deals::move_to(tx, ctx, &(id.into(), Some(expected), stage)).await.map(|_| ())
                }
                None => Ok(()),
            }
        }
        RecordKind::Order => {
            let change: OrderChange = read(object(attributes))?;
            orders::change(tx, ctx, &(id.into(), Some(expected), change)).await.map(|_| ())
        }
        RecordKind::Share => {
            let response: shares::SystemResponse = read(object(attributes))?;
            shares::received(tx, ctx, &(id.into(), Some(expected), response)).await.map(|_| ())
        }
        RecordKind::Task => {
            let change: TaskChange = read(object(attributes))?;
            tasks::change(tx, ctx, &(id.into(), Some(expected), change)).await.map(|_| ())
        }
        other => Err(Refusal::invalid("/kind", format!("a {other} can't be changed by a plugin"))),
    }
}

async fn tag(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: RecordKind,
    id: Uuid,
    add: &[String],
    remove: &[String],
) -> Result<(), Refusal> {
    let merged = |mut tags: Vec<String>| {
        tags.retain(|tag| !remove.contains(tag));
        for tag in add {
            if !tags.contains(tag) {
                tags.push(tag.clone());
            }
        }
        tags
    };
    match kind {
        RecordKind::Customer => {
            let customer = customers::get(tx, ctx, id.into()).await?;
            let change = CustomerChange { tags: Some(merged(customer.tags)), ..CustomerChange::default() };
            customers::change(tx, ctx, &(id.into(), None, change)).await.map(|_| ())
        }
        RecordKind::Ticket => {
            let ticket = tickets::get(tx, ctx, id.into()).await?;
            let change = TicketChange { tags: Some(merged(ticket.tags)), ..TicketChange::default() };
            tickets::change(tx, ctx, &(id.into(), None, change)).await.map(|_| ())
        }
        RecordKind::Task => {
            let task = tasks::get(tx, ctx, id.into()).await?;
            let change = TaskChange { tags: Some(merged(task.tags)), ..TaskChange::default() };
            tasks::change(tx, ctx, &(id.into(), None, change)).await.map(|_| ())
        }
        other => Err(Refusal::invalid("/kind", format!("a {other} has no tags"))),
    }
}
