//! The queue of jobs: enqueued with the change that wants them, taken with a lease, finished under a fence.
//!
//! Only this file uses the database's own clock, and for leases only: hosts' clocks may differ, and a lease that
//! another host's clock thinks over must not be taken from under a worker.

use serde_json::Value;

use super::db::{AddedTo, Arg, DbError, Dialect, Json, Tx, args, row, values};
use super::page::{Page, PagePosition, PageRequest};
use crate::domain::clock::Timestamp;
use crate::domain::event::Cause;
use crate::domain::ids::{EventId, InstallationId, JobId};

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
        /// The installation that it keeps busy.
        pub installation_id: Option<InstallationId>,
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
        /// The installation that it keeps busy.
        pub installation_id: Option<InstallationId>,
        /// When it was enqueued.
        pub created_at: Timestamp,
        /// When it was given up.
        pub buried_at: Option<Timestamp>,
    }

    /// Jobs of one installation that wait, or those of none.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Waiting {
        /// The installation that they keep busy; none where they are the host's own steps.
        pub installation_id: Option<InstallationId>,
        /// How many more of them may run at once; none where they are as many as the worker can do.
        pub room: Option<i64>,
        /// When the first of them is due.
        pub due: Timestamp,
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

/// Jobs that keep one installation busy run at once in such a number at most; the others wait in the queue, where
/// they hold no worker.
pub const PER_INSTALLATION: i64 = 8;

/// The time by the database's clock, which all hosts share.
pub(super) async fn database_time(tx: &mut Tx) -> Result<Timestamp, DbError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => "select cast(unixepoch('subsec') * 1000000 as integer)",
        Dialect::Postgres => "select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)",
    };
    tx.scalar(sql, &[]).await
}

/// Enqueues a job in the transaction of the change that wants it.
pub async fn enqueue(tx: &mut Tx, job: NewJob) -> Result<JobId, DbError> {
    enqueue_for(tx, job, None).await
}

/// Enqueues a job that keeps an installation busy.
pub async fn enqueue_for(
    tx: &mut Tx,
    job: NewJob,
    installation: Option<InstallationId>,
) -> Result<JobId, DbError> {
    let id: JobId = tx.id();
    let row = values![
        id,
        job.queue,
        job.lane,
        job.payload,
        job.cause.event,
        job.cause.depth,
        job.run_at,
        tx.now(),
        installation
    ];
    tx.add(AddedTo::Jobs, row);
    Ok(id)
}

/// Goes from one installation that jobs wait for to the next by the index, however many jobs each has, and on with what is
/// asked of those.
macro_rules! of_waiting {
    ($rest:literal) => {
        concat!(
            "with recursive waiting (id) as (\
             select installation_id from (select installation_id from jobs where state = 'ready' \
             and installation_id is not null order by installation_id limit 1) as lowest \
             union all \
             select (select j.installation_id from jobs j where j.state = 'ready' and j.installation_id > w.id \
             order by j.installation_id limit 1) from waiting w where w.id is not null)",
            $rest
        )
    };
}

/// The jobs that wait, by the installation that they keep busy. Where one may run no more at once, its jobs are left
/// out; they are looked at again when one of them has ended.
pub async fn waiting(tx: &mut Tx) -> Result<Vec<Waiting>, DbError> {
    tx.all(
        of_waiting!(
            ", room as (select w.id, $1 - (select count(*) from jobs r where r.state = 'running' \
             and r.installation_id = w.id) as room from waiting w where w.id is not null) \
             select room.id as installation_id, room.room, (select j.run_at from jobs j where j.state = 'ready' \
             and j.installation_id = room.id order by j.run_at limit 1) as due from room where room.room > 0 \
             union all \
             select * from (select installation_id, cast(null as bigint), run_at from jobs where state = 'ready' \
             and installation_id is null order by run_at limit 1) as own"
        ),
        args![PER_INSTALLATION],
    )
    .await
}

/// When the first of the jobs is due that aren't yet.
pub async fn next_after(tx: &mut Tx, now: Timestamp) -> Result<Option<Timestamp>, DbError> {
    let due: Vec<Timestamp> = tx
        .scalars(
            of_waiting!(
                " select due from (select (select j.run_at from jobs j where j.state = 'ready' \
                 and j.installation_id = w.id and j.run_at > $1 order by j.run_at limit 1) as due from waiting w) as theirs \
                 where due is not null \
                 union all \
                 select run_at from (select run_at from jobs where state = 'ready' and installation_id is null \
                 and run_at > $1 order by run_at limit 1) as own"
            ),
            args![now],
        )
        .await?;
    Ok(due.into_iter().min())
}

/// Takes due jobs for a worker: the first of each lane, none of a lane in which one is running, and of one
/// installation as many as it may run at once. What has waited longest comes first.
pub async fn take(tx: &mut Tx, limit: i64, lease_millis: i64) -> Result<Vec<Job>, DbError> {
    let now = tx.now();
    let mut waiting = waiting(tx).await?;
    waiting.retain(|one| one.due <= now);
    waiting.sort_by_key(|one| one.due);
    let mut jobs: Vec<Job> = Vec::new();
    for one in waiting {
        let free = limit - i64::try_from(jobs.len()).unwrap_or(limit);
        let room = one.room.unwrap_or(free).min(free);
        if room > 0 {
            jobs.extend(take_of(tx, one.installation_id, room, lease_millis).await?);
        }
    }
    jobs.sort_by_key(|job| job.id);
    Ok(jobs)
}

/// Takes due jobs of an installation, or of none.
async fn take_of(
    tx: &mut Tx,
    installation: Option<InstallationId>,
    limit: i64,
    lease_millis: i64,
) -> Result<Vec<Job>, DbError> {
    // Of two workers at once, the second must not see a lane as idle whose job the first is just taking: PostgreSQL
    // locks the rows and skips the locked ones, SQLite has one writer. PostgreSQL gets the ids as an array: what makes one is
    // done once, whatever the planner takes the table to hold, where what stands after `in` may be done for each row.
    macro_rules! taking {
        ($clock:literal, $whose:literal, $within:literal, $lock:literal) => {
            concat!(
                "update jobs set state = 'running', attempts = attempts + 1, fence = fence + 1, lease_until = ",
                $clock,
                " + $3 * 1000 where id ",
                $within,
                "(select j.id from jobs j where j.state = 'ready' and j.installation_id ",
                $whose,
                " and j.run_at <= $1 \
                 and not exists (select 1 from jobs b where b.lane = j.lane and b.id < j.id and b.state <> 'dead') \
                 and not exists (select 1 from jobs b where b.lane = j.lane and b.state = 'running') \
                 order by j.run_at, j.id limit $2 ",
                $lock,
                " returning id, queue, lane, payload, cause_id, cause_depth, attempts, fence, installation_id"
            )
        };
        (sqlite, $whose:literal) => {
            taking!("cast(unixepoch('subsec') * 1000000 as integer)", $whose, "in ", ")")
        };
        (postgres, $whose:literal) => {
            taking!(
                "cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)",
                $whose,
                "= any(array",
                "for update skip locked))"
            )
        };
    }
    let sql = match (tx.dialect(), installation) {
        (Dialect::Sqlite, None) => taking!(sqlite, "is null"),
        (Dialect::Sqlite, Some(_)) => taking!(sqlite, "= $4"),
        (Dialect::Postgres, None) => taking!(postgres, "is null"),
        (Dialect::Postgres, Some(_)) => taking!(postgres, "= $4"),
    };
    let mut args = args![tx.now(), limit, lease_millis].to_vec();
    args.extend(installation.map(Arg::from));
    tx.all(sql, &args).await
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
pub async fn give_up(tx: &mut Tx, job: &Job, error: &str) -> Result<bool, DbError> {
    let touched = tx
        .execute(
            "update jobs set state = 'dead', lease_until = null, last_error = $3, buried_at = $4 \
             where id = $1 and fence = $2 and state = 'running'",
            args![job.id, job.fence, error, tx.now()],
        )
        .await?;
    Ok(touched == 1)
}

/// Lets a worker keep its jobs for another while: it lives and works on them. One that was taken from it stays so.
pub async fn renew(tx: &mut Tx, held: &[(JobId, i64)], lease_millis: i64) -> Result<(), DbError> {
    let until = database_time(tx).await?.plus_millis(lease_millis);
    let rows = held.iter().map(|(id, fence)| values![*id, *fence, until]).collect();
    tx.bulk(
        "update jobs set lease_until = v.column3 from (",
        rows,
        ") as v where jobs.id = v.column1 and jobs.fence = v.column2 and jobs.state = 'running'",
    )
    .await
}

/// Whether the worker of any job has let its lease run out.
pub async fn has_expired(tx: &mut Tx) -> Result<bool, DbError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => {
            "select exists (select 1 from jobs where state = 'running' \
             and lease_until < cast(unixepoch('subsec') * 1000000 as integer))"
        }
        Dialect::Postgres => {
            "select exists (select 1 from jobs where state = 'running' \
             and lease_until < cast(extract(epoch from clock_timestamp()) * 1000000 as bigint))"
        }
    };
    tx.scalar(sql, &[]).await
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

/// Removes the waiting jobs of a lane: timers whose reason is gone.
pub async fn cancel_lane(tx: &mut Tx, lane: &str) -> Result<u64, DbError> {
    tx.execute("delete from jobs where lane = $1 and state = 'ready'", args![lane]).await
}

/// Jobs that were given up, newest first; of one queue or of all.
pub async fn dead_letters(
    tx: &mut Tx,
    page: PageRequest,
    queue: Option<&str>,
) -> Result<Page<DeadLetter>, DbError> {
    let after = page.after.unwrap_or(PagePosition::START);
    let rows = tx
        .all(
            "select id, queue, lane, payload, attempts, last_error, installation_id, created_at, buried_at from jobs \
             where state = 'dead' and id < $1 and ($2 is null or queue = $2) order by id desc limit $3",
            args![after.id, queue.map(str::to_owned), page.limit + 1],
        )
        .await?;
    Ok(Page::cut(rows, page.limit, |row: &DeadLetter| PagePosition { at: row.created_at, id: row.id.0 }))
}

/// One job that was given up.
pub async fn dead_letter(tx: &mut Tx, id: JobId) -> Result<Option<DeadLetter>, DbError> {
    tx.optional(
        "select id, queue, lane, payload, attempts, last_error, installation_id, created_at, buried_at from jobs \
         where id = $1 and state = 'dead'",
        args![id],
    )
    .await
}

/// The dead letters of these lanes.
pub async fn dead_of_lanes(tx: &mut Tx, lanes: &[String; 2]) -> Result<Vec<DeadLetter>, DbError> {
    tx.all(
        "select id, queue, lane, payload, attempts, last_error, installation_id, created_at, buried_at from jobs \
         where lane in ($1, $2) and state = 'dead' order by id",
        args![&lanes[0], &lanes[1]],
    )
    .await
}

/// Puts a dead letter back into the queue with fresh attempts, in its old place in the lane; false when it isn't there.
pub async fn revive(tx: &mut Tx, id: JobId) -> Result<bool, DbError> {
    // Holding the lane's other jobs for the length of this transaction keeps another worker from taking one of them
    // at the same moment, which would then overtake this one.
    tx.execute(
        "update jobs set fence = fence + 1 where state = 'ready' \
         and lane = (select lane from jobs where id = $1 and state = 'dead')",
        args![id],
    )
    .await?;
    let sql = "update jobs set state = 'ready', attempts = 0, run_at = $2, buried_at = null \
               where id = $1 and state = 'dead'";
    Ok(tx.execute(sql, args![id, tx.now()]).await? == 1)
}

/// Throws a dead letter away; false when it isn't there.
pub async fn discard(tx: &mut Tx, id: JobId) -> Result<bool, DbError> {
    Ok(tx.execute("delete from jobs where id = $1 and state = 'dead'", args![id]).await? == 1)
}

/// How many jobs run or could run that were due by a time; those that wait for one of their lane that isn't due yet are
/// left out.
pub async fn count_due(tx: &mut Tx, by: Timestamp) -> Result<i64, DbError> {
    tx.scalar(
        "select count(*) from jobs j where j.run_at <= $1 and (j.state = 'running' or j.state = 'ready' \
         and not exists (select 1 from jobs b where b.lane = j.lane and b.id < j.id and b.state = 'ready' \
         and b.run_at > $1))",
        args![by],
    )
    .await
}
