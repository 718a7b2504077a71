//! What every operation works with, and how one is committed.

pub mod callers;
pub mod company;
pub mod feed;
pub mod known_schemes;
pub mod passwords;
pub mod presence;
pub mod provider;

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use futures::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use self::callers::Callers;
use self::company::Company;
use self::feed::Feed;
use self::known_schemes::KnownSchemes;
use self::passwords::Passwords;
use self::presence::Presence;
use self::provider::Provider;
use super::refusal::Refusal;
use super::request_context::RequestContext;
use crate::domain::actor::{Permission, Rights};
use crate::plugins::keyring::Keyring;
use crate::plugins::{Plugins, Relay};
use crate::store::db::{Db, Tx};
use crate::store::queue::{self, Job};
use crate::store::tokens;

/// The running host. Each request and each job has a clone of its own, which is one count more.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What a running host is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The plugins.
    pub plugins: Plugins,
    /// What passwords are hashed and checked by.
    pub passwords: Passwords,
    /// The key that secrets are encrypted with.
    pub keyring: Keyring,
    /// What mail goes out by; none when the operator hasn't named one.
    pub relay: Option<Relay>,
    /// From whom the host's own mail comes; none where nothing goes out.
    pub mail_sender: Option<String>,
    /// Where customers reach this host, without a slash at the end: links in messages begin with it.
    pub public_url: String,
    /// The company, as customers' pages show it.
    pub company: Company,
    /// This process among those that serve the database.
    pub presence: Presence,
    /// Who stands behind each token.
    pub callers: Callers,
    /// Which plugins know a kind of identity.
    pub known_schemes: KnownSchemes,
    /// Wakes who follows the event log.
    pub feed: Feed,
    /// Whether this process has seen the first steps on this server done. Then nothing is looked up any more.
    pub setup_finished: AtomicBool,
    /// By whom people can sign in besides by a password.
    pub provider: Option<Provider>,
}

/// An answer, and whether it was given before under the same key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once<T> {
    /// The answer.
    pub answer: T,
    /// Whether nothing was done this time because the key had been used.
    pub repeated: bool,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// A host of these parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Whether people reach this host by HTTPS.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// Runs an operation in a transaction; it returns when all of it is durable, or none of it is done.
    pub async fn commit<I, T, F>(&self, ctx: &RequestContext, input: I, operation: F) -> Result<T, Refusal>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t RequestContext, &'t I) -> BoxFuture<'t, Result<T, Refusal>>
            + Send
            + Sync
            + 'static,
    {
        self.db.write((ctx.clone(), input), move |tx, (ctx, input)| operation(tx, ctx, input)).await
    }

    /// Finishes a job: what it wants and its end become durable together. None when another worker has taken the
    /// job meanwhile; then nothing of it is done here.
    pub async fn finish<I, T, F>(&self, job: &Job, input: I, operation: F) -> Result<Option<T>, Refusal>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t RequestContext, &'t I) -> BoxFuture<'t, Result<T, Refusal>>
            + Send
            + Sync
            + 'static,
    {
        let ctx = RequestContext::system(job.cause());
        self.finish_as(&ctx, job, input, operation).await
    }

    /// Finishes a job that has nothing left to do.
    pub async fn done(&self, job: &Job) -> Result<(), Refusal> {
        self.finish(job, (), |_, _, ()| Box::pin(async { Ok(()) })).await.map(|_| ())
    }

    /// As [`finish`](Self::finish), for a job done on somebody's behalf.
    pub async fn finish_as<I, T, F>(
        &self,
        ctx: &RequestContext,
        job: &Job,
        input: I,
        operation: F,
    ) -> Result<Option<T>, Refusal>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t RequestContext, &'t I) -> BoxFuture<'t, Result<T, Refusal>>
            + Send
            + Sync
            + 'static,
    {
        self.commit(ctx, (job.clone(), input, operation), |tx, ctx, (job, input, operation)| {
            Box::pin(async move {
                if !queue::finish(tx, job).await? {
                    return Ok(None);
                }
                operation(tx, ctx, input).await.map(Some)
            })
        })
        .await
    }

    /// As [`commit`](Self::commit), once for each key that the caller gave: the key, the change and the answer
    /// become durable together, so a repeated request gets the first one's answer whatever happened in between, as long as
    /// who repeats it still has every right that it took.
    pub async fn commit_once<I, T, F>(
        &self,
        ctx: &RequestContext,
        name: &'static str,
        input: I,
        operation: F,
    ) -> Result<Once<T>, Refusal>
    where
        I: Serialize + Send + Sync + 'static,
        T: Serialize + DeserializeOwned + Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t RequestContext, &'t I) -> BoxFuture<'t, Result<T, Refusal>>
            + Send
            + Sync
            + 'static,
    {
        let Some(key) = ctx.key.clone() else {
            return Ok(Once { answer: self.commit(ctx, input, operation).await?, repeated: false });
        };
        let digest = digest(name, &input)?;
        self.commit(ctx, (key, digest, input, operation), |tx, ctx, (key, digest, input, operation)| {
            Box::pin(async move {
                let principal = ctx.actor.principal.to_string();
                if !tokens::take_key(tx, &principal, key, digest).await? {
                    let answer = kept_answer(tx, ctx, key, digest).await?.ok_or_else(|| {
                        Refusal::Conflict("the key was just forgotten; use a new one".into())
                    })?;
                    return Ok(Once { answer, repeated: true });
                }
                let answer = operation(tx, ctx, input).await?;
                let needs: Vec<&str> = ctx.used().without(Rights::default()).map(Permission::word).collect();
                tokens::keep(tx, &principal, key, json(&answer)?, &needs.join(" ")).await?;
                Ok(Once { answer, repeated: false })
            })
        })
        .await
    }

    /// The answer that [`commit_once`](Self::commit_once) has kept for this request, where it was sent before: for what
    /// takes more than the database to find it out.
    pub async fn answered<T: DeserializeOwned>(
        &self,
        ctx: &RequestContext,
        name: &'static str,
        input: &impl Serialize,
    ) -> Result<Option<T>, Refusal> {
        let Some(key) = &ctx.key else { return Ok(None) };
        kept_answer(&mut self.db.read().await?, ctx, key, &digest(name, input)?).await
    }
}

/// What tells a request from another one under the same key.
fn digest(name: &str, input: &impl Serialize) -> Result<Vec<u8>, Refusal> {
    let request = Sha256::new().chain_update(name).chain_update([0]).chain_update(json(input)?.to_string());
    Ok(request.finalize().to_vec())
}

/// The answer that is kept under the caller's key; none when the key is new.
async fn kept_answer<T: DeserializeOwned>(
    tx: &mut Tx,
    ctx: &RequestContext,
    key: &str,
    digest: &[u8],
) -> Result<Option<T>, Refusal> {
    let kept = tokens::kept(tx, &ctx.actor.principal.to_string(), key).await?;
    let Some(kept) = kept else { return Ok(None) };
    if kept.digest != digest {
        let detail = format!("the Idempotency-Key {key:?} was used for another request; use a new one");
        return Err(Refusal::Conflict(detail));
    }
    still_may(ctx, &kept)?;
    serde_json::from_value(kept.answer.0).map(Some).map_err(|error| unreadable(&error))
}

/// Refuses a kept answer to who couldn't have it done now: one principal may act by several tokens, and lose rights.
fn still_may(ctx: &RequestContext, kept: &tokens::KeptAnswer) -> Result<(), Refusal> {
    let Some(needs) = &kept.needs else {
        let detail = "the Idempotency-Key was used before this host's last upgrade; use a new one";
        return Err(Refusal::Conflict(detail.to_owned()));
    };
    for word in needs.split_whitespace() {
        let known = Permission::ALL.iter().find(|permission| permission.word() == word);
        let Some(permission) = known else {
            let detail =
                format!("the Idempotency-Key stands for what took the right {word}, which is no more");
            return Err(Refusal::Forbidden(detail));
        };
        ctx.require(*permission)?;
    }
    Ok(())
}

fn json<T: Serialize>(value: &T) -> Result<serde_json::Value, Refusal> {
    serde_json::to_value(value).map_err(|error| unreadable(&error))
}

fn unreadable(error: &serde_json::Error) -> Refusal {
    Refusal::Store(crate::store::db::DbError::Decode(format!("a kept answer: {error}")))
}
