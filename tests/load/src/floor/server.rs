//! Bare axum with nothing behind it, or with one point read: this program again, in a process of its own, as the host
//! is.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, bail};
use axum::Router;
use axum::extract::{Path as UrlPath, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use clap::ValueEnum;
use sqlx::Row as _;
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use uuid::Uuid;

use crate::database::Database;
use crate::process::free_port;

/// What the server does for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Nothing.
    Nothing,
    /// One point read through sqlx.
    Sqlx,
    /// One point read through rusqlite, in the handler's thread.
    Rusqlite,
}

/// The connections of a server's pool.
const CONNECTIONS: u32 = 8;

/// A floor's server as a process of its own; killed when it is dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts it.
    pub fn start(kind: Kind, database: &Database) -> Result<Self> {
        let address = free_port();
        let kind = kind.to_possible_value();
        let child = Command::new(std::env::current_exe()?)
            .args(["floor", kind.as_ref().map_or("", |kind| kind.get_name())])
            .args([address.to_string(), database.address()])
            .stdin(Stdio::null())
            .spawn()?;
        let server = Self { child, address };
        for _ in 0..1_000 {
            if std::net::TcpStream::connect(address).is_ok() {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        bail!("the floor's server doesn't listen on {address}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It holds nothing that would have to be put away.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the point read gives: as many columns as make an answer.
const SQL: &str = "select id, kind, name, stage, cast(tags as text), cast(attributes as text), created_at, updated_at, version \
    from customers where id = $1";

/// Runs the server in this process, on the runtime that the host has too.
pub fn run(kind: Kind, address: SocketAddr, database: &Database) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async move {
        let path = "/v1/customers/{id}";
        let router = match (kind, database) {
            (Kind::Nothing, _) => Router::new().route(path, get(|| async { "{}" })),
            (Kind::Sqlx, Database::Sqlite(file)) => {
                let options = SqliteConnectOptions::new().filename(file).read_only(true);
                let pool =
                    SqlitePoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await?;
                Router::new().route(path, get(sqlite_through_sqlx)).with_state(pool)
            }
            (Kind::Sqlx, Database::Postgres(url)) => {
                let pool = PgPoolOptions::new().max_connections(CONNECTIONS).connect(url).await?;
                Router::new().route(path, get(postgres_through_sqlx)).with_state(pool)
            }
            (Kind::Rusqlite, database) => {
                let file = database.file()?;
                let open = |_| rusqlite::Connection::open(file);
                let pool = (0..CONNECTIONS).map(open).collect::<Result<Vec<_>, _>>()?;
                let pool = Arc::new(Mutex::new(pool));
                Router::new().route(path, get(through_rusqlite)).with_state(pool)
            }
        };
        axum::serve(tokio::net::TcpListener::bind(address).await?, router).await?;
        anyhow::Ok(())
    })
}

/// The same text for sqlx's pools of both databases, whose types have nothing in common that could be named.
macro_rules! through_sqlx {
    ($name:ident, $pool:ty) => {
        async fn $name(State(pool): State<$pool>, UrlPath(id): UrlPath<Uuid>) -> impl IntoResponse {
            let row = sqlx::query(SQL).bind(id).fetch_one(&pool).await;
            let body = row.and_then(|row| {
                let text = |index: usize| row.try_get::<String, _>(index);
                let number = |index: usize| row.try_get::<i64, _>(index);
                let texts = [text(1)?, text(2)?, text(3)?, text(4)?, text(5)?];
                Ok(body(id, texts, [number(6)?, number(7)?, number(8)?]))
            });
            body.map(|body| ([(CONTENT_TYPE, "application/json")], body)).map_err(|_| StatusCode::NOT_FOUND)
        }
    };
}

through_sqlx!(sqlite_through_sqlx, SqlitePool);
through_sqlx!(postgres_through_sqlx, PgPool);

type Pool = Arc<Mutex<Vec<rusqlite::Connection>>>;

async fn through_rusqlite(State(pool): State<Pool>, UrlPath(id): UrlPath<Uuid>) -> impl IntoResponse {
    let taken = pool.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let Some(connection) = taken else { return Err(StatusCode::SERVICE_UNAVAILABLE) };
    let read = || -> rusqlite::Result<String> {
        let mut statement = connection.prepare_cached(SQL)?;
        statement.query_row([id.as_bytes().as_slice()], |row| {
            let texts = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
            Ok(body(id, texts, [row.get(6)?, row.get(7)?, row.get(8)?]))
        })
    };
    let body = read();
    pool.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    body.map(|body| ([(CONTENT_TYPE, "application/json")], body)).map_err(|_| StatusCode::NOT_FOUND)
}

/// Tags and attributes are JSON already.
fn body(id: Uuid, [kind, name, stage, tags, attributes]: [String; 5], numbers: [i64; 3]) -> String {
    let [created_at, updated_at, version] = numbers;
    format!(
        "{{\"id\":\"{id}\",\"kind\":\"{kind}\",\"name\":\"{name}\",\"stage\":\"{stage}\",\"tags\":{tags},\
         \"attributes\":{attributes},\"created_at\":{created_at},\"updated_at\":{updated_at},\"version\":{version}}}"
    )
}
