//! Signing in with an e-mail address and a password: sessions, their end, and new passwords.

pub mod authority;
pub mod membership;
pub mod own_password;
pub mod password_links;
pub mod recovery;
pub mod roles;
pub mod second_factor;
pub mod single_sign_on;
pub mod teams;
pub mod tokens;

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng as _;
use serde_json::json;
use sha2::{Digest, Sha256};

use self::roles::Held;
use self::second_factor::Given;
use super::app::App;
use super::refusal::Refusal;
use super::request_context::RequestContext;
use crate::domain::actor::{Actor, Principal, Rights};
use crate::domain::clock::Timestamp;
use crate::domain::event::Subject;
use crate::domain::ids::{SessionId, UserId};
use crate::domain::team::User;
use crate::store::accounts::{self, Session};
use crate::store::db::Tx;
use crate::store::{second_factors, teams as stored_teams};

/// A session that isn't used ends after so long.
const IDLE_MILLIS: i64 = 12 * 3_600_000;
/// A session that is used ends after so long all the same.
const LONGEST_MILLIS: i64 = 14 * 24 * 3_600_000;
/// A session is prolonged when it was last prolonged so long ago: not with every request.
const PROLONG_MILLIS: i64 = 15 * 60_000;
/// An account can be tried so often at once, and once more every six minutes: at most 20 times in any hour.
const ACCOUNT: (i64, i64) = (10, 360_000);
/// An address can try so often at once, and once more every half a minute. Many may sit behind one.
pub(super) const ADDRESS: (i64, i64) = (120, 30_000);
/// What is longer is nobody's address.
const LONGEST_EMAIL: usize = 254;
/// So much is kept of what a browser calls itself, in characters.
const LONGEST_AGENT: usize = 200;

/// What came of an attempt to sign in.
#[derive(Debug)]
pub enum Attempt {
    /// Somebody signed in; the cookie's text is known here and to the browser only.
    SignedIn {
        /// The cookie's text.
        token: String,
        /// The language they read, BCP 47.
        language: String,
    },
    /// The password is right, and a code is to come.
    CodeWanted {
        /// What the browser says with the code that it has given the password.
        challenge: String,
    },
    /// The address, the password or the code is wrong; which of them isn't said.
    Wrong,
    /// It was tried too often.
    TooOften {
        /// When it is worth trying again.
        again_at: Timestamp,
    },
}

/// Somebody who signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Their record.
    pub user: User,
    /// What forms and requests prove by that they come from the host's own pages.
    pub proof: String,
    held: Held,
    session: Session,
}

/// By what and from where somebody signs in.
#[derive(Debug, Clone)]
pub struct Device {
    /// The address of the network.
    pub address: IpAddr,
    /// What the browser calls itself.
    pub agent: String,
}

impl SignedIn {
    /// What they do, they do as themselves, with the rights of their roles; with none while they lack the second factor
    /// that a role of theirs must have.
    pub fn actor(&self) -> Actor {
        let held = if self.lacks_factor() { Held::NOTHING } else { self.held };
        held.actor(self.user.id)
    }

    /// Whether they must set up a second factor before they do anything else.
    pub fn lacks_factor(&self) -> bool {
        self.session.lacks_factor
    }

    /// The session.
    pub fn session_id(&self) -> SessionId {
        self.session.id
    }
}

pub(super) fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// What pages prove by that they belong to a session. It can't be told without the cookie's text, nor the other way
/// round.
fn proof(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::new().chain_update("hospes form\0").chain_update(token).finalize())
}

pub(super) fn bucket(kind: &str, key: &str) -> Vec<u8> {
    Sha256::new().chain_update(kind).chain_update([0]).chain_update(key).finalize().to_vec()
}

/// Tries to sign in. It takes the same time whether or not there is such an account.
pub async fn sign_in(app: &App, email: &str, password: &str, device: Device) -> Result<Attempt, Refusal> {
    let from = device.address;
    let email = email.trim().to_lowercase();
    let buckets = [(bucket("address", &from.to_string()), ADDRESS), (bucket("account", &email), ACCOUNT)];
    let full = app.db.write(buckets.clone(), |tx, buckets| Box::pin(take_tries(tx, buckets))).await?;
    if let Some(again_at) = full {
        tracing::warn!(%from, "somebody tried to sign in too often");
        return Ok(Attempt::TooOften { again_at });
    }
    let known = email.len() <= LONGEST_EMAIL;
    let account = if known { accounts::by_email(&mut app.db.read().await?, &email).await? } else { None };
    let hash = account.as_ref().map(|account| account.hash.clone());
    let fits = app.passwords.verify(password.to_owned(), hash).await?;
    let Some(account) = account.filter(|_| fits) else {
        tracing::info!(%from, "somebody failed to sign in");
        return Ok(Attempt::Wrong);
    };
    let token = token();
    let request = (account.user_id, account.hash, digest(&token), buckets, device);
    let ctx = RequestContext::by(nobody_yet(account.user_id));
    let begun = app
        .commit(&ctx, request, |tx, ctx, (user, hash, digest, buckets, device)| {
            Box::pin(async move {
                if has_factor(tx, *user).await? {
                    let until = tx.now().plus_millis(second_factor::CHALLENGE_MILLIS);
                    second_factors::challenge(tx, digest, *user, hash, until).await?;
                    return Ok(Begun::CodeWanted);
                }
                give_back_tries(tx, buckets).await?;
                begin(tx, ctx, *user, hash, digest, device).await
            })
        })
        .await?;
    Ok(match begun {
        Begun::Session(language) => Attempt::SignedIn { token, language },
        Begun::CodeWanted => Attempt::CodeWanted { challenge: token },
        Begun::Nothing => Attempt::Wrong,
    })
}

/// Goes on with the code that the password was followed by; a wrong one counts as an attempt to sign in.
pub async fn complete(app: &App, challenge: &str, code: &str, device: Device) -> Result<Attempt, Refusal> {
    let from = device.address;
    let mut tx = app.db.read().await?;
    let Some(known) = second_factors::challenged(&mut tx, &digest(challenge)).await? else {
        return Ok(Attempt::Wrong);
    };
    let user = stored_teams::user(&mut tx, known.user_id).await?;
    let factor = second_factors::get(&mut tx, known.user_id).await?;
    drop(tx);
    let (Some(user), Some(factor)) = (user, factor) else { return Ok(Attempt::Wrong) };
    let account = (bucket("account", &user.email), ACCOUNT);
    let buckets = [(bucket("address", &from.to_string()), ADDRESS), (bucket("code", &user.email), ACCOUNT)];
    let full = app.db.write(buckets.clone(), |tx, buckets| Box::pin(take_tries(tx, buckets))).await?;
    if let Some(again_at) = full {
        tracing::warn!(%from, "somebody tried codes too often");
        return Ok(Attempt::TooOften { again_at });
    }
    let given = Given::of(app, &factor, code)?;
    let token = token();
    let request = (known, digest(challenge), digest(&token), given, (buckets, account), device);
    let ctx = RequestContext::by(nobody_yet(user.id));
    let begun = app
        .commit(&ctx, request, |tx, ctx, (known, challenge, digest, given, (buckets, account), device)| {
            Box::pin(async move {
                if !given.take(tx, known.user_id).await? || !second_factors::answered(tx, challenge).await? {
                    return Ok(Begun::Nothing);
                }
                let [address, code] = buckets;
                for again in [address, address, code, account] {
                    accounts::give_back_try(tx, &again.0, again.1.1).await?;
                }
                begin(tx, ctx, known.user_id, &known.hash, digest, device).await
            })
        })
        .await?;
    Ok(match begun {
        Begun::Session(language) => Attempt::SignedIn { token, language },
        Begun::CodeWanted | Begun::Nothing => {
            tracing::info!(%from, "somebody gave a wrong code");
            Attempt::Wrong
        }
    })
}

/// What became of a right password.
enum Begun {
    /// A session of somebody who reads this language.
    Session(String),
    /// A code is to come.
    CodeWanted,
    /// The password was changed, or its owner deactivated, meanwhile.
    Nothing,
}

/// The text of a cookie, which nobody guesses.
pub(super) fn token() -> String {
    let mut secret = [0; 32];
    #[expect(clippy::disallowed_methods, reason = "nobody may guess a session, in tests either")]
    rand::rng().fill_bytes(&mut secret);
    URL_SAFE_NO_PAD.encode(secret)
}

/// Somebody who is about to sign in and may do nothing yet.
pub(super) fn nobody_yet(user: UserId) -> Actor {
    Actor::of(Principal::User(user), Rights::NONE)
}

async fn has_factor(tx: &mut Tx, user: UserId) -> Result<bool, Refusal> {
    let factor = second_factors::get(tx, user).await?;
    Ok(factor.is_some_and(|factor| factor.confirmed_at.is_some()))
}

type Buckets = [(Vec<u8>, (i64, i64)); 2];

async fn take_tries(tx: &mut Tx, buckets: &Buckets) -> Result<Option<Timestamp>, Refusal> {
    for (bucket, (burst, pause)) in buckets {
        let again_at = accounts::take_try(tx, bucket, *burst, *pause).await?;
        if again_at.is_some() {
            return Ok(again_at);
        }
    }
    Ok(None)
}

/// A try that was right doesn't count: else who signs in often would shut themselves out.
async fn give_back_tries(tx: &mut Tx, buckets: &Buckets) -> Result<(), Refusal> {
    for (bucket, (_, pause)) in buckets {
        accounts::give_back_try(tx, bucket, *pause).await?;
    }
    Ok(())
}

/// Begins a session, unless the password was changed or the user deactivated while it was checked.
async fn begin(
    tx: &mut Tx,
    ctx: &RequestContext,
    user: UserId,
    hash: &str,
    digest: &[u8; 32],
    device: &Device,
) -> Result<Begun, Refusal> {
    let known = stored_teams::user(tx, user).await?.filter(|user| user.active);
    let unchanged = accounts::hash(tx, user).await?.as_deref() == Some(hash);
    let Some(known) = known.filter(|_| unchanged) else { return Ok(Begun::Nothing) };
    start(tx, ctx, user, digest, device).await?;
    Ok(Begun::Session(known.language))
}

/// Begins a session of somebody who has proved who they are.
pub(super) async fn start(
    tx: &mut Tx,
    ctx: &RequestContext,
    user: UserId,
    digest: &[u8; 32],
    device: &Device,
) -> Result<SessionId, Refusal> {
    let now = tx.now();
    let session = Session {
        id: tx.id(),
        user_id: user,
        created_at: now,
        expires_at: now.plus_millis(IDLE_MILLIS),
        address: device.address.to_string(),
        agent: device.agent.chars().take(LONGEST_AGENT).collect(),
        lacks_factor: false,
    };
    accounts::begin(tx, &session, digest).await?;
    ctx.record(tx, "user.signed-in", Subject::of("user", user), json!({})).await?;
    Ok(session.id)
}

/// Who a cookie's text stands for; none when its session has ended.
pub async fn authenticate(tx: &mut Tx, token: &str) -> Result<Option<SignedIn>, Refusal> {
    let Some(session) = accounts::session(tx, &digest(token)).await? else { return Ok(None) };
    let user = stored_teams::user(tx, session.user_id).await?;
    let held = roles::held_by(tx, session.user_id).await?;
    Ok(user.map(|user| SignedIn { user, held, proof: proof(token), session }))
}

/// Prolongs a session that is in use.
pub async fn prolong(app: &App, signed_in: &SignedIn) -> Result<(), Refusal> {
    let session = &signed_in.session;
    let longest = session.created_at.plus_millis(LONGEST_MILLIS);
    let until = app.db.now().plus_millis(IDLE_MILLIS).min(longest);
    if until.millis_since(session.expires_at) < PROLONG_MILLIS {
        return Ok(());
    }
    let request = (session.id, until);
    app.db.write(request, |tx, (id, until)| Box::pin(accounts::prolong(tx, *id, *until))).await?;
    Ok(())
}

/// Ends the session of a cookie's text.
pub async fn sign_out(app: &App, signed_in: &SignedIn, token: &str) -> Result<(), Refusal> {
    let ctx = RequestContext::by(signed_in.actor());
    app.commit(&ctx, digest(token), |tx, ctx, digest| {
        Box::pin(async move {
            if let Some(user) = accounts::end(tx, digest).await? {
                ctx.record(tx, "user.signed-out", Subject::of("user", user), json!({})).await?;
            }
            Ok(())
        })
    })
    .await
}

/// A session of one's own, for the list of them.
#[derive(Debug, Clone)]
pub struct OwnSession {
    /// Its id.
    pub id: SessionId,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was used last, within a quarter of an hour.
    pub used_at: Timestamp,
    /// From where.
    pub address: String,
    /// By what, as the browser said.
    pub agent: String,
}

/// The sessions of who signed in, the last begun first.
pub async fn sessions(tx: &mut Tx, signed_in: &SignedIn) -> Result<Vec<OwnSession>, Refusal> {
    let found = accounts::sessions_of(tx, signed_in.user.id).await?;
    let own = |session: Session| OwnSession {
        id: session.id,
        used_at: session.expires_at.plus_millis(-IDLE_MILLIS).max(session.created_at),
        created_at: session.created_at,
        address: session.address,
        agent: session.agent,
    };
    Ok(found.into_iter().map(own).collect())
}

/// Ends another session of one's own; all others where none is named.
pub async fn end_session(app: &App, signed_in: &SignedIn, id: Option<SessionId>) -> Result<(), Refusal> {
    let ctx = RequestContext::by(signed_in.actor());
    let request = (signed_in.user.id, id, signed_in.session.id);
    app.commit(&ctx, request, |tx, ctx, (user, id, this)| {
        Box::pin(async move {
            let ended = match id {
                Some(id) => u64::from(accounts::end_one(tx, *user, *id).await?),
                None => accounts::end_others(tx, *user, *this).await?,
            };
            if ended > 0 {
                let data = json!({"sessions": ended});
                ctx.record(tx, "user.signed-out", Subject::of("user", *user), data).await?;
            }
            Ok(())
        })
    })
    .await
}

/// Whether anybody can sign in yet.
pub async fn any(tx: &mut Tx) -> Result<bool, Refusal> {
    Ok(accounts::any(tx).await?)
}

/// Sets the language, BCP 47, in which who signed in reads the console.
pub async fn set_language(tx: &mut Tx, ctx: &RequestContext, language: &str) -> Result<(), Refusal> {
    let Principal::User(id) = ctx.actor.principal else {
        return Err(Refusal::Conflict("only people have a language".to_owned()));
    };
    let mut user = stored_teams::lock_user(tx, id).await?.ok_or_else(|| Refusal::not_found("user", id))?;
    let data = json!({"language": {"old": user.language, "new": language}});
    language.clone_into(&mut user.language);
    stored_teams::update_user(tx, &user).await?;
    ctx.record(tx, "user.updated", Subject::of("user", id), data).await?;
    Ok(())
}
