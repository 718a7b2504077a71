//! Reads the log from a cursor and makes jobs of its events; jobs and cursor move in one transaction.

use std::sync::Arc;

use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::domain::actor::Principal;
use crate::domain::event::{Cause, NewEvent, Subject};
use crate::ops::calls::assignment;
use crate::ops::calls::waiting::{self, Room};
use crate::ops::notifications::plan;
use crate::ops::{App, Refusal, job_payload, reactions};
use crate::plugins::Installation;
use crate::store::db::Tx;
use crate::store::events::{self, Event};
use crate::store::{queue, tickets};

/// The reader's name.
const CURSOR: &str = "fan-out";
/// How many events are read at once.
const BATCH: i64 = 500;

/// Fans out until it is time to stop.
pub(super) async fn run(app: App, stop: CancellationToken) {
    let mut heads = app.feed.heads();
    let mut place = None;
    loop {
        heads.mark_unchanged();
        match step(&app, &mut place).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "events could not be fanned out"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            // The sender lives as long as the host, so this ends only by a change.
            _ = heads.changed() => {}
            () = tokio::time::sleep(super::patience(&app)) => {}
        }
    }
}

/// Fans out one batch from the place that was reached; whether there was one.
async fn step(app: &App, place: &mut Option<i64>) -> Result<bool, Refusal> {
    let mut tx = app.db.read().await?;
    let from = match place.take() {
        Some(place) => place,
        None => events::cursor(&mut tx, CURSOR).await?,
    };
    let batch = events::after(&mut tx, from, BATCH).await?;
    let Some(last) = batch.last().map(|event| event.seq) else {
        *place = Some(from);
        return Ok(false);
    };
    let installations = app.plugins.enabled(&mut tx).await?;
    drop(tx);
    let fanned_out =
        app.db.write((from, last, batch, installations), |tx, (from, last, batch, installations)| {
            Box::pin(fan_out(tx, *from, *last, batch, installations))
        });
    // Where another process was faster, it is read anew how far it came.
    *place = fanned_out.await?.then_some(last);
    Ok(true)
}

/// Makes the jobs of a batch; false when another process was faster and has made them.
async fn fan_out(
    tx: &mut Tx,
    from: i64,
    last: i64,
    batch: &[Event],
    installations: &[Arc<Installation>],
) -> Result<bool, Refusal> {
    if !events::advance(tx, CURSOR, from, last).await? {
        return Ok(false);
    }
    let mut rooms: Vec<Option<Room>> = batch.iter().map(waiting::freed_by).collect();
    if rooms.iter().any(Option::is_some) && !tickets::any_waiting(tx).await? {
        rooms.fill(None);
    }
    let mut wanted = Vec::new();
    for (event, room) in batch.iter().zip(rooms) {
        let mut jobs = reactions::of(tx, event, installations);
        jobs.extend(room.map(|room| waiting::wake(room, reactions::cause(event), tx.now())));
        let unassigned = reactions::unassigned(event);
        let count = jobs.len() + usize::from(unassigned.is_some());
        if event.depth >= Cause::DEPTH_LIMIT && count > 0 {
            stop_loop(tx, event, count).await?;
            continue;
        }
        wanted.extend(unassigned);
        for job in jobs {
            let installation = job_payload::installation_of(&job.payload);
            queue::enqueue_for(tx, job, installation).await?;
        }
    }
    plan::plan(tx, batch).await?;
    for job in assignment::jobs(&wanted, tx.now()) {
        queue::enqueue(tx, job).await?;
    }
    Ok(true)
}

/// Says that nothing reacts to an event because too many lie before it in its chain of causes.
async fn stop_loop(tx: &mut Tx, event: &Event, reactions: usize) -> Result<(), Refusal> {
    let stopped = NewEvent {
        kind: "loop.stopped",
        subject: Subject {
            kind: "event",
            id: event.id.0,
            customer: event.customer_id,
            source: event.source_id,
        },
        data: json!({"kind": event.kind, "depth": event.depth, "reactions": reactions}),
    };
    let cause = Cause { event: Some(event.id), depth: event.depth + 1 };
    events::append(tx, Principal::System, cause, stopped).await?;
    Ok(())
}
