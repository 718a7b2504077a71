//! Passwords set and changed by who signs in with them, or by who looks after users.

use serde_json::json;

use super::{ACCOUNT, authority, bucket, roles};
use crate::domain::actor::{Permission, Principal};
use crate::domain::event::Subject;
use crate::domain::ids::UserId;
use crate::domain::team::User;
use crate::ops::app::{App, passwords};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::{accounts, teams, tokens};

/// Sets a password, if [`authority::require_reset`] says that the caller may. Who signed in changes their own by the
/// current one. All of the user's sessions end; when somebody else set another one, the tokens that act for the user
/// end too.
pub async fn set_password(
    app: &App,
    ctx: &RequestContext,
    of: UserId,
    password: &str,
    current: Option<&str>,
) -> Result<(), Refusal> {
    let own = ctx.actor.principal == Principal::User(of);
    if !own {
        ctx.require(Permission::UsersWrite)?;
    }
    let mut tx = app.db.read().await?;
    let user = teams::user(&mut tx, of).await?.ok_or_else(|| Refusal::not_found("user", of))?;
    let known = accounts::hash(&mut tx, of).await?;
    let held = roles::held_by(&mut tx, of).await?;
    drop(tx);
    authority::require_reset(ctx, of, held, known.is_some())?;
    passwords::faults(password)?;
    if own && known.is_some() {
        check_current(app, &user, known.clone(), current).await?;
    }
    let hash = app.passwords.hash(password.to_owned()).await?;
    app.commit(ctx, (of, known, hash), |tx, ctx, (of, known, hash)| {
        Box::pin(put_password(tx, ctx, *of, known.as_deref(), hash))
    })
    .await
}

/// Puts a password in place of the one that was known; hashing took a while, in which all may have changed.
async fn put_password(
    tx: &mut Tx,
    ctx: &RequestContext,
    of: UserId,
    known: Option<&str>,
    hash: &str,
) -> Result<(), Refusal> {
    teams::lock_user(tx, of).await?.ok_or_else(|| Refusal::not_found("user", of))?;
    let now = accounts::hash(tx, of).await?;
    authority::require_reset(ctx, of, roles::held_by(tx, of).await?, now.is_some())?;
    if now.as_deref() != known {
        let detail = "the password was changed by somebody else at the same time; ask again";
        return Err(Refusal::Conflict(detail.to_owned()));
    }
    accounts::put_hash(tx, of, hash).await?;
    accounts::end_links(tx, of).await?;
    accounts::end_all(tx, of).await?;
    if known.is_some() && ctx.actor.principal != Principal::User(of) {
        tokens::revoke_of(tx, of).await?;
    }
    ctx.record(tx, "user.password-changed", Subject::of("user", of), json!({})).await.map(|_| ())
}

/// Refuses unless the current password is right; guesses count as attempts to sign in.
async fn check_current(
    app: &App,
    user: &User,
    known: Option<String>,
    current: Option<&str>,
) -> Result<(), Refusal> {
    let Some(current) = current else {
        return Err(Refusal::invalid("/current", "your current password is needed"));
    };
    let bucket = bucket("account", &user.email);
    let (burst, pause) = ACCOUNT;
    let full = app
        .db
        .write(bucket, move |tx, bucket| Box::pin(accounts::take_try(tx, bucket, burst, pause)))
        .await?;
    if let Some(again_at) = full {
        let wait = again_at.millis_since(app.db.now()).max(1_000);
        return Err(Refusal::Unavailable {
            reason: "the password was tried too often".to_owned(),
            retry_after_ms: u64::try_from(wait).unwrap_or(1_000),
        });
    }
    if app.passwords.verify(current.to_owned(), known).await? {
        return Ok(());
    }
    Err(Refusal::invalid("/current", "this isn't your current password"))
}

/// Whether a user who works here has no password yet, for who may change users.
pub async fn is_new(tx: &mut Tx, ctx: &RequestContext, of: UserId) -> Result<bool, Refusal> {
    let user = teams::user(tx, of).await?.filter(|user| user.active);
    let may = ctx.covers([Permission::UsersWrite].into_iter().collect());
    Ok(may && user.is_some() && accounts::hash(tx, of).await?.is_none())
}

/// Gives the user of an address their first password; false when there is no such user, or they have one.
pub async fn give_first(
    app: &App,
    ctx: &RequestContext,
    email: &str,
    password: &str,
) -> Result<bool, Refusal> {
    let mut tx = app.db.read().await?;
    let user = teams::users(&mut tx).await?.into_iter().find(|user| user.email == email);
    let Some(user) = user else { return Ok(false) };
    let known = accounts::hash(&mut tx, user.id).await?.is_some();
    drop(tx);
    if !known {
        set_password(app, ctx, user.id, password, None).await?;
    }
    Ok(!known)
}
