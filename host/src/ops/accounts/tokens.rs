//! API tokens: made, checked, revoked. A token's text is shown once and kept nowhere.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::authority::{self, Target};
use super::roles;
use crate::domain::actor::{Actor, Permission, Principal, Rights, Scope};
use crate::domain::clock::Timestamp;
use crate::domain::event::Subject;
use crate::domain::ids::{PartnerUserId, TokenId, UserId};
use crate::domain::token::Token;
use crate::ops::app::App;
use crate::ops::app::callers::Bearer;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::{DbError, Tx};
use crate::store::tokens;
use crate::store::{partners, teams};

/// What every token begins with, so that leaked ones can be searched for.
pub const PREFIX: &str = "hsp_";

/// A token to be made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// What it may do; `*` for all. None that its maker lacks.
    pub scopes: Vec<String>,
    /// The person that it acts for; it is a program's own without one.
    #[serde(default)]
    pub user_id: Option<UserId>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

/// A fresh token's text.
pub fn generate() -> String {
    let mut secret = [0; 32];
    #[expect(clippy::disallowed_methods, reason = "nobody may guess a token, in tests either")]
    rand::rng().fill_bytes(&mut secret);
    format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(secret))
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// Makes a token of this text.
pub async fn create(
    tx: &mut Tx,
    ctx: &RequestContext,
    (new, text): &(NewToken, String),
) -> Result<Token, Refusal> {
    ctx.require(Permission::TokensWrite)?;
    let rights = Rights::from_scopes(new.scopes.iter().map(String::as_str))?;
    if !ctx.covers(rights) {
        return Err(Refusal::invalid("/scopes", "a token can't have scopes that its maker lacks"));
    }
    check_maker(tx, ctx, new).await?;
    if ctx.actor.is_limited() && new.user_id.is_none_or(|user| ctx.actor.principal != Principal::User(user)) {
        let detail = "you see a part of the records only: your tokens act for yourself; say your own id";
        return Err(Refusal::invalid("/user_id", detail));
    }
    if new.name.trim().is_empty() || new.name.chars().count() > 100 {
        return Err(Refusal::invalid("/name", "a name has 1 to 100 characters"));
    }
    if new.expires_at.is_some_and(|at| at <= tx.now()) {
        return Err(Refusal::invalid("/expires_at", "this time is over"));
    }
    if let Some(user) = new.user_id {
        // Whoever makes a token for somebody else acts in their name with it.
        if ctx.actor.principal != Principal::User(user) {
            authority::require_over_user(tx, ctx, user).await?;
        }
        if teams::user(tx, user).await?.is_none_or(|user| !user.active) {
            return Err(Refusal::invalid("/user_id", format!("there is no active user {user}")));
        }
    }
    let token = Token {
        id: tx.id(),
        name: new.name.trim().to_owned(),
        scopes: new.scopes.clone(),
        user_id: new.user_id,
        partner_user_id: None,
        created_at: tx.now(),
        expires_at: new.expires_at,
        revoked_at: None,
        last_used_at: None,
    };
    tokens::insert(tx, &token, &digest(text)).await?;
    let data = json!({"name": token.name, "scopes": token.scopes, "user_id": token.user_id, "expires_at": token.expires_at});
    ctx.record(tx, "token.created", Subject::of("token", token.id), data).await?;
    Ok(token)
}

/// Refuses a token that would outlive what its maker acts by: one that acts for a person makes none that acts for
/// nobody, which their demotion wouldn't reach, and one that ends makes none that ends later.
async fn check_maker(tx: &mut Tx, ctx: &RequestContext, new: &NewToken) -> Result<(), Refusal> {
    if ctx.actor.token.is_none() {
        return Ok(());
    }
    if let (Principal::User(me), None) = (ctx.actor.principal, new.user_id) {
        let detail =
            format!("a token that acts for somebody makes tokens for people only: say {me}, or sign in");
        return Err(Refusal::invalid("/user_id", detail));
    }
    let Some(end) = end_of_maker(tx, ctx).await? else { return Ok(()) };
    if new.expires_at.is_none_or(|at| at > end) {
        let detail = format!("a token that ends makes none that ends later than itself, at {end}");
        return Err(Refusal::invalid("/expires_at", detail));
    }
    Ok(())
}

/// When the token ends that a token is made by.
async fn end_of_maker(tx: &mut Tx, ctx: &RequestContext) -> Result<Option<Timestamp>, Refusal> {
    let Some(by) = ctx.actor.token else { return Ok(None) };
    Ok(tokens::get(tx, by).await?.and_then(|token| token.expires_at))
}

/// Makes a token of this text for a person of a partner's; what it may do is what partners may.
pub(in crate::ops) async fn create_for_partner(
    tx: &mut Tx,
    ctx: &RequestContext,
    user: PartnerUserId,
    name: &str,
    text: &str,
) -> Result<Token, Refusal> {
    authority::require_over(ctx, Permission::PartnersWrite, Target::PartnerUser)?;
    if name.trim().is_empty() || name.chars().count() > 100 {
        return Err(Refusal::invalid("/name", "a name has 1 to 100 characters"));
    }
    let token = Token {
        id: tx.id(),
        name: name.trim().to_owned(),
        scopes: vec![Permission::SharesRead.word().to_owned(), Permission::SharesWrite.word().to_owned()],
        user_id: None,
        partner_user_id: Some(user),
        created_at: tx.now(),
        expires_at: end_of_maker(tx, ctx).await?,
        revoked_at: None,
        last_used_at: None,
    };
    tokens::insert(tx, &token, &digest(text)).await?;
    let data = json!({"name": token.name, "partner_user_id": user});
    ctx.record(tx, "token.created", Subject::of("token", token.id), data).await?;
    Ok(token)
}

/// Makes the first administrator's token, if there is no token yet; whether it did.
pub async fn bootstrap(tx: &mut Tx, text: &str) -> Result<bool, Refusal> {
    if !tokens::list(tx).await?.is_empty() {
        return Ok(false);
    }
    let new = NewToken {
        name: "administrator".to_owned(),
        scopes: vec!["*".to_owned()],
        user_id: None,
        expires_at: None,
    };
    create(tx, &RequestContext::by(Actor::system()), &(new, text.to_owned())).await?;
    Ok(true)
}

/// Who a token's text stands for; none when it is unknown, revoked or at its end.
pub async fn authenticate(app: &App, text: &str) -> Result<Option<Actor>, DbError> {
    if !text.starts_with(PREFIX) {
        return Ok(None);
    }
    let digest = digest(text);
    let rights = app.db.rights_version();
    let bearer = match app.callers.bearers.get(rights, &digest) {
        Some(bearer) => bearer,
        None => {
            let Some(bearer) = bearer(&mut app.db.read().await?, &digest).await? else { return Ok(None) };
            app.callers.bearers.put(rights, digest, bearer);
            bearer
        }
    };
    let now = app.db.now();
    if bearer.expires_at.is_some_and(|end| end <= now) {
        return Ok(None);
    }
    app.callers.note_use(bearer.token, now);
    Ok(Some(bearer.actor))
}

/// Who the token of this digest stands for; none when it is unknown, revoked or at its end.
async fn bearer(tx: &mut Tx, digest: &[u8]) -> Result<Option<Bearer>, DbError> {
    let Some(token) = tokens::valid(tx, digest).await? else { return Ok(None) };
    if let Some(user) = token.partner_user_id {
        let partner = partners::active_of(tx, user).await?;
        return Ok(partner.map(|partner| Bearer {
            token: token.id,
            actor: Actor {
                token: Some(token.id),
                scope: Scope::Partner(partner),
                ..Actor::of(Principal::PartnerUser(user), Rights::of_partner())
            },
            expires_at: token.expires_at,
        }));
    }
    let held = match token.user_id {
        Some(user) => Some((user, roles::held_by(tx, user).await?)),
        None => None,
    };
    let rights = Target::Token(&token.scopes, held.map(|(_, held)| held)).rights();
    let actor = match held {
        Some((user, held)) => Actor { rights, token: Some(token.id), ..held.actor(user) },
        None => Actor { token: Some(token.id), ..Actor::of(Principal::Token(token.id), rights) },
    };
    Ok(Some(Bearer { token: token.id, actor, expires_at: token.expires_at }))
}

/// Every token, newest first.
pub async fn list(tx: &mut Tx, ctx: &RequestContext) -> Result<Vec<Token>, Refusal> {
    ctx.require(Permission::TokensWrite)?;
    Ok(tokens::list(tx).await?)
}

/// Revokes a token; it is refused from then on.
pub async fn revoke(tx: &mut Tx, ctx: &RequestContext, id: TokenId) -> Result<(), Refusal> {
    ctx.require(Permission::TokensWrite)?;
    let token = tokens::get(tx, id).await?.ok_or_else(|| Refusal::not_found("valid token", id))?;
    authority::require_over_token(tx, ctx, &token).await?;
    if !tokens::revoke(tx, id).await? {
        return Err(Refusal::not_found("valid token", id));
    }
    ctx.record(tx, "token.revoked", Subject::of("token", id), json!({})).await.map(|_| ())
}
