//! Which operation does which job.

use futures::future::BoxFuture;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{mail, notify, outbox, password_link, push};
use crate::domain::ids::{CustomerId, InteractionId, MailId, ShareId, TicketId};
use crate::ops::accounts::password_links;
use crate::ops::calls::{assignment, hooks, schedule as run_scheduled, scoring, waiting};
use crate::ops::conversations::mails;
use crate::ops::declared_kinds::migrate;
use crate::ops::installations::{polling, schedule};
use crate::ops::intake::{files, poll, respond};
use crate::ops::job_payload::ForInstallation;
use crate::ops::notifications::plan;
use crate::ops::partners::shares;
use crate::ops::records::search;
use crate::ops::tasks::clocks;
use crate::ops::tickets::sla::recalculate;
use crate::ops::tickets::{hand_offs, sla};
use crate::ops::{App, Refusal, RequestContext, conversations, surveys};
use crate::store::db::{DbError, Tx};
use crate::store::queue::Job;

#[derive(Deserialize)]
struct Message {
    message: InteractionId,
}

#[derive(Deserialize)]
struct OfMail {
    mail: MailId,
}

#[derive(Deserialize)]
struct OfTicket {
    ticket: TicketId,
}

#[derive(Deserialize)]
struct OfShare {
    share: ShareId,
}

/// Does one job.
pub(super) async fn run(app: &App, job: &Job) -> Result<(), Refusal> {
    match job.queue.as_str() {
        respond::QUEUE => respond::run(app, job, payload::<Message>(job)?.message).await,
        assignment::QUEUE => assignment::run(app, job, payload(job)?).await,
        waiting::QUEUE => waiting::run(app, job, payload(job)?).await,
        surveys::COMPOSE => surveys::compose(app, job, payload::<OfTicket>(job)?.ticket).await,
        surveys::ASK => surveys::ask(app, job, payload(job)?).await,
        files::QUEUE => files::run(app, job, payload(job)?).await,
        polling::QUEUE => poll::run(app, job, payload(job)?).await,
        schedule::QUEUE => run_scheduled::run(app, job, payload(job)?).await,
        scoring::QUEUE => {
            let about: ForInstallation<CustomerId> = payload(job)?;
            scoring::run(app, job, about.installation, about.about).await
        }
        hooks::QUEUE => {
            let about: ForInstallation<i64> = payload(job)?;
            hooks::run(app, job, about.installation, about.about).await
        }
        conversations::OUTBOX => outbox::send(app, job, payload::<Message>(job)?.message).await,
        migrate::QUEUE => migrate::run(app, job, payload(job)?).await,
        search::QUEUE => search::index(app, job, payload(job)?).await,
        password_links::QUEUE => password_link::send(app, job, payload(job)?).await,
        plan::QUEUE => notify::run(app, job, payload(job)?).await,
        mails::QUEUE => mail::send(app, job, payload::<OfMail>(job)?.mail).await,
        shares::PUSH => push::push(app, job, payload::<OfShare>(job)?.share).await,
        sla::QUEUE => timer(app, job, |tx, ctx, timer| Box::pin(sla::fire(tx, ctx, timer))).await,
        recalculate::QUEUE => recalculate::run(app, job, payload(job)?).await,
        hand_offs::QUEUE => timer(app, job, |tx, ctx, timer| Box::pin(hand_offs::fire(tx, ctx, timer))).await,
        shares::CLOCK => timer(app, job, |tx, ctx, timer| Box::pin(shares::fire(tx, ctx, timer))).await,
        clocks::QUEUE => timer(app, job, |tx, ctx, timer| Box::pin(clocks::fire(tx, ctx, timer))).await,
        unknown => {
            let text =
                format!("there is no handler for the queue {unknown:?}; a newer host has enqueued this");
            Err(Refusal::Store(DbError::Other(text)))
        }
    }
}

/// What a timer does when it is due.
type Fire<T> = for<'t> fn(&'t mut Tx, &'t RequestContext, &'t T) -> BoxFuture<'t, Result<(), Refusal>>;

/// Lets a timer fire; what it does is durable together with its end.
async fn timer<T>(app: &App, job: &Job, fire: Fire<T>) -> Result<(), Refusal>
where
    T: DeserializeOwned + Send + Sync + 'static,
{
    app.finish(job, payload::<T>(job)?, fire).await.map(|_| ())
}

fn payload<T: DeserializeOwned>(job: &Job) -> Result<T, Refusal> {
    let unreadable =
        |error| Refusal::Store(DbError::Decode(format!("the payload of job {}: {error}", job.id)));
    serde_json::from_value(job.payload.0.clone()).map_err(unreadable)
}
