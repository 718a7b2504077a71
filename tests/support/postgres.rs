//! A fresh PostgreSQL database for each test, on the cluster that [`xtask::postgres`] keeps.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use xtask::postgres::{Lease, VARIABLE};

/// A database that one test has for itself. It is dropped with this value, together with the connections to it
/// that are still open.
pub struct TestDatabase {
    url: String,
    name: String,
    server: Server,
}

impl TestDatabase {
    /// The address to give to the host: `postgres://user@host:port/name`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// A fresh, empty database.
///
/// # Panics
///
/// When there is no server and none can be started; the message says what to do.
pub async fn database() -> TestDatabase {
    let server = Server::find().await;
    create(&server, "template0").await.unwrap_or_else(|error| server.refused(&error))
}

/// A copy of the database of this name, which the first who asks for it makes: `fill` gets the address of an empty one and
/// leaves no connection to it. It stays as long as the cluster.
///
/// # Panics
///
/// As [`database`], and when `fill` does.
pub async fn copy_of(template: &str, fill: impl AsyncFnOnce(&str)) -> TestDatabase {
    let server = Server::find().await;
    match create(&server, template).await {
        Err(error) if is_missing(&error) => {
            let made = make(&server, template, fill).await;
            made.unwrap_or_else(|error| server.refused(&error));
            create(&server, template).await
        }
        done => done,
    }
    .unwrap_or_else(|error| server.refused(&error))
}

/// Makes the database of this name, unless another does so meanwhile: each test is a process of its own, so the server says
/// whose turn it is.
async fn make(server: &Server, name: &str, fill: impl AsyncFnOnce(&str)) -> Result<(), sqlx::Error> {
    let mut turn = server.connect().await?;
    turn.execute("select pg_advisory_lock(1)").await?;
    let is_there = "select exists (select 1 from pg_database where datname = $1)";
    if !sqlx::query_scalar(is_there).bind(name).fetch_one(&mut turn).await? {
        let unfinished = create(server, "template0").await?;
        fill(unfinished.url()).await;
        let sql = format!("alter database {} rename to {name}", unfinished.name);
        turn.execute(AssertSqlSafe(sql)).await?;
    }
    turn.close().await
}

async fn create(server: &Server, template: &str) -> Result<TestDatabase, sqlx::Error> {
    let name = new_name();
    server.execute(&format!("create database {name} template {template}")).await?;
    Ok(TestDatabase { url: format!("{}/{name}", server.url), name, server: server.clone() })
}

/// Whether the database to copy isn't there (`invalid_catalog_name`).
fn is_missing(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == "3D000")
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let server = self.server.clone();
        let drop = format!("drop database if exists {} with (force)", self.name);
        // A test's own runtime may be single and busy ending, so this takes a thread and a runtime of its own.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(server.execute(&drop)).map_err(std::io::Error::other)
        });
        // What is left goes with the cluster.
        let _ = dropped.join();
    }
}

/// The server, and our part in keeping it alive when it is the tests' own.
#[derive(Clone)]
struct Server {
    url: String,
    _lease: Option<Arc<Lease>>,
}

impl Server {
    async fn find() -> Self {
        if let Ok(url) = std::env::var(VARIABLE) {
            return Self { url: url.trim_end_matches('/').to_owned(), _lease: None };
        }
        let lease = tokio::task::spawn_blocking(|| Lease::take(&target()))
            .await
            .expect("taking a lease doesn't panic")
            .unwrap_or_else(|error| panic!("no PostgreSQL for the tests: {error:#}"));
        Self { url: lease.url().to_owned(), _lease: Some(Arc::new(lease)) }
    }

    async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        PgConnection::connect(&format!("{}/postgres", self.url)).await
    }

    async fn execute(&self, sql: &str) -> Result<(), sqlx::Error> {
        let mut connection = self.connect().await?;
        connection.execute(AssertSqlSafe(sql)).await?;
        connection.close().await
    }

    fn refused(&self, error: &sqlx::Error) -> ! {
        panic!("could not create a database on {}: {error}; {}", self.url, xtask::postgres::BY_HAND)
    }
}

/// A name that no other test has, in this process, beside it or after it.
fn new_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let time = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_micros();
    format!("test_{time}_{}_{count}", std::process::id())
}

/// Cargo's target directory: this test program lies in `<target>/<profile>/deps/`.
fn target() -> PathBuf {
    let program = std::env::current_exe().expect("a program knows where it is");
    program.ancestors().nth(3).expect("test programs lie in <target>/<profile>/deps").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn tables(database: &TestDatabase) -> i64 {
        let mut connection = PgConnection::connect(database.url()).await.expect("the database is there");
        let sql = "select count(*) from pg_tables where schemaname = 'public'";
        sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("it counts")
    }

    #[tokio::test]
    async fn databases_are_apart_and_go_when_dropped() {
        let (one, other) = tokio::join!(database(), database());
        execute_in(&one, "create table only_here (id bigint)").await;
        assert_eq!((tables(&one).await, tables(&other).await), (1, 0));

        let template = format!("template_of_{}", new_name());
        let fill = async |url: &str| {
            let mut connection = PgConnection::connect(url).await.expect("the database is there");
            connection.execute("create table in_each (id bigint)").await.expect("the statement is right");
            connection.close().await.expect("it closes");
        };
        let (first, second) = tokio::join!(copy_of(&template, fill), copy_of(&template, fill));
        assert_eq!((tables(&first).await, tables(&second).await), (1, 1), "a copy has what its template has");

        let url = other.url().to_owned();
        let open = PgConnection::connect(&url).await.expect("the database is there");
        drop(other);
        drop(open);
        assert!(PgConnection::connect(&url).await.is_err(), "a dropped database is gone");
    }

    async fn execute_in(database: &TestDatabase, sql: &'static str) {
        let mut connection = PgConnection::connect(database.url()).await.expect("the database is there");
        connection.execute(sql).await.expect("the statement is right");
        connection.close().await.expect("it closes");
    }
}
