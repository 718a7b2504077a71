//! Notifications that reach people besides the console: by mail, and by the company's messenger. Everybody chooses for
//! themselves; what happened stands in the console all the same.

pub mod due;
pub mod plan;

use std::sync::Arc;

use serde_json::json;

use crate::domain::actor::{Permission, Principal};
use crate::domain::event::Subject;
use crate::domain::ids::{InstallationId, NotificationId, UserId};
use crate::domain::notice;
use crate::domain::notification_settings::{By, NotificationSettings};
use crate::ops::app::App;
use crate::ops::refusal::{InvalidField, Refusal};
use crate::ops::request_context::RequestContext;
use crate::plugins::package::manifest::Texts;
use crate::plugins::{Ability, Installation};
use crate::store::db::{Json, Tx};
use crate::store::notes::{self, Notification};
use crate::store::notification_outbox::{self, Failure};
use crate::store::notification_settings::{self, KeptSettings};

/// The kind of a notification that somebody sends to themselves.
const TEST: &str = "notification.test";

/// A messenger that people may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Messenger {
    /// Its installation.
    pub id: InstallationId,
    /// What the operator calls it.
    pub name: String,
    /// What its plugin is called.
    pub title: Texts,
}

/// The caller's settings; none when they never set anything.
pub async fn settings(tx: &mut Tx, ctx: &RequestContext) -> Result<Option<KeptSettings>, Refusal> {
    Ok(notification_settings::get(tx, reader(ctx)?).await?)
}

/// What couldn't reach the caller: the latest of each way.
pub async fn failures(tx: &mut Tx, ctx: &RequestContext) -> Result<Vec<Failure>, Refusal> {
    Ok(notification_outbox::failures(tx, reader(ctx)?).await?)
}

/// The messengers that are there to be chosen.
pub async fn messengers(app: &App, tx: &mut Tx, ctx: &RequestContext) -> Result<Vec<Messenger>, Refusal> {
    reader(ctx)?;
    let able = app.plugins.with_ability(tx, Ability::Messenger).await?;
    let messenger = |of: &Arc<Installation>| Messenger {
        id: of.id,
        name: of.name.clone(),
        title: of.manifest.name.clone(),
    };
    Ok(able.iter().map(messenger).collect())
}

/// Whether this host sends mail.
pub fn has_mail(app: &App) -> bool {
    app.relay.is_some() && app.mail_sender.is_some()
}

/// Sets how the caller is notified. What failed before is forgotten: they have seen to it.
pub async fn set(
    app: &App,
    ctx: &RequestContext,
    settings: NotificationSettings,
) -> Result<KeptSettings, Refusal> {
    let user = reader(ctx)?;
    let mut tx = app.db.read().await?;
    let known = messengers(app, &mut tx, ctx).await?;
    let before = notification_settings::get(&mut tx, user).await?;
    drop(tx);
    let mut faults = settings.faults();
    for (at, way) in settings.ways.iter().enumerate() {
        // One that is switched off for a while stays chosen.
        let was_there =
            before.as_ref().is_some_and(|kept| kept.settings.0.ways.iter().any(|old| old.by == way.by));
        let detail = match way.by {
            By::Mail if !was_there && !has_mail(app) => {
                "this host sends no mail; set up a relay first".to_owned()
            }
            By::Messenger(id) if !was_there && !known.iter().any(|messenger| messenger.id == id) => {
                format!("there is no messenger {id}, or it isn't enabled")
            }
            _ => continue,
        };
        faults.push(InvalidField { pointer: format!("/ways/{at}/by"), detail });
    }
    Refusal::unless_valid(faults)?;
    app.commit(ctx, settings, move |tx, ctx, settings| {
        Box::pin(async move {
            let kept = notification_settings::set(tx, user, settings).await?;
            notification_outbox::forget_failures(tx, user).await?;
            // Addresses are the person's own affair.
            let by: Vec<String> = settings.ways.iter().map(|way| way.by.to_string()).collect();
            let data = json!({"by": by});
            ctx.record(tx, "user.notification-settings-changed", Subject::of("user", user), data).await?;
            Ok(kept)
        })
    })
    .await
}

/// Has a kind of notification go no way but into the console from now on.
pub async fn mute(app: &App, ctx: &RequestContext, kind: &str) -> Result<KeptSettings, Refusal> {
    let kept = settings(&mut app.db.read().await?, ctx).await?;
    let mut settings = kept.map(|kept| kept.settings.0).unwrap_or_default();
    if !settings.muted_kinds.iter().any(|muted| muted == kind) {
        settings.muted_kinds.push(kind.to_owned());
    }
    set(app, ctx, settings).await
}

/// Notifies the caller, and nobody else, to show whether it reaches them. It goes out at once.
pub async fn test(tx: &mut Tx, ctx: &RequestContext) -> Result<(), Refusal> {
    let user = reader(ctx)?;
    let id: NotificationId = tx.id();
    let notification = Notification {
        id,
        team_id: None,
        user_id: Some(user),
        kind: TEST.to_owned(),
        subject_kind: "notification".to_owned(),
        subject_id: id.0,
        text: notice::text(TEST, &json!({}), "en"),
        arguments: Json(json!({"by": user})),
        created_at: tx.now(),
        read_at: None,
    };
    notes::notify(tx, &notification, None);
    let kept = notification_settings::get(tx, user).await?;
    for way in kept.map(|kept| kept.settings.0.ways).unwrap_or_default() {
        plan::enqueue(tx, ctx.cause, user, way.by, notification.id, tx.now()).await?;
    }
    Ok(())
}

/// The person who asks.
fn reader(ctx: &RequestContext) -> Result<UserId, Refusal> {
    ctx.require(Permission::NotificationsRead)?;
    match ctx.actor.principal {
        Principal::User(user) => Ok(user),
        _ => {
            let detail = "only people are notified; sign in, or use a token with a user_id";
            Err(Refusal::Forbidden(detail.to_owned()))
        }
    }
}
