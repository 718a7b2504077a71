//! A batching writer: takes what waits, up to 256 requests, writes their rows in one transaction with a full sync, and
//! answers them all after the commit. On SQLite once over rusqlite in a thread, once over sqlx in a task; on PostgreSQL
//! over sqlx in a task for each of its connections.

use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection as _, Executor as _, PgConnection, SqliteConnection};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::{JoinHandle, LocalSet};

use crate::database::{Database, Value, bound};

/// A statement and its arguments.
pub type Row = (&'static str, Vec<Value>);

/// Requests that share a commit at most, as in the host.
const BATCH: usize = 256;
/// Connections to PostgreSQL, which commits side by side.
const CONNECTIONS: usize = 4;

struct Write {
    rows: Vec<Row>,
    done: oneshot::Sender<()>,
}

/// Requests a second through rusqlite, with so many clients that wait for their answer each.
pub async fn rusqlite(
    database: &Path,
    clients: usize,
    length: Duration,
    make: impl Fn(u64) -> Vec<Row> + 'static,
) -> Result<f64> {
    let (requests, mut waiting) = mpsc::unbounded_channel::<Write>();
    let connection = rusqlite::Connection::open(database)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    let writer = std::thread::spawn(move || -> Result<()> {
        while let Some(first) = waiting.blocking_recv() {
            connection.execute_batch("begin immediate")?;
            let (mut next, mut done) = (Some(first), Vec::new());
            while let Some(request) = next {
                for (sql, values) in &request.rows {
                    connection.prepare_cached(sql)?.execute(rusqlite::params_from_iter(values))?;
                }
                done.push(request.done);
                next = if done.len() < BATCH { waiting.try_recv().ok() } else { None };
            }
            connection.execute_batch("commit")?;
            for done in done {
                // Who asked may have gone.
                let _ = done.send(());
            }
        }
        Ok(())
    });
    let rate = ask(requests, clients, length, make).await?;
    writer.join().ok().context("the writer panicked")??;
    Ok(rate)
}

/// Requests a second through sqlx.
pub async fn sqlx(
    database: &Database,
    clients: usize,
    length: Duration,
    make: impl Fn(u64) -> Vec<Row> + 'static,
) -> Result<f64> {
    let (requests, waiting) = mpsc::unbounded_channel::<Write>();
    let waiting = Rc::new(Mutex::new(waiting));
    let local = LocalSet::new();
    let mut writers: Vec<JoinHandle<Result<()>>> = Vec::new();
    match database {
        Database::Sqlite(file) => {
            let options = SqliteConnectOptions::new()
                .filename(file)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true);
            let connection = SqliteConnection::connect_with(&options).await?;
            writers.push(local.spawn_local(write_sqlite(connection, waiting)));
        }
        Database::Postgres(url) => {
            for _ in 0..CONNECTIONS {
                let connection = PgConnection::connect(url).await?;
                writers.push(local.spawn_local(write_postgres(connection, waiting.clone())));
            }
        }
    }
    let rate = local.run_until(ask(requests, clients, length, make)).await?;
    for writer in writers {
        local.run_until(writer).await??;
    }
    Ok(rate)
}

/// The same text for sqlx's connections to both databases, whose types have nothing in common that could be named.
macro_rules! write {
    ($name:ident, $connection:ty) => {
        async fn $name(
            mut connection: $connection,
            waiting: Rc<Mutex<mpsc::UnboundedReceiver<Write>>>,
        ) -> Result<()> {
            loop {
                // Whoever waits for the first request takes what else is there, too.
                let mut batch = Vec::new();
                if waiting.lock().await.recv_many(&mut batch, BATCH).await == 0 {
                    return Ok(());
                }
                let mut transaction = connection.begin().await?;
                let mut done = Vec::new();
                for request in batch {
                    for (sql, values) in request.rows {
                        transaction.execute(bound!(sqlx::query(sql), values.into_iter())).await?;
                    }
                    done.push(request.done);
                }
                transaction.commit().await?;
                for done in done {
                    // Who asked may have gone.
                    let _ = done.send(());
                }
            }
        }
    };
}

write!(write_sqlite, SqliteConnection);
write!(write_postgres, PgConnection);

async fn ask(
    requests: mpsc::UnboundedSender<Write>,
    clients: usize,
    length: Duration,
    make: impl Fn(u64) -> Vec<Row> + 'static,
) -> Result<f64> {
    let make = Rc::new(make);
    let next = Rc::new(std::cell::Cell::new(0_u64));
    let local = LocalSet::new();
    let started = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|_| {
            let (requests, make, next) = (requests.clone(), make.clone(), next.clone());
            local.spawn_local(async move {
                let mut count = 0_u64;
                while started.elapsed() < length {
                    let number = next.get();
                    next.set(number + 1);
                    let (done, answer) = oneshot::channel();
                    if requests.send(Write { rows: make(number), done }).is_err() || answer.await.is_err() {
                        break;
                    }
                    count += 1;
                }
                count
            })
        })
        .collect();
    drop(requests);
    let mut count = 0;
    local
        .run_until(async {
            for task in tasks {
                count += task.await?;
            }
            anyhow::Ok(())
        })
        .await?;
    Ok(count as f64 / started.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "current_thread")]
    async fn what_was_answered_is_stored() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::Sqlite(folder.path().join("floor.db"));
        let mut session = database.open().await.expect("a file");
        session
            .execute("create table things (id integer primary key, what text)", &[])
            .await
            .expect("a table");
        let length = Duration::from_millis(200);
        let make = |number: u64| {
            let values = vec![Value::Integer(number as i64), Value::Text("thing".to_owned())];
            vec![("insert into things (id, what) values ($1, $2)", values)]
        };
        let began = Instant::now();
        let rate = sqlx(&database, 8, length, make).await.expect("a rate");
        let most = rate * began.elapsed().as_secs_f64();
        let count = session.count("select count(*) from things", &[]).await.expect("a count") as f64;
        assert!(count > 0.0 && count <= most, "{count} rows for at most {most} answers");
        assert!(count >= rate * length.as_secs_f64(), "{count} rows at {rate} a second");
    }
}
