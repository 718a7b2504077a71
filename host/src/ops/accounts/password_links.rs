//! Links by which people set a password: for who was invited, and for who has forgotten theirs. A link goes to the
//! address of its owner alone, lasts half an hour and counts once.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::Rng as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::authority;
use super::{ADDRESS, bucket};
use crate::domain::actor::{Actor, Permission, Principal, Rights};
use crate::domain::event::{Cause, Subject};
use crate::domain::ids::UserId;
use crate::domain::words::words;
use crate::ops::app::App;
use crate::ops::app::passwords;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::queue::{self, NewJob};
use crate::store::{accounts, teams};

/// The queue of mail with links.
pub const QUEUE: &str = "password-link";
/// How long a link lasts.
const LASTS_MILLIS: i64 = 30 * 60_000;
/// So many links somebody gets at once, and one more every ten minutes.
const LINKS: (i64, i64) = (3, 600_000);

words! {
    /// Why somebody gets a link.
    pub enum LinkKind {
        /// They were entered and have no password yet.
        Invitation = "invitation",
        /// They have forgotten theirs.
        Reset = "reset",
    }
}

/// A link that is to be sent.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Wanted {
    /// To whom.
    pub user: UserId,
    /// Why.
    pub kind: LinkKind,
}

/// A link to be sent now.
#[derive(Debug, Clone)]
pub struct Link {
    /// The address of the page that it leads to; who has it sets the password.
    pub address: String,
    /// To whom it goes.
    pub to: String,
    /// What they are called.
    pub name: String,
    /// The language that they read, BCP 47.
    pub language: String,
}

/// Has a link sent to the address, if somebody has it who works here. What comes of it isn't said: nobody learns who works
/// here. False where this host sends no mail.
pub async fn forgotten(app: &App, email: &str, from: IpAddr) -> Result<bool, Refusal> {
    if app.mail_sender.is_none() {
        return Ok(false);
    }
    let email = email.trim().to_lowercase();
    let buckets = [(bucket("address", &from.to_string()), ADDRESS), (bucket("link", &email), LINKS)];
    app.db
        .write((email, buckets), |tx, (email, buckets)| {
            Box::pin(async move {
                for (bucket, (burst, pause)) in buckets {
                    if accounts::take_try(tx, bucket, *burst, *pause).await?.is_some() {
                        return Ok(());
                    }
                }
                let users = teams::users(tx).await?;
                match users.into_iter().find(|user| user.active && user.email == *email) {
                    Some(user) => {
                        enqueue(tx, Wanted { user: user.id, kind: LinkKind::Reset }, Cause::default()).await
                    }
                    None => Ok::<_, Refusal>(()),
                }
            })
        })
        .await?;
    Ok(true)
}

/// Refuses unless the caller may invite people and this host sends mail.
pub fn require_mail(app: &App, ctx: &RequestContext) -> Result<(), Refusal> {
    ctx.require(Permission::UsersWrite)?;
    match &app.mail_sender {
        Some(_) => Ok(()),
        None => Err(Refusal::Conflict(crate::plugins::egress::relay::NOT_CONFIGURED.to_owned())),
    }
}

/// Invites a user who may do no more than the caller: they get a link by which they set their first password.
pub async fn invite(tx: &mut Tx, ctx: &RequestContext, id: UserId) -> Result<(), Refusal> {
    ctx.require(Permission::UsersWrite)?;
    let user = teams::user(tx, id).await?.filter(|user| user.active);
    let user = user.ok_or_else(|| Refusal::not_found("active user", id))?;
    authority::require_over_user(tx, ctx, user.id).await?;
    if accounts::hash(tx, id).await?.is_some() {
        let detail = "they have a password; whoever has forgotten it asks for a link where they sign in";
        return Err(Refusal::Conflict(detail.to_owned()));
    }
    let event = ctx.record(tx, "user.invited", Subject::of("user", id), json!({})).await?;
    enqueue(tx, Wanted { user: id, kind: LinkKind::Invitation }, ctx.cause.after(event)).await
}

async fn enqueue(tx: &mut Tx, wanted: Wanted, cause: Cause) -> Result<(), Refusal> {
    let job = NewJob {
        queue: QUEUE,
        lane: format!("{QUEUE}:{}", wanted.user),
        payload: json!(wanted),
        cause,
        run_at: tx.now(),
    };
    Ok(queue::enqueue(tx, job).await.map(|_| ())?)
}

/// Makes a link that is to be sent; none to who has left meanwhile. One whose mail is lost is worth nothing to anybody.
pub async fn make(app: &App, wanted: Wanted) -> Result<Option<Link>, Refusal> {
    let text = text();
    let made = app
        .db
        .write((wanted.user, digest(&text)), |tx, (user, digest)| {
            Box::pin(async move {
                let user = teams::user(tx, *user).await?.filter(|user| user.active);
                if let Some(user) = &user {
                    accounts::add_link(tx, digest, user.id, tx.now().plus_millis(LASTS_MILLIS)).await?;
                }
                Ok::<_, Refusal>(user)
            })
        })
        .await?;
    let address = format!("{}/password/new?link={text}", app.public_url);
    Ok(made.map(|user| Link { address, to: user.email, name: user.name, language: user.language }))
}

/// Whether a link still counts.
pub async fn counts(app: &App, link: &str) -> Result<bool, Refusal> {
    Ok(accounts::link_of(&mut app.db.read().await?, &digest(link)).await?.is_some())
}

/// Sets the password of a link's owner. Their sessions and all links end; a second factor stays. False where the link
/// doesn't count, or counts no more.
pub async fn redeem(app: &App, link: &str, password: &str) -> Result<bool, Refusal> {
    passwords::faults(password)?;
    let Some(user) = accounts::link_of(&mut app.db.read().await?, &digest(link)).await? else {
        return Ok(false);
    };
    let hash = app.passwords.hash(password.to_owned()).await?;
    let ctx = RequestContext::by(Actor::of(Principal::User(user), Rights::NONE));
    app.commit(&ctx, (digest(link), hash), |tx, ctx, (digest, hash)| {
        Box::pin(async move {
            let Some(user) = accounts::link_of(tx, digest).await? else { return Ok(false) };
            accounts::end_links(tx, user).await?;
            accounts::put_hash(tx, user, hash).await?;
            accounts::end_all(tx, user).await?;
            ctx.record(tx, "user.password-changed", Subject::of("user", user), json!({"by": "link"})).await?;
            Ok(true)
        })
    })
    .await
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::new().chain_update("hospes password link\0").chain_update(text).finalize().into()
}

/// A text that nobody guesses.
fn text() -> String {
    let mut bytes = [0; 32];
    #[expect(clippy::disallowed_methods, reason = "nobody may guess a link, in tests either")]
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}
