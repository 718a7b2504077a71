//! Signing in by an identity provider: OpenID Connect Core 1.0 with the authorization code flow and PKCE (RFC 7636),
//! discovery, and back-channel logout 1.0. Who comes for the first time is known by an address that the provider has
//! verified; what the provider says of them gives them their roles and teams, each time.

mod logout;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::Device;
use super::{membership, teams};
use crate::domain::event::{Cause, Subject};
use crate::domain::ids::UserId;
use crate::domain::team::{NewUser, User, UserChange};
use crate::ops::accounts;
use crate::ops::app::App;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::single_sign_on::{self as stored, Pending};
use crate::store::teams as rows;

pub use self::logout::log_out;
use crate::ops::app::provider::claims::Account;
use crate::ops::app::provider::{FirstSignIn, Mapping, Provider, ProviderSettings};

/// How long somebody may take at the provider's.
const PENDING_MILLIS: i64 = 10 * 60_000;

/// Where somebody is sent who wants to sign in.
#[derive(Debug, Clone)]
pub struct Departure {
    /// The provider's page.
    pub url: String,
    /// What they bring back, and the browser keeps meanwhile.
    pub state: String,
}

/// Somebody who came back and is signed in.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The session's cookie.
    pub token: String,
    /// The language that they read.
    pub language: String,
    /// Where they want to go on.
    pub next: String,
}

fn digest(state: &str) -> Vec<u8> {
    Sha256::new().chain_update("hospes sign-in\0").chain_update(state).finalize().to_vec()
}

/// The provider, where the operator has named one.
fn provider(app: &App) -> Result<&Provider, Refusal> {
    app.provider.as_ref().ok_or_else(|| Refusal::not_found("identity provider", "of this host"))
}

/// Begins a sign-in.
pub async fn depart(app: &App, next: &str) -> Result<Departure, Refusal> {
    let request = provider(app)?.request().await?;
    let pending = Pending { nonce: request.nonce, verifier: request.verifier, next: next.to_owned() };
    let input = (digest(&request.state), pending);
    app.db
        .write(input, |tx, (digest, pending)| {
            Box::pin(async move {
                let until = tx.now().plus_millis(PENDING_MILLIS);
                stored::begin(tx, digest, pending, until).await
            })
        })
        .await?;
    Ok(Departure { url: request.url, state: request.state })
}

/// Ends a sign-in with the code that somebody brought back. None where nobody had gone with this state, or too long ago.
pub async fn arrive(app: &App, state: &str, code: &str, device: Device) -> Result<Option<Arrival>, Refusal> {
    let provider = provider(app)?;
    let pending = app.db.write(digest(state), |tx, digest| Box::pin(stored::take(tx, digest))).await?;
    let Some(pending) = pending else { return Ok(None) };
    let account = provider.account(code, &pending.verifier, &pending.nonce).await?;
    let token = accounts::token();
    let ctx = RequestContext::system(Cause::default());
    let settings = provider.settings().clone();
    let input = (settings, account, accounts::digest(&token), device);
    let language = app
        .commit(&ctx, input, |tx, ctx, (settings, account, digest, device)| {
            Box::pin(async move {
                let user = recognise(tx, ctx, settings, account).await?;
                let user = provide(tx, ctx, settings, account, user).await?;
                let me = RequestContext::by(accounts::nobody_yet(user.id));
                let session = accounts::start(tx, &me, user.id, digest, device).await?;
                let sid = account.session.as_deref();
                stored::note(tx, session, &settings.issuer, &account.subject, sid).await?;
                Ok(user.language)
            })
        })
        .await?;
    Ok(Some(Arrival { token, language, next: pending.next }))
}

/// Whose account it is, by the account itself or, the first time, by the address that the provider has verified.
async fn recognise(
    tx: &mut Tx,
    ctx: &RequestContext,
    settings: &ProviderSettings,
    account: &Account,
) -> Result<User, Refusal> {
    if let Some(id) = stored::user_of(tx, &settings.issuer, &account.subject).await? {
        return active(rows::user(tx, id).await?);
    }
    let Some(email) = account.verified_email.as_deref() else {
        let detail = format!("{} names no verified e-mail address of this account", settings.name);
        return Err(Refusal::Forbidden(detail));
    };
    let known = rows::users(tx).await?.into_iter().find(|user| user.email == email);
    let user = match (known, settings.first) {
        (Some(user), _) => active(Some(user))?,
        (None, FirstSignIn::Create) => {
            let new = NewUser {
                name: account.name.clone().unwrap_or_else(|| email.to_owned()),
                email: email.to_owned(),
                language: account.language.clone(),
                roles: Some(settings.roles(account)),
                ..NewUser::default()
            };
            teams::create_user(tx, ctx, &new).await?
        }
        (None, FirstSignIn::Link) => {
            return Err(Refusal::Forbidden(format!(
                "{email} has no account here; ask an administrator for one"
            )));
        }
    };
    stored::link(tx, &settings.issuer, &account.subject, user.id).await?;
    let data = json!({"issuer": settings.issuer, "subject": account.subject});
    ctx.record(tx, "user.linked", Subject::of("user", user.id), data).await?;
    Ok(user)
}

fn active(user: Option<User>) -> Result<User, Refusal> {
    user.filter(|user| user.active)
        .ok_or_else(|| Refusal::Forbidden("this account is not active here; ask an administrator".to_owned()))
}

/// Gives somebody the roles and teams that the provider says, as far as the operator has said which.
async fn provide(
    tx: &mut Tx,
    ctx: &RequestContext,
    settings: &ProviderSettings,
    account: &Account,
    user: User,
) -> Result<User, Refusal> {
    if settings.mappings.is_empty() {
        return Ok(user);
    }
    let roles = settings.roles(account);
    if roles.is_empty() {
        let detail = format!("{} says nothing of this account that gives it a role here", settings.name);
        return Err(Refusal::Forbidden(detail));
    }
    let user = if roles == user.roles {
        user
    } else {
        let change = UserChange { roles: Some(roles), ..UserChange::default() };
        teams::change_user(tx, ctx, &(user.id, None, change)).await?
    };
    place(tx, ctx, settings, account, user.id).await?;
    Ok(user)
}

/// Puts somebody into the teams that are theirs, and out of those that the provider could have named and didn't.
async fn place(
    tx: &mut Tx,
    ctx: &RequestContext,
    settings: &ProviderSettings,
    account: &Account,
    user: UserId,
) -> Result<(), Refusal> {
    for team in rows::list(tx).await? {
        let of_team = |mapping: &&Mapping| mapping.team.as_deref() == Some(team.name.as_str());
        let mut named = settings.mappings.iter().filter(of_team).peekable();
        if named.peek().is_none() {
            continue;
        }
        let belongs = named.any(|mapping| account.values.contains(&mapping.value));
        let is_in = rows::members(tx, team.id).await?.iter().any(|member| member.id == user);
        match (belongs, is_in) {
            (true, false) => membership::join(tx, ctx, &(team.id, user)).await.map(|_| ())?,
            (false, true) => membership::leave(tx, ctx, &(team.id, user)).await?,
            _ => {}
        }
    }
    Ok(())
}
