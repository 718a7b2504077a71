//! Scores: given by plugins when something happens to a customer.

use serde_json::json;

use super::driver::PluginCalls;
use crate::domain::actor::Scope;
use crate::domain::customer::Score;
use crate::domain::entity::{Entity, RecordKind};
use crate::domain::ids::{CustomerId, InstallationId};
use crate::domain::money::Money;
use crate::domain::value::Value;
use crate::ops::app::App;
use crate::ops::customers::identify;
use crate::ops::installations::{note_failure, unavailable};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::{Ability, CallError, Installation, types};
use crate::store::customers::Canonical;
use crate::store::db::Tx;
use crate::store::page::PagePosition;
use crate::store::queue::Job;
use crate::store::{conversations, customers, orders, scores, surveys, tickets};

/// The queue of this step.
pub const QUEUE: &str = "score";
/// How many touches a subject has at most; older ones weigh little in any score.
const TOUCHES: i64 = 50;

/// Handles the job that scores one customer by one installation.
pub async fn run(
    app: &App,
    job: &Job,
    installation: InstallationId,
    customer: CustomerId,
) -> Result<(), Refusal> {
    let mut tx = app.db.read().await?;
    let found =
        app.plugins.installation(&mut tx, &installation.to_string()).await?.filter(|found| found.enabled);
    let canonical = customers::canonical(&mut tx, customer, Scope::All).await?;
    let (Some(installation), Some(canonical)) = (found, canonical) else {
        drop(tx);
        return app.done(job).await;
    };
    let subject = subject(&mut tx, &installation, &canonical).await?;
    let customer = canonical.customer.id;
    drop(tx);
    let ctx = RequestContext::system(job.cause()).of(&installation);
    let calls = PluginCalls::of_job(app, job);
    let work = async || {
        let scoring = calls.call(&installation, Ability::Scoring, |call| {
            app.plugins.score(&installation, call, vec![subject.clone()])
        });
        let (given, staged) = match scoring.await {
            Ok(scored) => scored,
            Err(error @ CallError::Broken { .. }) => {
                // The next event of the customer scores it again; until then it keeps the score it had.
                let input = (installation.name.clone(), customer, error.to_string());
                let skipped = app.finish_as(&ctx, job, input, |tx, ctx, (name, customer, reason)| {
                    Box::pin(async move {
                        let customer = identify::subject(tx, *customer).await?;
                        let data = json!({"installation": name, "reason": reason});
                        ctx.record(tx, "score.skipped", customer, data).await.map(|_| ())
                    })
                });
                return skipped.await.map(|_| ());
            }
            Err(error) => {
                note_failure(app, &installation, "scoring", &error).await;
                return Err(unavailable(&error));
            }
        };
        let input = (installation.id, customer, given, staged);
        let put = app.finish_as(&ctx, job, input, |tx, ctx, (installation, customer, given, staged)| {
            Box::pin(async move {
                put(tx, ctx, *installation, *customer, given).await?;
                staged.apply(tx, ctx).await
            })
        });
        put.await.map(|_| ())
    };
    calls.until_applied(work).await
}

/// A customer as a scoring plugin gets it: the granted fields, and the figures and newest touches of all its records.
async fn subject(
    tx: &mut Tx,
    installation: &Installation,
    canonical: &Canonical,
) -> Result<types::ScoringSubject, Refusal> {
    let (customer, of) = (&canonical.customer, canonical.rows());
    let orders = orders::figures(tx, of).await?;
    let mut attributes = installation.visible(&Entity::of(RecordKind::Customer, customer)).attributes;
    let mut figure = |name: &str, value: Value| {
        attributes.push(crate::domain::value::Attribute { name: name.to_owned(), value }.into());
    };
    figure("orders", orders.iter().map(|bought| bought.orders).sum::<i64>().into());
    for bought in &orders {
        figure("order_total", Money::new(bought.total_cents, &bought.currency).into());
    }
    figure("last_order_at", orders.iter().filter_map(|bought| bought.last_at).max().into());
    figure("open_tickets", tickets::count_open(tx, of).await?.into());
    figure("csat", surveys::latest_csat(tx, of).await?.into());
    let touches = conversations::of_customer(tx, of, PagePosition::START, TOUCHES).await?;
    let touches = touches.into_iter().map(|touch| types::Touch {
        kind: touch.kind,
        inbound: touch.inbound,
        at: touch.occurred_at.as_micros(),
        text: touch.text,
    });
    Ok(types::ScoringSubject { id: customer.id.to_string(), attributes, touches: touches.collect() })
}

async fn put(
    tx: &mut Tx,
    ctx: &RequestContext,
    installation: InstallationId,
    id: CustomerId,
    given: &[types::CustomerScore],
) -> Result<(), Refusal> {
    let customer = identify::subject(tx, id).await?;
    let asked = id.to_string();
    for score in given.iter().filter(|score| score.subject == asked && score.value.is_finite()) {
        let score = Score {
            customer_id: id,
            name: score.name.clone(),
            installation_id: installation,
            value: score.value,
            grade: score.grade.clone(),
            reasons: score.reasons.clone(),
            computed_at: tx.now(),
        };
        let before = scores::put(tx, &score).await?;
        if before.as_ref() == Some(&(score.value, score.grade.clone())) {
            continue;
        }
        let data = json!({
            "name": score.name,
            "value": {"old": before.as_ref().map(|before| before.0), "new": score.value},
            "grade": {"old": before.map(|before| before.1), "new": score.grade},
            "reasons": score.reasons,
        });
        ctx.record(tx, "score.changed", customer, data).await?;
    }
    Ok(())
}
