//! The second factor: codes that change every half minute (RFC 6238) and, for who has lost the device, codes that count
//! once. A policy says which roles may do nothing before they have one.

use rand::Rng as _;
use serde_json::json;
use sha2::{Digest, Sha256};
use totp_rs::{Algorithm, Builder, Secret as TotpSecret, Totp};

use super::authority;
use super::roles;
use crate::domain::actor::{Permission, Principal, Rights};
use crate::domain::clock::Timestamp;
use crate::domain::event::Subject;
use crate::domain::ids::UserId;
use crate::domain::team::User;
use crate::ops::app::App;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::keyring::{Secret, SecretLocation};
use crate::store::db::{DbError, Tx};
use crate::store::second_factors::{self, SecondFactor};
use crate::store::{accounts, teams};

/// Codes of this many steps before and after are taken, too: clocks differ, and typing takes time.
const SKEW: u16 = 1;
/// How long who has given the password may take for the code.
pub const CHALLENGE_MILLIS: i64 = 10 * 60_000;
/// How many codes there are for who has lost the device.
const RECOVERY_CODES: usize = 10;
/// The letters of such a code: none that is taken for another.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789z";

/// How somebody's second factor stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// Whether a code is asked for when they sign in.
    pub on: bool,
    /// Whether their role must have one.
    pub required: bool,
    /// How many codes are left for when the device is lost.
    pub recovery_codes: i64,
}

/// What an authenticator is set up with.
#[derive(Clone)]
pub struct Enrolment {
    /// The secret in base32, to be typed.
    pub secret: String,
    /// The same as an `otpauth:` address, to be scanned.
    pub address: String,
}

/// How the second factor of who signed in stands.
pub async fn status(tx: &mut Tx, ctx: &RequestContext) -> Result<Status, Refusal> {
    let user = me(tx, ctx).await?;
    let factor = second_factors::get(tx, user.id).await?;
    Ok(Status {
        on: factor.is_some_and(|factor| factor.confirmed_at.is_some()),
        required: is_required(tx, &user).await?,
        recovery_codes: second_factors::recovery_codes_left(tx, user.id).await?,
    })
}

/// Begins to set up a second factor: it counts once a code of it was entered.
pub async fn enrol(app: &App, ctx: &RequestContext) -> Result<Enrolment, Refusal> {
    let user = me(&mut app.db.read().await?, ctx).await?;
    let mut bytes = [0; 20];
    unpredictable(&mut bytes);
    let secret = TotpSecret::new_stack(bytes).to_base32();
    let sealed = app.keyring.seal(place(&user.id.to_string()), &Secret::new(secret.as_str()));
    let sealed = sealed.map_err(unusable)?;
    let request = (user.id, app.keyring.id().to_owned(), sealed);
    let put = app
        .commit(ctx, request, |tx, _, (user, key_id, sealed)| {
            Box::pin(async move { Ok::<_, Refusal>(second_factors::put(tx, *user, key_id, sealed).await?) })
        })
        .await?;
    if !put {
        let detail = "there is a second factor already; take it away before you set up another";
        return Err(Refusal::Conflict(detail.to_owned()));
    }
    Ok(Enrolment { address: address(app, &secret, &user)?, secret })
}

/// What is being set up, to be shown again; none when nothing is.
pub async fn enrolment(app: &App, ctx: &RequestContext) -> Result<Option<Enrolment>, Refusal> {
    let mut tx = app.db.read().await?;
    let user = me(&mut tx, ctx).await?;
    let pending = second_factors::get(&mut tx, user.id).await?.filter(|factor| factor.confirmed_at.is_none());
    let Some(factor) = pending else { return Ok(None) };
    let secret = secret_of(app, &factor)?;
    let address = address(app, secret.expose(), &user)?;
    Ok(Some(Enrolment { address, secret: secret.expose().to_owned() }))
}

/// Has a second factor count by a first code of it; the codes for when the device is lost, which are shown this once.
pub async fn confirm(app: &App, ctx: &RequestContext, code: &str) -> Result<Vec<String>, Refusal> {
    let mut tx = app.db.read().await?;
    let user = me(&mut tx, ctx).await?;
    let factor = second_factors::get(&mut tx, user.id).await?.filter(|factor| factor.confirmed_at.is_none());
    drop(tx);
    let factor = factor.ok_or_else(|| Refusal::Conflict("nothing is being set up; begin anew".to_owned()))?;
    let step = step_of(app, &factor, code)?.ok_or_else(wrong)?;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();
    let digests: Vec<_> = codes.iter().map(|code| digest(user.id, code)).collect();
    app.commit(ctx, (user.id, step, digests), |tx, ctx, (user, step, digests)| {
        Box::pin(async move {
            if !second_factors::take_step(tx, *user, *step).await? {
                return Err(wrong());
            }
            second_factors::confirm(tx, *user).await?;
            for digest in digests {
                second_factors::add_recovery_code(tx, *user, digest).await?;
            }
            let subject = Subject::of("user", *user);
            ctx.record(tx, "user.second-factor-added", subject, json!({})).await.map(|_| ())
        })
    })
    .await?;
    Ok(codes)
}

/// Whether a role of somebody's must have a second factor.
async fn is_required(tx: &mut Tx, user: &User) -> Result<bool, Refusal> {
    let required = second_factors::roles(tx).await?;
    Ok(user.roles.iter().any(|role| required.contains(role)))
}

/// Takes away the second factor of who signed in, by a code of it.
pub async fn give_up(app: &App, ctx: &RequestContext, code: &str) -> Result<(), Refusal> {
    let mut tx = app.db.read().await?;
    let user = me(&mut tx, ctx).await?;
    let required = is_required(&mut tx, &user).await?;
    let factor = second_factors::get(&mut tx, user.id).await?.filter(|factor| factor.confirmed_at.is_some());
    drop(tx);
    if required {
        return Err(Refusal::Forbidden("your role must have a second factor".to_owned()));
    }
    let factor = factor.ok_or_else(|| Refusal::Conflict("there is no second factor".to_owned()))?;
    let given = Given::of(app, &factor, code)?;
    app.commit(ctx, (user.id, given), |tx, ctx, (user, given)| {
        Box::pin(async move {
            if !given.take(tx, *user).await? {
                return Err(wrong());
            }
            removed(tx, ctx, *user).await
        })
    })
    .await
}

/// Takes away the second factor of somebody who has lost the device and the codes, as for a new password: by whoever may
/// do more than they.
pub async fn reset(tx: &mut Tx, ctx: &RequestContext, of: UserId) -> Result<(), Refusal> {
    ctx.require(Permission::UsersWrite)?;
    let user = teams::user(tx, of).await?.ok_or_else(|| Refusal::not_found("user", of))?;
    authority::require_over_user(tx, ctx, user.id).await?;
    let known = accounts::hash(tx, of).await?.is_some();
    authority::require_reset(ctx, of, roles::held_by(tx, of).await?, known)?;
    accounts::end_all(tx, of).await?;
    removed(tx, ctx, of).await
}

async fn removed(tx: &mut Tx, ctx: &RequestContext, user: UserId) -> Result<(), Refusal> {
    if !second_factors::remove(tx, user).await? {
        return Err(Refusal::not_found("second factor of the user", user));
    }
    ctx.record(tx, "user.second-factor-removed", Subject::of("user", user), json!({})).await.map(|_| ())
}

/// The roles that must have a second factor.
pub async fn required_roles(tx: &mut Tx, ctx: &RequestContext) -> Result<Vec<String>, Refusal> {
    ctx.require(Permission::UsersRead)?;
    Ok(second_factors::roles(tx).await?)
}

/// Sets which roles must have a second factor. Who has none sets one up before they can do anything else.
pub async fn require_for(tx: &mut Tx, ctx: &RequestContext, names: &[String]) -> Result<(), Refusal> {
    ctx.require(Permission::UsersWrite)?;
    authority::require_all(ctx)?;
    let own = ctx.covers(Rights::all());
    if !own {
        return Err(Refusal::Forbidden("only who may do everything says how others sign in".to_owned()));
    }
    let before = second_factors::roles(tx).await?;
    let mut names = names.to_vec();
    names.sort_unstable();
    names.dedup();
    let known = roles::list(tx, ctx).await?;
    if let Some(unknown) = names.iter().find(|name| !known.iter().any(|role| role.name == **name)) {
        return Err(Refusal::invalid("/second_factor_roles", format!("there is no role {unknown:?}")));
    }
    second_factors::set_roles(tx, &names).await?;
    roles::settle_all(tx).await?;
    let data = json!({"second_factor_roles": {"old": before, "new": names}});
    ctx.record(tx, "log.sign-in-policy", Subject::of("log", uuid::Uuid::nil()), data).await.map(|_| ())
}

/// A code that somebody gave: what has to be taken for it to count.
#[derive(Debug, Clone)]
pub(super) enum Given {
    /// One that changes: its time step.
    Step(i64),
    /// One that counts once, as it is kept.
    Recovery([u8; 32]),
}

impl Given {
    /// What a text is.
    pub(super) fn of(app: &App, factor: &SecondFactor, text: &str) -> Result<Self, Refusal> {
        match step_of(app, factor, text)? {
            Some(step) => Ok(Self::Step(step)),
            None => Ok(Self::Recovery(digest(factor.user_id, text))),
        }
    }

    /// Takes it; false when it is wrong or was taken before.
    pub(super) async fn take(&self, tx: &mut Tx, user: UserId) -> Result<bool, DbError> {
        match self {
            Self::Step(step) => second_factors::take_step(tx, user, *step).await,
            Self::Recovery(digest) => second_factors::take_recovery_code(tx, user, digest).await,
        }
    }
}

/// The time step that a code is of; none when it is wrong.
fn step_of(app: &App, factor: &SecondFactor, code: &str) -> Result<Option<i64>, Refusal> {
    let secret = secret_of(app, factor)?;
    Ok(step_at(&codes(secret.expose())?.build().map_err(unusable)?, code, app.db.now()))
}

fn step_at(totp: &Totp, code: &str, now: Timestamp) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let seconds = u64::try_from(now.as_micros() / 1_000_000).ok()?;
    totp.check(&code, seconds).and_then(|step| i64::try_from(step).ok())
}

fn secret_of(app: &App, factor: &SecondFactor) -> Result<Secret, Refusal> {
    app.keyring.open(place(&factor.user_id.to_string()), &factor.key_id, &factor.sealed).map_err(unusable)
}

fn place(user: &str) -> SecretLocation<'_> {
    SecretLocation { table: "second_factors", row: user, column: "sealed" }
}

/// The codes of a secret, as authenticators make them: six digits every half minute, by HMAC-SHA1.
fn codes(secret: &str) -> Result<Builder, Refusal> {
    let secret = TotpSecret::try_from_base32(secret).map_err(|_| unusable("its secret is no base32"))?;
    Ok(Builder::new().with_algorithm(Algorithm::SHA1).with_secret(secret).with_skew(SKEW))
}

/// What an authenticator reads: the secret, and whose it is.
fn address(app: &App, secret: &str, user: &User) -> Result<String, Refusal> {
    let issuer = app.company.name.as_deref().unwrap_or("Hospes").replace(':', " ");
    let account = user.email.replace(':', " ");
    let totp = codes(secret)?.with_issuer(Some(issuer)).with_account_name(account).build();
    totp.map_err(unusable)?.to_url().map_err(unusable)
}

fn recovery_code() -> String {
    let mut bytes = [0; 16];
    unpredictable(&mut bytes);
    let letters: Vec<char> = bytes.iter().map(|byte| LETTERS[usize::from(byte % 32)].into()).collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// A code as it is kept: nobody who reads the database can use it.
fn digest(user: UserId, code: &str) -> [u8; 32] {
    let code: String = code.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    Sha256::new()
        .chain_update("hospes recovery code\0")
        .chain_update(user.0)
        .chain_update(code)
        .finalize()
        .into()
}

#[expect(clippy::disallowed_methods, reason = "nobody may guess a secret or a code, in tests either")]
fn unpredictable(bytes: &mut [u8]) {
    rand::rng().fill_bytes(bytes);
}

async fn me(tx: &mut Tx, ctx: &RequestContext) -> Result<User, Refusal> {
    match (ctx.actor.principal, ctx.actor.token) {
        (Principal::User(id), None) => {
            teams::user(tx, id).await?.ok_or_else(|| Refusal::not_found("user", id))
        }
        _ => Err(Refusal::Forbidden("a second factor is set up by who signed in".to_owned())),
    }
}

fn wrong() -> Refusal {
    Refusal::invalid("/code", "this code is wrong, too old, or was used before")
}

fn unusable(error: impl std::fmt::Display) -> Refusal {
    Refusal::Store(DbError::Decode(format!("a second factor: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret and the times of the tables in RFC 6238, appendix B, with six digits in place of eight.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = TotpSecret::new_stack(*b"12345678901234567890").to_base32();
        let totp = codes(&secret).unwrap().build().unwrap();
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            let now = Timestamp::from_micros(seconds * 1_000_000);
            assert_eq!(step_at(&totp, code, now), Some(seconds / 30), "{seconds}");
            assert_eq!(step_at(&totp, code, now.plus_millis(30_000)), Some(seconds / 30));
            assert_eq!(step_at(&totp, code, now.plus_millis(90_000)), None);
            assert_eq!(step_at(&totp, "000000", now), None);
        }
    }

    #[test]
    fn a_recovery_code_is_read_as_people_write_it() {
        let user: UserId = uuid::Uuid::nil().into();
        let code = recovery_code();
        assert_eq!(code.len(), 19);
        assert_eq!(digest(user, &code), digest(user, &code.to_uppercase().replace('-', " ")));
        assert_ne!(digest(user, &code), digest(user, &recovery_code()));
        assert_ne!(digest(user, &code), digest(uuid::Uuid::max().into(), &code));
    }
}
