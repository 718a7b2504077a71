//! Comments on records: written, changed by their author, deleted; whoever is mentioned is told.

use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::domain::actor::{Permission, Principal, Rights, Scope};
use crate::domain::comment::{self, Comment, Mention, Mentioned, mentions, plain};
use crate::domain::entity::RecordKind;
use crate::domain::event::Subject;
use crate::domain::ids::CommentId;
use crate::domain::notice;
use crate::domain::team::{Team, User};
use crate::ops::access::{principals, subjects};
use crate::ops::events::notify::{To, tell};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::comments;
use crate::store::db::Tx;
use crate::store::page::{Page, PageRequest};
use crate::store::{notes, teams};

/// The most characters of a comment.
const LONGEST: usize = 20_000;
/// The most people and teams that a comment mentions.
const MENTIONS: usize = 50;
/// How many characters of it those are told who are mentioned.
const EXCERPT: usize = 200;

/// A comment to be written.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewComment {
    /// The kind of record.
    pub kind: RecordKind,
    /// The record.
    pub record: Uuid,
    /// What it says.
    pub text: String,
}

/// Writes a comment on a record, and tells those who are mentioned in it.
pub async fn create(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: Option<CommentId>,
    new: &NewComment,
) -> Result<Comment, Refusal> {
    ctx.require(Permission::CommentsWrite)?;
    let subject = subjects::find(tx, ctx, new.kind, new.record).await?;
    let text = linked(tx, &new.text).await?;
    let comment = Comment {
        id: id.unwrap_or_else(|| tx.id()),
        subject_kind: subject.kind.to_owned(),
        subject_id: subject.id,
        customer_id: subject.customer,
        author: ctx.actor.principal.to_string(),
        mentions: mentioned(tx, &text).await?,
        text,
        source_id: ctx.source(),
        created_at: tx.now(),
        edited_at: None,
        deleted_at: None,
        version: 1,
    };
    comments::insert(tx, &comment).await?;
    let data = json!({"comment_id": comment.id, "text": comment.text, "mentions": comment.mentions});
    ctx.record(tx, "comment.created", subject, data).await?;
    tell_mentioned(tx, ctx, subject, &comment, &[]).await?;
    Ok(comment)
}

/// Who can be mentioned by somebody who may comment: people who work here, and teams.
pub async fn mentionable(tx: &mut Tx, ctx: &RequestContext) -> Result<(Vec<User>, Vec<Team>), Refusal> {
    ctx.require(Permission::CommentsWrite)?;
    let mut users = teams::users(tx).await?;
    users.retain(|user| user.active);
    Ok((users, teams::list(tx).await?))
}

/// Changes the text of one's own comment, if it is still at the version that the change is based on. Whoever is
/// mentioned only now is told.
pub async fn edit(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, new): &(CommentId, Option<i64>, String),
) -> Result<Comment, Refusal> {
    ctx.require(Permission::CommentsWrite)?;
    let (mut comment, subject) = lock(tx, ctx, *id).await?;
    if comment.author != ctx.actor.principal.to_string() {
        return Err(Refusal::Forbidden("only its author changes a comment".to_owned()));
    }
    let actual = comment.version - 1;
    if let Some(expected) = expected.filter(|expected| *expected != actual) {
        return Err(Refusal::Stale { expected, actual });
    }
    let before = comment.clone();
    comment.text = linked(tx, new).await?;
    comment.mentions = mentioned(tx, &comment.text).await?;
    comment.edited_at = Some(tx.now());
    comments::update(tx, &comment).await?;
    let data = json!({
        "comment_id": comment.id, "text": {"old": before.text, "new": comment.text}, "mentions": comment.mentions,
    });
    ctx.record(tx, "comment.edited", subject, data).await?;
    tell_mentioned(tx, ctx, subject, &comment, &before.mentions).await?;
    Ok(comment)
}

/// Deletes one's own comment, or as an administrator anybody's. What it said stays in the log.
pub async fn delete(tx: &mut Tx, ctx: &RequestContext, id: CommentId) -> Result<(), Refusal> {
    ctx.require(Permission::CommentsWrite)?;
    let (mut comment, subject) = lock(tx, ctx, id).await?;
    let administrator = ctx.actor.rights.cover(Rights::all());
    if comment.author != ctx.actor.principal.to_string() && !administrator {
        let detail = "only its author or an administrator deletes a comment";
        return Err(Refusal::Forbidden(detail.to_owned()));
    }
    let text_before = std::mem::take(&mut comment.text);
    comment.mentions.clear();
    comment.deleted_at = Some(tx.now());
    comments::update(tx, &comment).await?;
    // Whoever was mentioned still sees that, and no longer why.
    let author = match Principal::read(&comment.author) {
        Some(author) => principals::name(tx, author).await?,
        None => String::new(),
    };
    let arguments = json!({"author": author, "text": "…", "comment_id": comment.id});
    let text = notice::text("mention", &arguments, "en");
    notes::redact_mentions(tx, comment.subject_id, comment.id, &text, &arguments).await?;
    let data = json!({"comment_id": comment.id, "author": comment.author, "text": {"old": text_before, "new": null}});
    ctx.record(tx, "comment.deleted", subject, data).await.map(|_| ())
}

/// One comment.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, id: CommentId) -> Result<Comment, Refusal> {
    ctx.require(Permission::CommentsRead)?;
    let comment = comments::get(tx, id).await?.ok_or_else(|| Refusal::not_found("comment", id))?;
    subject(tx, ctx, &comment).await?;
    Ok(comment)
}

/// A record's comments, newest first; without one all comments, for who may read every kind of record.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    page: PageRequest,
    record: Option<(RecordKind, Uuid)>,
) -> Result<Page<Comment>, Refusal> {
    ctx.require(Permission::CommentsRead)?;
    if let Some((kind, id)) = record {
        subjects::find(tx, ctx, kind, id).await?;
        return Ok(comments::of_subject(tx, kind.as_str(), id, page).await?);
    }
    for kind in RecordKind::WORDS.iter().filter_map(|word| word.parse::<RecordKind>().ok()) {
        ctx.require(kind.kind().right)?;
    }
    if ctx.scope() != Scope::All {
        let detail = "name the record whose comments you want: subject_kind and subject_id";
        return Err(Refusal::Forbidden(detail.to_owned()));
    }
    Ok(comments::list(tx, page).await?)
}

async fn lock(tx: &mut Tx, ctx: &RequestContext, id: CommentId) -> Result<(Comment, Subject), Refusal> {
    let comment = comments::lock(tx, id).await?.ok_or_else(|| Refusal::not_found("comment", id))?;
    let subject = subject(tx, ctx, &comment).await?;
    if comment.deleted_at.is_some() {
        return Err(Refusal::Conflict("the comment was deleted".to_owned()));
    }
    Ok((comment, subject))
}

/// The record that a comment is on; the comment isn't there for whom the record isn't.
async fn subject(tx: &mut Tx, ctx: &RequestContext, comment: &Comment) -> Result<Subject, Refusal> {
    let missing = || Refusal::not_found("comment", comment.id);
    let kind: RecordKind = comment.subject_kind.parse().map_err(|_| missing())?;
    subjects::find(tx, ctx, kind, comment.subject_id).await.map_err(|refusal| match refusal {
        Refusal::NotFound { .. } => missing(),
        other => other,
    })
}

fn text(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST {
        return Err(Refusal::invalid("/text", format!("a comment has 1 to {LONGEST} characters")));
    }
    Ok(text.to_owned())
}

/// A comment's text, with a mention for each name of a colleague or team after an `@`.
async fn linked(tx: &mut Tx, given: &str) -> Result<String, Refusal> {
    let given = text(given)?;
    if !given.contains(['@', '＠']) {
        return Ok(given);
    }
    let users = teams::users(tx).await?.into_iter().filter(|user| user.active);
    let user = |user: User| Mention { kind: Mentioned::User, id: user.id.0, name: user.name };
    let team = |team: Team| Mention { kind: Mentioned::Team, id: team.id.0, name: team.name };
    let mut known: Vec<Mention> = users.map(user).collect();
    known.extend(teams::list(tx).await?.into_iter().map(team));
    // A name with a bracket in it can't be written as a mention.
    known.retain(|mention| !mention.name.contains(['[', ']', '\n']));
    Ok(comment::linked(&given, &known))
}

/// Who is mentioned, if all of them are there.
async fn mentioned(tx: &mut Tx, text: &str) -> Result<Vec<Mention>, Refusal> {
    let found = mentions(text);
    if found.len() > MENTIONS {
        return Err(Refusal::invalid("/text", format!("a comment mentions at most {MENTIONS}")));
    }
    for mention in &found {
        let there = match mention.kind {
            Mentioned::User => teams::user(tx, mention.id.into()).await?.is_some_and(|user| user.active),
            Mentioned::Team => teams::get(tx, mention.id.into()).await?.is_some(),
        };
        if !there {
            let detail =
                format!("@{} can't be mentioned: there is no {} {}", mention.name, mention.kind, mention.id);
            return Err(Refusal::invalid("/text", detail));
        }
    }
    Ok(found)
}

async fn tell_mentioned(
    tx: &mut Tx,
    ctx: &RequestContext,
    subject: Subject,
    comment: &Comment,
    notified: &[Mention],
) -> Result<(), Refusal> {
    if comment.mentions.is_empty() {
        return Ok(());
    }
    let author = principals::name(tx, ctx.actor.principal).await?;
    let arguments =
        json!({"author": author, "text": plain(&comment.text, EXCERPT), "comment_id": comment.id});
    let knows = |mention: &&Mention| {
        !notified.iter().any(|known| (known.kind, known.id) == (mention.kind, mention.id))
    };
    for mention in comment.mentions.iter().filter(knows) {
        let to = match mention.kind {
            Mentioned::User => To::User(mention.id.into()),
            Mentioned::Team => To::Team(mention.id.into()),
        };
        tell(tx, ctx, to, "mention", subject, &arguments).await?;
    }
    Ok(())
}
