//! The queue of jobs: enqueued with the change that wants them, taken with a lease, finished under a fence.
//!
//! Only this file uses the database's own clock, and for leases only: hosts' clocks may differ, and a lease that
//! another host's clock thinks over must not be taken from under a worker.

use serde_json::Value;

use super::db::{DbError, Dialect, Json, Tx, args, row};
use crate::domain::clock::Timestamp;
use crate::domain::event::Cause;
use crate::domain::ids::{EventId, JobId};

row! {
    /// A job that a worker has taken.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Job {
        /// Its id.
        pub id: JobId,
        /// Which handler takes it.
        pub queue: String,
        /// Jobs of one lane run in order.
        pub lane: String,
        /// What it is about.
        pub payload: Json<Value>,
        /// The event that it follows from.
        pub cause_id: Option<EventId>,
        /// How many events lie before it in the chain of causes.
        pub cause_depth: i64,
        /// How often it was taken, this time included.
        pub attempts: i64,
        /// The number that its worker must still hold to finish it.
        pub fence: i64,
    }

    /// A job that was given up.
    #[derive(Debug, Clone, PartialEq)]
    pub struct DeadLetter {
        /// Its id.
        pub id: JobId,
        /// Which handler took it.
        pub queue: String,
        /// Its lane.
        pub lane: String,
        /// What it was about.
        pub payload: Json<Value>,
        /// How often it was tried.
        pub attempts: i64,
        /// What went wrong last.
        pub last_error: Option<String>,
        /// When it was enqueued.
        pub created_at: Timestamp,
    }
}

impl Job {
    /// What events that it causes name as their cause.
    pub fn cause(&self) -> Cause {
        Cause { event: self.cause_id, depth: self.cause_depth }
    }
}

/// A job to be enqueued.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// Which handler takes it.
    pub queue: &'static str,
    /// Jobs of one lane run one after the other.
    pub lane: String,
    /// What it is about.
    pub payload: Value,
    /// What it follows from.
    pub cause: Cause,
    /// Not before this time.
    pub run_at: Timestamp,
}

/// Enqueues a job in the transaction of the change that wants it.
pub async fn enqueue(tx: &mut Tx, job: NewJob) -> Result<JobId, DbError> {
    let id: JobId = tx.id();
    tx.execute(
        "insert into jobs (id, queue, lane, payload, cause_id, cause_depth, run_at, attempts, state, fence, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7, 0, 'ready', 0, $8)",
        args![id, job.queue, job.lane, job.payload, job.cause.event, job.cause.depth, job.run_at, tx.now()],
    )
    .await?;
    Ok(id)
}

/// Takes due jobs for a worker: the first of each lane, and none of a lane in which one is running.
pub async fn take(tx: &mut Tx, limit: i64, lease_millis: i64) -> Result<Vec<Job>, DbError> {
    // Of two workers at once, the second must not see a lane as idle whose job the first is just taking: PostgreSQL
    // locks the rows and skips the locked ones, SQLite has one writer.
    let sql = match tx.dialect() {
        Dialect::Sqlite => {
            "update jobs set state = 'running', attempts = attempts + 1, fence = fence + 1, \
             lease_until = cast(unixepoch('subsec') * 1000000 as integer) + $3 * 1000 \
             where id in (select j.id from jobs j where j.state = 'ready' and j.run_at <= $1 \
             and not exists (select 1 from jobs b where b.lane = j.lane and b.id < j.id and b.state <> 'dead') \
             order by j.run_at, j.id limit $2) \
             returning id, queue, lane, payload, cause_id, cause_depth, attempts, fence"
        }
        Dialect::Postgres => {
            "update jobs set state = 'running', attempts = attempts + 1, fence = fence + 1, \
             lease_until = cast(extract(epoch from clock_timestamp()) * 1000000 as bigint) + $3 * 1000 \
             where id in (select j.id from jobs j where j.state = 'ready' and j.run_at <= $1 \
             and not exists (select 1 from jobs b where b.lane = j.lane and b.id < j.id and b.state <> 'dead') \
             order by j.run_at, j.id limit $2 for update skip locked) \
             returning id, queue, lane, payload, cause_id, cause_depth, attempts, fence"
        }
    };
    let mut jobs: Vec<Job> = tx.all(sql, args![tx.now(), limit, lease_millis]).await?;
    jobs.sort_by_key(|job| job.id);
    Ok(jobs)
}

/// Checks that the worker still holds the job, and removes it; its effects commit in the same transaction. False
/// when the lease ran out and another worker has taken it: then nothing may be committed.
pub async fn finish(tx: &mut Tx, job: &Job) -> Result<bool, DbError> {
    let sql = "delete from jobs where id = $1 and fence = $2 and state = 'running'";
    Ok(tx.execute(sql, args![job.id, job.fence]).await? == 1)
}

/// Puts a job back to be tried again at a time.
pub async fn retry(tx: &mut Tx, job: &Job, run_at: Timestamp, error: &str) -> Result<(), DbError> {
    tx.execute(
        "update jobs set state = 'ready', run_at = $3, lease_until = null, last_error = $4 \
         where id = $1 and fence = $2 and state = 'running'",
        args![job.id, job.fence, run_at, error],
    )
    .await?;
    Ok(())
}

/// Puts a job back as if it had not been taken: what it needs is out of service, which is no fault of its own.
pub async fn postpone(tx: &mut Tx, job: &Job, run_at: Timestamp, reason: &str) -> Result<(), DbError> {
    tx.execute(
        "update jobs set state = 'ready', run_at = $3, lease_until = null, last_error = $4, attempts = attempts - 1 \
         where id = $1 and fence = $2 and state = 'running'",
        args![job.id, job.fence, run_at, reason],
    )
    .await?;
    Ok(())
}

/// Gives a job up. Its lane goes on without it.
pub async fn bury(tx: &mut Tx, job: &Job, error: &str) -> Result<bool, DbError> {
    let touched = tx
        .execute(
            "update jobs set state = 'dead', lease_until = null, last_error = $3 \
             where id = $1 and fence = $2 and state = 'running'",
            args![job.id, job.fence, error],
        )
        .await?;
    Ok(touched == 1)
}

/// Frees jobs whose worker has let the lease run out: it was killed, or hangs.
pub async fn free_expired(tx: &mut Tx) -> Result<u64, DbError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => {
            "update jobs set state = 'ready', lease_until = null where state = 'running' \
             and lease_until < cast(unixepoch('subsec') * 1000000 as integer)"
        }
        Dialect::Postgres => {
            "update jobs set state = 'ready', lease_until = null where state = 'running' \
             and lease_until < cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)"
        }
    };
    tx.execute(sql, &[]).await
}

/// Frees every running job: on SQLite, at the start, nobody else can be working on one.
pub async fn free_all(tx: &mut Tx) -> Result<u64, DbError> {
    tx.execute("update jobs set state = 'ready', lease_until = null where state = 'running'", &[]).await
}

/// When the next job is due; none when nothing waits.
pub async fn next_due(tx: &mut Tx) -> Result<Option<Timestamp>, DbError> {
    tx.scalar("select min(run_at) from jobs where state = 'ready'", &[]).await
}

/// Removes the waiting jobs of a lane: timers whose reason is gone.
pub async fn cancel_lane(tx: &mut Tx, lane: &str) -> Result<u64, DbError> {
    tx.execute("delete from jobs where lane = $1 and state = 'ready'", args![lane]).await
}

/// Jobs that were given up, newest first.
pub async fn dead_letters(tx: &mut Tx, limit: i64) -> Result<Vec<DeadLetter>, DbError> {
    tx.all(
        "select id, queue, lane, payload, attempts, last_error, created_at from jobs where state = 'dead' \
         order by id desc limit $1",
        args![limit],
    )
    .await
}

/// Puts a dead letter back into the queue with fresh attempts; false when it isn't there.
pub async fn revive(tx: &mut Tx, id: JobId) -> Result<bool, DbError> {
    let sql = "update jobs set state = 'ready', attempts = 0, run_at = $2 where id = $1 and state = 'dead'";
    Ok(tx.execute(sql, args![id, tx.now()]).await? == 1)
}

/// How many jobs wait or run that were due by a time.
pub async fn count_due(tx: &mut Tx, by: Timestamp) -> Result<i64, DbError> {
    tx.scalar("select count(*) from jobs where state <> 'dead' and run_at <= $1", args![by]).await
}
