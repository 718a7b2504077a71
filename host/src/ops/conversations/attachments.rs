//! Files on records. Who may see a record may see its files, who may change it may add and remove them.

use bytes::Bytes;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::domain::actor::Permission;
use crate::domain::attachment::{Attachment, LARGEST, MOST, file_name, media_type};
use crate::domain::entity::RecordKind;
use crate::domain::event::Subject;
use crate::domain::ids::{AttachmentId, ConversationId, InteractionId};
use crate::domain::words::UnknownWord;
use crate::ops::access::reach;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::page::{Page, PageRequest};
use crate::store::{attachments, blobs, entities};

/// A file to be put on a record.
#[derive(Debug, Clone, Serialize)]
pub struct NewFile {
    /// The kind of record.
    pub kind: String,
    /// The record.
    pub record: Uuid,
    /// Its name; folders are cut off.
    pub name: String,
    /// Its media type; one that is none becomes `application/octet-stream`.
    pub media_type: String,
    /// Its bytes. A repeated request is told by their digest.
    #[serde(skip)]
    pub bytes: Bytes,
    /// SHA-256 of the bytes, in hexadecimal.
    pub digest: String,
}

impl NewFile {
    /// A file of these bytes.
    pub fn new(kind: String, record: Uuid, name: &str, media_type: &str, bytes: Bytes) -> Self {
        let digest = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Self { kind, record, name: file_name(name), media_type: self::media_type(media_type), bytes, digest }
    }
}

/// What the caller must hold to see, or to change, a record of the kind.
fn permission(kind: RecordKind, write: bool) -> Permission {
    match (kind, write) {
        (RecordKind::Customer, false) => Permission::CustomersRead,
        (RecordKind::Customer, true) => Permission::CustomersWrite,
        (RecordKind::Conversation | RecordKind::Interaction, false) => Permission::ConversationsRead,
        (RecordKind::Conversation | RecordKind::Interaction, true) => Permission::ConversationsWrite,
        (RecordKind::Ticket, false) => Permission::TicketsRead,
        (RecordKind::Ticket, true) => Permission::TicketsWrite,
        (RecordKind::Task, false) => Permission::TasksRead,
        (RecordKind::Task, true) => Permission::TasksWrite,
        (RecordKind::Order, false) => Permission::CustomersRead,
        (RecordKind::Order, true) => Permission::OrdersWrite,
        (RecordKind::Deal, false) => Permission::DealsRead,
        (RecordKind::Deal, true) => Permission::DealsWrite,
        (RecordKind::Share, false) => Permission::PartnersRead,
        (RecordKind::Share, true) => Permission::PartnersWrite,
    }
}

fn known(kind: &str) -> Result<RecordKind, Refusal> {
    kind.parse().map_err(|error: UnknownWord| Refusal::invalid("/subject_kind", error.to_string()))
}

/// Refuses who may see no files at all, before anything is looked up.
fn any(ctx: &RequestContext, write: bool) -> Result<(), Refusal> {
    let held = |kind: &str| kind.parse().is_ok_and(|kind| ctx.actor.rights.contain(permission(kind, write)));
    if RecordKind::WORDS.iter().any(|kind| held(kind)) {
        return Ok(());
    }
    ctx.require(permission(RecordKind::Conversation, write))
}

/// The record of this kind, if the caller may see or change it; what it is to the event log.
async fn subject(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &str,
    record: Uuid,
    write: bool,
) -> Result<Subject, Refusal> {
    any(ctx, write)?;
    let kind = known(kind)?;
    ctx.require(permission(kind, write))?;
    if write {
        reach::require_change(tx, ctx, kind.as_str(), record).await?;
    }
    let entity = entities::get(tx, kind.as_str(), record, ctx.scope()).await?;
    let entity = entity.ok_or_else(|| Refusal::NotFound { kind: kind.as_str(), id: record.to_string() })?;
    let customer = match kind {
        RecordKind::Customer => Some(record.into()),
        _ => {
            let field = entity.attributes.into_iter().find(|field| field.name == "customer_id");
            field.and_then(|field| field.value.as_text()?.parse().ok())
        }
    };
    Ok(Subject { kind: kind.as_str(), id: record, customer, source: ctx.source() })
}

/// Refuses who may not put a file on a record, before the file is read.
pub async fn check(tx: &mut Tx, ctx: &RequestContext, kind: &str, record: Uuid) -> Result<(), Refusal> {
    subject(tx, ctx, kind, record, true).await.map(|_| ())
}

/// Puts a file on a record.
pub async fn attach(tx: &mut Tx, ctx: &RequestContext, new: &NewFile) -> Result<Attachment, Refusal> {
    attach_as(tx, ctx, None, new).await
}

/// As [`attach`], under an id that was drawn before.
pub(in crate::ops) async fn attach_as(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: Option<AttachmentId>,
    new: &NewFile,
) -> Result<Attachment, Refusal> {
    let subject = subject(tx, ctx, &new.kind, new.record, true).await?;
    if new.bytes.is_empty() {
        return Err(Refusal::invalid("", "the file is empty; send its bytes as the body"));
    }
    if new.bytes.len() > LARGEST {
        let detail = format!("the file has {} bytes; {LARGEST} are the most", new.bytes.len());
        return Err(Refusal::invalid("", detail));
    }
    if attachments::count(tx, subject.kind, subject.id).await? >= MOST {
        let detail = format!("the {} has {MOST} files already; remove some first", subject.kind);
        return Err(Refusal::Conflict(detail));
    }
    let blob = blobs::put(tx, &new.bytes).await?;
    let attachment = Attachment {
        id: id.unwrap_or_else(|| tx.id()),
        subject_kind: subject.kind.to_owned(),
        subject_id: subject.id,
        customer_id: subject.customer,
        source_id: subject.source,
        name: new.name.clone(),
        media_type: new.media_type.clone(),
        size: i64::try_from(new.bytes.len()).unwrap_or(i64::MAX),
        digest: new.digest.clone(),
        blob_id: blob.into(),
        author: ctx.actor.principal.to_string(),
        created_at: tx.now(),
        version: 1,
    };
    attachments::insert(tx, &attachment).await?;
    ctx.record(tx, "attachment.added", subject, facts(&attachment)).await?;
    Ok(attachment)
}

fn facts(attachment: &Attachment) -> serde_json::Value {
    json!({
        "attachment_id": attachment.id,
        "name": attachment.name,
        "media_type": attachment.media_type,
        "size": attachment.size,
        "digest": attachment.digest,
    })
}

/// A file, if the caller may see the record that it is attached to.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, id: AttachmentId) -> Result<Attachment, Refusal> {
    found(tx, ctx, id, false).await.map(|(attachment, _)| attachment)
}

async fn found(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: AttachmentId,
    write: bool,
) -> Result<(Attachment, Subject), Refusal> {
    any(ctx, write)?;
    let none = || Refusal::not_found("attachment", id);
    let attachment = attachments::get(tx, id).await?.ok_or_else(none)?;
    let seen = subject(tx, ctx, &attachment.subject_kind, attachment.subject_id, false).await;
    // Whoever may not see the record doesn't learn that it has a file.
    let seen = seen.map_err(|refusal| match refusal {
        Refusal::Store(error) => Refusal::Store(error),
        _ => none(),
    })?;
    if write {
        ctx.require(permission(known(&attachment.subject_kind)?, true))?;
    }
    Ok((attachment, seen))
}

/// A record's files, the oldest first.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &str,
    record: Uuid,
    page: PageRequest,
) -> Result<Page<Attachment>, Refusal> {
    let subject = subject(tx, ctx, kind, record, false).await?;
    Ok(attachments::of_subject(tx, subject.kind, subject.id, page).await?)
}

/// Removes a file, bytes and all.
pub async fn remove(tx: &mut Tx, ctx: &RequestContext, id: AttachmentId) -> Result<(), Refusal> {
    let (attachment, subject) = found(tx, ctx, id, true).await?;
    if attachments::delete(tx, id).await? {
        blobs::delete(tx, attachment.blob_id.0).await?;
        ctx.record(tx, "attachment.removed", subject, facts(&attachment)).await?;
    }
    Ok(())
}

/// Takes files that were put on a conversation along with a message of it: they are attached to the message from then on.
pub(super) async fn take_along(
    tx: &mut Tx,
    conversation: ConversationId,
    message: InteractionId,
    ids: &[AttachmentId],
) -> Result<(), Refusal> {
    let from = (RecordKind::Conversation.as_str(), conversation.0);
    for (index, id) in ids.iter().enumerate() {
        if !attachments::attach(tx, *id, from, (RecordKind::Interaction.as_str(), message.0)).await? {
            return Err(not_on_conversation(index, *id));
        }
    }
    Ok(())
}

/// The files of a message to be, as the message describes them.
pub(super) async fn described(
    tx: &mut Tx,
    conversation: ConversationId,
    ids: &[AttachmentId],
) -> Result<Vec<serde_json::Value>, Refusal> {
    let mut described = Vec::with_capacity(ids.len());
    let mut total = 0;
    for (index, id) in ids.iter().enumerate() {
        let found = attachments::get(tx, *id).await?.filter(|found| {
            found.subject_kind == RecordKind::Conversation.as_str() && found.subject_id == conversation.0
        });
        let found = found.ok_or_else(|| not_on_conversation(index, *id))?;
        total += found.size;
        described.push(reference(&found));
    }
    if total > LARGEST as i64 {
        let detail = format!("the files have {total} bytes together; a message takes {LARGEST}");
        return Err(Refusal::invalid("/attachments", detail));
    }
    Ok(described)
}

/// How a message speaks of a file that is kept here.
pub(super) fn reference(file: &Attachment) -> serde_json::Value {
    json!({
        "name": file.name, "media_type": file.media_type, "reference": file.id, "size": file.size,
        "attachment_id": file.id,
    })
}

fn not_on_conversation(index: usize, id: AttachmentId) -> Refusal {
    let detail = format!(
        "there is no attachment {id} on this conversation; put the file on it first (POST /v1/attachments) and send it \
         once"
    );
    Refusal::invalid(format!("/attachments/{index}"), detail)
}
