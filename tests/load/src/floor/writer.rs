//! A batching writer: takes what waits, up to 256 requests, writes their rows in one transaction with a full sync, and
//! answers them all after the commit. Once over rusqlite in a thread, once over sqlx in a task.

use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rusqlite::types::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection as _, Executor as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot};
use tokio::task::LocalSet;

/// A statement and its arguments.
pub type Row = (&'static str, Vec<Value>);

/// Wishes that share a commit at most, as in the host.
const BATCH: usize = 256;

struct Write {
    rows: Vec<Row>,
    done: oneshot::Sender<()>,
}

/// Wishes a second through rusqlite, with so many clients that wait for their answer each.
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

/// Wishes a second through sqlx.
pub async fn sqlx(
    database: &Path,
    clients: usize,
    length: Duration,
    make: impl Fn(u64) -> Vec<Row> + 'static,
) -> Result<f64> {
    let (requests, mut waiting) = mpsc::unbounded_channel::<Write>();
    let options = SqliteConnectOptions::new()
        .filename(database)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let writer = async move {
        while let Some(first) = waiting.recv().await {
            let mut transaction = connection.begin().await?;
            let (mut next, mut done) = (Some(first), Vec::new());
            while let Some(request) = next {
                for (sql, values) in request.rows {
                    let query = values.into_iter().fold(sqlx::query(sql), |query, value| match value {
                        Value::Null => query.bind(None::<String>),
                        Value::Integer(value) => query.bind(value),
                        Value::Real(value) => query.bind(value),
                        Value::Text(value) => query.bind(value),
                        Value::Blob(value) => query.bind(value),
                    });
                    transaction.execute(query).await?;
                }
                done.push(request.done);
                next = if done.len() < BATCH { waiting.try_recv().ok() } else { None };
            }
            transaction.commit().await?;
            for done in done {
                let _ = done.send(());
            }
        }
        anyhow::Ok(())
    };
    let local = LocalSet::new();
    let writer = local.spawn_local(writer);
    let rate = local.run_until(ask(requests, clients, length, make)).await?;
    local.run_until(writer).await??;
    Ok(rate)
}

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
