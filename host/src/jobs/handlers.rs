//! Which operation does which job.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{mail, outbox, password_link, push};
use crate::domain::ids::{CustomerId, InteractionId, MailId, ShareId, TicketId};
use crate::ops::accounts::password_links;
use crate::ops::calls::{assignment, hooks, scoring};
use crate::ops::conversations::mails;
use crate::ops::declared_kinds::migrate;
use crate::ops::intake::respond;
use crate::ops::partners::shares;
use crate::ops::reactions::ForInstallation;
use crate::ops::records::search;
use crate::ops::tasks::clocks;
use crate::ops::tickets::{hand_offs, sla};
use crate::ops::{App, Refusal, conversations, surveys};
use crate::store::db::DbError;
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
        surveys::COMPOSE => surveys::compose(app, job, payload::<OfTicket>(job)?.ticket).await,
        surveys::ASK => surveys::ask(app, job, payload(job)?).await,
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
        mails::QUEUE => mail::send(app, job, payload::<OfMail>(job)?.mail).await,
        sla::QUEUE => {
            let timer: sla::Timer = payload(job)?;
            app.finish(job, timer, |tx, ctx, timer| Box::pin(sla::fire(tx, ctx, timer))).await.map(|_| ())
        }
        hand_offs::QUEUE => {
            let timer: hand_offs::Timer = payload(job)?;
            app.finish(job, timer, |tx, ctx, timer| Box::pin(hand_offs::fire(tx, ctx, timer)))
                .await
                .map(|_| ())
        }
        shares::PUSH => push::push(app, job, payload::<OfShare>(job)?.share).await,
        shares::CLOCK => {
            let timer: shares::Timer = payload(job)?;
            app.finish(job, timer, |tx, ctx, timer| Box::pin(shares::fire(tx, ctx, timer))).await.map(|_| ())
        }
        clocks::QUEUE => {
            let timer: clocks::Timer = payload(job)?;
            app.finish(job, timer, |tx, ctx, timer| Box::pin(clocks::fire(tx, ctx, timer))).await.map(|_| ())
        }
        unknown => {
            let text =
                format!("there is no handler for the queue {unknown:?}; a newer host has enqueued this");
            Err(Refusal::Store(DbError::Other(text)))
        }
    }
}

fn payload<T: DeserializeOwned>(job: &Job) -> Result<T, Refusal> {
    let unreadable =
        |error| Refusal::Store(DbError::Decode(format!("the payload of job {}: {error}", job.id)));
    serde_json::from_value(job.payload.0.clone()).map_err(unreadable)
}
