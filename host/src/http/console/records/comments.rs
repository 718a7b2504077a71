//! Comments on a record: what colleagues said of it, and a form to say something.

use axum::extract::State;
use axum::response::Response;
use uuid::Uuid;

use super::change::ended;
use super::kind;
use crate::domain::actor::{Permission, Principal};
use crate::domain::clock::Timestamp;
use crate::domain::comment::plain;
use crate::domain::entity::RecordKind;
use crate::domain::ids::CommentId;
use crate::http::console::frame::Frame;
use crate::http::console::mentions::{self, Name};
use crate::http::console::visitor::Sent;
use crate::http::extract::{Id, Name as KindName};
use crate::http::problem::Problem;
use crate::ops::conversations::comments::{self, NewComment};
use crate::ops::records::{self, AnyRecord};
use crate::ops::{App, Refusal, RequestContext};
use crate::store::db::Tx;
use crate::store::page::PageRequest;

/// How many are shown, the newest.
const SHOWN: i64 = 50;

/// A comment.
#[derive(Debug)]
pub struct CommentLine {
    /// Its id.
    pub id: CommentId,
    /// Who wrote it.
    pub author: String,
    /// When.
    pub at: Timestamp,
    /// What it says.
    pub text: String,
}

/// What is said of a record.
#[derive(Debug)]
pub struct Comments {
    /// The comments, the oldest first.
    pub lines: Vec<CommentLine>,
    /// Whom one can mention; none for who may not comment.
    pub names: Option<Vec<Name>>,
    /// Makes a form that is sent twice one comment.
    pub key: Uuid,
    /// What was typed in a form that came back.
    pub typed: String,
}

impl Comments {
    /// Of a record; none of a kind that has no comments, and for who may not read them.
    pub async fn of(
        tx: &mut Tx,
        frame: &Frame,
        ctx: &RequestContext,
        record: &AnyRecord,
        typed: String,
    ) -> Result<Option<Self>, Refusal> {
        let Ok(kind) = record.kind.name.parse::<RecordKind>() else { return Ok(None) };
        if !frame.may(Permission::CommentsRead) {
            return Ok(None);
        }
        let page = PageRequest { limit: SHOWN, after: None };
        let mut found = comments::list(tx, ctx, page, Some((kind, record.id))).await?.items;
        found.retain(|comment| comment.deleted_at.is_none());
        found.reverse();
        let author = |author: &str| match Principal::read(author) {
            Some(Principal::User(user)) => Some(user.0),
            _ => None,
        };
        let people: Vec<Uuid> = found.iter().filter_map(|comment| author(&comment.author)).collect();
        let people = records::names_of_people(tx, ctx, &people).await?;
        let name = |of: &str| {
            let name = people.iter().find(|(id, _)| Some(*id) == author(of)).map(|(_, name)| name.clone());
            name.unwrap_or_else(|| frame.t("message-automatic"))
        };
        let lines = found.iter().map(|comment| CommentLine {
            id: comment.id,
            author: name(&comment.author),
            at: comment.created_at,
            text: plain(&comment.text, usize::MAX),
        });
        let lines = lines.collect();
        let names = match frame.may(Permission::CommentsWrite) {
            true => {
                let (users, teams) = comments::mentionable(tx, ctx).await?;
                Some(mentions::names(&users, teams.iter()))
            }
            false => None,
        };
        Ok(Some(Self { lines, names, key: tx.id::<CommentId>().0, typed }))
    }
}

/// `POST /records/{kind}/{id}/comment`: says something about a record to colleagues; no customer reads it.
pub async fn comment(
    State(app): State<App>,
    name: KindName,
    Id(id): Id<Uuid>,
    sent: Sent,
) -> Result<Response, Problem> {
    let kind = kind(&app, &sent.person.ctx, &name).await?;
    let of: RecordKind =
        kind.name.parse().map_err(|_| Refusal::not_found("kind with comments", kind.name))?;
    let new = NewComment { kind: of, record: id, text: sent.fields.text("text").trim().to_owned() };
    let key = sent.fields.read::<Uuid>("key").map(|key| key.to_string());
    let ctx = sent.person.ctx.clone().keyed(key);
    let done = app
        .commit_once(&ctx, "console.record-comment", new, |tx, ctx, new| {
            Box::pin(async move { comments::create(tx, ctx, None, new).await.map(|comment| comment.id) })
        })
        .await;
    ended(&app, &sent, kind, id, done).await
}
