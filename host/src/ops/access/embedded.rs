//! Records within others: events on a timeline, comments in a view, notifications that quote. Whatever is shown there is
//! shown to whom the record itself is, and no more of it.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{masking, reach};
use crate::domain::actor::{Permission, Rights};
use crate::domain::catalogue::{KINDS, Record as _};
use crate::domain::comment::Comment;
use crate::domain::customer::Customer;
use crate::domain::declared::is_of_host;
use crate::domain::entity::RecordKind;
use crate::domain::ids::CommentId;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::comments;
use crate::store::db::Tx;
use crate::store::events::{self, Event};
use crate::store::notes::Notification;

/// What somebody must be allowed who sees a record of this kind; none when the kind isn't known here.
fn of_record(subject_kind: &str) -> Option<Option<Permission>> {
    use Permission as P;
    Some(Some(match subject_kind {
        // What somebody looks for is theirs; that they do is for who reads the log.
        "saved-view" => P::EventsRead,
        "mail" => P::ConversationsRead,
        "plugin" | "installation" => P::PluginsRead,
        "job" => P::DeadLettersRead,
        "delivery" => P::DeliveriesRead,
        "log" => P::EventsRead,
        // A test of one's own tells of nothing.
        "sample" | "notification" => return Some(None),
        name if !is_of_host(name) => P::RecordsRead,
        name => KINDS.iter().find(|kind| kind.name == name)?.right,
    }))
}

/// What somebody must be allowed besides who sees an event of this type, for what it tells of; none when the type isn't
/// known here.
fn of_type(kind: &str, subject_kind: &str) -> Option<Option<Permission>> {
    use Permission as P;
    Some(Some(match kind.split_once('.')?.0 {
        "comment" => P::CommentsRead,
        "notification" => P::NotificationsRead,
        "interaction" | "message" | "mail" => P::ConversationsRead,
        "survey" => P::SurveysRead,
        "score" | "order" | "customer" => P::CustomersRead,
        "ticket" => P::TicketsRead,
        "task" => P::TasksRead,
        "deal" => P::DealsRead,
        // What a partner has to do with a ticket or deal.
        "partner" if subject_kind != "partner" => P::SharesRead,
        "access" | "attachment" | "board" | "calendar" | "custom-field" | "declared-kind" | "delivery"
        | "job" | "log" | "loop" | "partner" | "partner-user" | "pipeline" | "plugin" | "role" | "sample"
        | "saved-view" | "sla-policy" | "team" | "token" | "user" => {
            return Some(None);
        }
        // What happened to a record of a declared kind.
        name if name == subject_kind && !is_of_host(name) => return Some(None),
        _ => return None,
    }))
}

/// What somebody must be allowed besides who sees a notification of this kind; the kinds that plugins make up need
/// nothing but the record.
fn quoted(of: &str, subject_kind: &str) -> Option<Permission> {
    if of == "mention" { Some(Permission::CommentsRead) } else { of_type(of, subject_kind).flatten() }
}

/// Whether what happened is there for the caller. Of a type that isn't known here only who may do everything sees it.
pub(in crate::ops) fn may_see(ctx: &RequestContext, event: &Event) -> bool {
    let rights = ctx.actor.rights;
    let holds = |needed: Option<Permission>| needed.is_none_or(|permission| rights.contain(permission));
    if rights == Rights::all() {
        return true;
    }
    of_record(&event.subject_kind).is_some_and(holds)
        && of_type(&event.kind, &event.subject_kind).is_some_and(holds)
        && (event.kind != "notification.created" || {
            let of = events::data(event)["of"].as_str().map(str::to_owned);
            of.is_none_or(|of| holds(quoted(&of, &event.subject_kind)))
        })
}

/// The events that are there for the caller, without the texts of comments that are deleted by now.
pub(in crate::ops) async fn shown(
    tx: &mut Tx,
    ctx: &RequestContext,
    mut found: Vec<Event>,
) -> Result<Vec<Event>, Refusal> {
    found.retain(|event| may_see(ctx, event));
    reach::retain(tx, ctx, &mut found, record_of).await?;
    redact_deleted(tx, &mut found).await?;
    masking::mask_events(tx, ctx, &mut found).await?;
    Ok(found)
}

/// The record whose being there decides about an event: its subject, or the customer of a subject that is no record.
fn record_of(event: &Event) -> (&str, Uuid) {
    let known = KINDS.iter().any(|kind| kind.name == event.subject_kind) || !is_of_host(&event.subject_kind);
    match event.customer_id.filter(|_| !known) {
        Some(customer) => (Customer::KIND.name, customer.0),
        None => (&event.subject_kind, event.subject_id),
    }
}

/// The comment that an event tells of or quotes.
fn comment_of(event: &Event) -> Option<(CommentId, Value)> {
    let of_comment = event.kind.starts_with("comment.");
    if !of_comment && event.kind != "notification.created" {
        return None;
    }
    let data: Value = serde_json::from_str(event.data.as_deref()?).ok()?;
    let id = if of_comment { &data["comment_id"] } else { &data["arguments"]["comment_id"] };
    let id = id.as_str()?.parse().ok()?;
    Some((id, data))
}

/// Takes the texts of deleted comments out of events.
pub(super) async fn redact_deleted(tx: &mut Tx, found: &mut [Event]) -> Result<(), Refusal> {
    let notified: Vec<(usize, CommentId, Value)> = found
        .iter()
        .enumerate()
        .filter_map(|(index, event)| comment_of(event).map(|(id, data)| (index, id, data)))
        .collect();
    let ids = || notified.iter().map(|(_, id, _)| *id);
    let (Some(first), Some(last)) = (ids().min(), ids().max()) else { return Ok(()) };
    let deleted = comments::deleted_between(tx, first, last).await?;
    for (index, id, mut data) in notified {
        if !deleted.contains(&id) {
            continue;
        }
        if let Some(object) = data.as_object_mut() {
            object.insert("text".to_owned(), Value::Null);
            if object.contains_key("mentions") {
                object.insert("mentions".to_owned(), json!([]));
            }
            if let Some(arguments) = object.get_mut("arguments").and_then(Value::as_object_mut) {
                arguments.insert("text".to_owned(), Value::Null);
            }
        }
        found[index].data = Some(data.to_string());
    }
    Ok(())
}

/// Leaves the comments whose records are there for the caller, for who may see comments.
pub(in crate::ops) async fn retain_comments(
    tx: &mut Tx,
    ctx: &RequestContext,
    found: &mut Vec<Comment>,
) -> Result<(), Refusal> {
    let rights = ctx.actor.rights;
    found.retain(|comment| {
        let kind: Option<RecordKind> = comment.subject_kind.parse().ok();
        kind.is_some_and(|kind| rights.contain(kind.kind().right)) && rights.contain(Permission::CommentsRead)
    });
    reach::retain(tx, ctx, found, |comment| (&comment.subject_kind, comment.subject_id)).await
}

/// Takes out of a notification what it quotes of a record that the caller may not see. That they were told stays.
pub(in crate::ops) async fn cut_notification(
    tx: &mut Tx,
    ctx: &RequestContext,
    notification: &mut Notification,
) -> Result<(), Refusal> {
    let rights = ctx.actor.rights;
    let holds = |needed: Option<Permission>| needed.is_none_or(|permission| rights.contain(permission));
    let seen = of_record(&notification.subject_kind).is_some_and(holds)
        && holds(quoted(&notification.kind, &notification.subject_kind))
        && reach::sees(tx, ctx, &notification.subject_kind, notification.subject_id).await?;
    if !seen {
        notification.text.clear();
        notification.arguments.0 = json!({});
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_event_tells_of_is_needed_beside_its_record() {
        use Permission as P;
        for (kind, subject, record, besides) in [
            ("ticket.created", "ticket", Some(P::TicketsRead), Some(P::TicketsRead)),
            ("comment.created", "ticket", Some(P::TicketsRead), Some(P::CommentsRead)),
            ("comment.deleted", "deal", Some(P::DealsRead), Some(P::CommentsRead)),
            ("partner.accepted", "deal", Some(P::DealsRead), Some(P::SharesRead)),
            ("partner.created", "partner", Some(P::PartnersRead), None),
            ("survey.answered", "survey", Some(P::SurveysRead), Some(P::SurveysRead)),
            ("score.changed", "customer", Some(P::CustomersRead), Some(P::CustomersRead)),
            ("token.created", "token", Some(P::TokensWrite), None),
        ] {
            assert_eq!((of_record(subject), of_type(kind, subject)), (Some(record), Some(besides)), "{kind}");
        }
        assert_eq!(of_type("payroll.changed", "ticket"), None);
        assert_eq!(of_record("payroll"), Some(Some(P::RecordsRead)));
        assert_eq!(of_type("payroll.changed", "payroll"), Some(None));
        assert_eq!(of_record("session"), None);
        assert_eq!(quoted("mention", "ticket"), Some(P::CommentsRead));
        assert_eq!(quoted("survey.answered", "ticket"), Some(P::SurveysRead));
        assert_eq!(quoted("made up", "ticket"), None);
    }

    /// Whoever adds a type of event has to say here who may see it.
    #[test]
    fn every_type_of_event_has_its_right() {
        let sources = [
            concat!(env!("CARGO_MANIFEST_DIR"), "/src/ops"),
            concat!(env!("CARGO_MANIFEST_DIR"), "/src/jobs"),
        ];
        let mut unknown = Vec::new();
        let mut files: Vec<std::path::PathBuf> = sources.iter().map(Into::into).collect();
        let mut seen = 0;
        while let Some(path) = files.pop() {
            if path.is_dir() {
                files.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for ctx in text.split("record(tx, \"").skip(1) {
                let kind = ctx.split('"').next().unwrap();
                seen += 1;
                if of_type(kind, "ticket").is_none() {
                    unknown.push(kind.to_owned());
                }
            }
        }
        assert!(seen > 50 && unknown.is_empty(), "{seen} {unknown:?}");
    }
}
