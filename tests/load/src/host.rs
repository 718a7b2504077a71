//! The host under measurement: found, started, furnished.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::Run;
use crate::client::{self, Connection};
use crate::database::{Database, Engine, Session, Value as SqlValue};
use crate::postgres::Server;
use crate::process::{ADMIN, Process, Start};

/// The secret that Telegram's requests carry in these measurements.
pub const WEBHOOK_SECRET: &str = "the-secret-of-the-webhook-in-measurements";

/// What tickets are about; each class is a team's.
pub const CLASSES: [&str; 4] = ["inquiry", "complaint", "purchase", "after-sales"];

/// What every measurement needs: the host's program, the plugins, a folder, what databases are made in.
pub struct Place {
    /// The host's program.
    pub program: PathBuf,
    /// Where the shipped plugins lie.
    pub plugins: PathBuf,
    /// A component with `tools` that V17 installs as its large plugin; one is made when none is named.
    pub large: Option<PathBuf>,
    /// Cargo's target directory.
    pub target: PathBuf,
    /// What the host's databases are made in.
    pub engine: Engine,
    /// A folder that goes afterwards.
    pub folder: TempDir,
}

impl Place {
    /// Finds the host as it is shipped and the plugins, in the target directory of this program where no others are named.
    pub fn find(run: &Run) -> Result<Self> {
        let own = std::env::current_exe()?;
        let folder = own.parent().context("this program lies in a folder")?;
        let target = folder.parent().context("the folder lies in cargo's target directory")?.to_owned();
        let program = run.host.clone().unwrap_or_else(|| target.join("dist/hospes"));
        ensure!(
            program.is_file(),
            "{} isn't there; build it: cargo build --profile dist -p hospes",
            program.display()
        );
        let plugins = run.plugins.clone().unwrap_or_else(|| target.join("plugins"));
        ensure!(
            plugins.join("telegram.wasm").is_file(),
            "{} has no plugins; build them: cargo run -p xtask -- plugins",
            plugins.display()
        );
        // Beside the target directory and not in /tmp, which may be memory: a commit must reach a disk.
        let folder = tempfile::Builder::new().prefix("load-").tempdir_in(&target)?;
        let engine = match &run.postgres {
            None => Engine::Sqlite(folder.path().to_owned()),
            Some(None) => Engine::Postgres(Server::start()?),
            Some(Some(url)) => Engine::Postgres(Server::at(url)),
        };
        Ok(Self {
            // The host is started in another folder than this one.
            program: std::path::absolute(program)?,
            plugins,
            large: run.large.clone(),
            target,
            engine,
            folder,
        })
    }

    /// An empty database for one measurement.
    pub async fn fresh(&self, name: &str) -> Result<Database> {
        self.engine.fresh(name).await
    }

    /// Starts a host as an operator would: with all defaults, its log in a file.
    pub fn start(&self, database: &Database) -> Result<Process> {
        let start = Start {
            program: self.program.clone(),
            database: database.address(),
            cache: self.target.join("load-code"),
            egress_allow: String::new(),
            demo: None,
            log: self.folder.path().join("host.log"),
            level: "info",
        };
        start.run().map_err(|error| anyhow!(error))
    }

    /// Makes all tables in a database and nothing else.
    pub fn make(&self, database: &Database) -> Result<()> {
        let host = self.start(database)?;
        host.stop().map_err(|error| anyhow!(error))?;
        Ok(())
    }
}

/// How long a host may take for what it has still to do.
const PATIENCE: Duration = Duration::from_secs(120);

/// Waits until the host has done all that is due: events are sealed and read, no job is late or running.
pub async fn settle(session: &mut Session) -> Result<()> {
    const UNREAD: &str = "select count(*) from events where seq is null or seq > \
        (select coalesce(max(sequence), 0) from cursors where name = 'fan-out')";
    const DUE: &str = "select count(*) from jobs where state <> 'dead' and run_at <= $1";
    let began = Instant::now();
    loop {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros();
        let due = session.count(DUE, &[SqlValue::Integer(i64::try_from(now)?)]).await?;
        let unread = session.count(UNREAD, &[]).await?;
        if due + unread == 0 {
            return Ok(());
        }
        ensure!(began.elapsed() < PATIENCE, "{due} jobs and {unread} events are still waiting");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The administrator, calling a host's API or that of another server.
pub struct Admin {
    connection: Connection,
    request: Vec<u8>,
    token: String,
}

impl Admin {
    /// Of a host.
    pub async fn of(host: &Process) -> Result<Self> {
        Self::at(host.address, &bearer()).await
    }

    /// Of the server at this address, by this header's value.
    pub async fn at(address: SocketAddr, token: &str) -> Result<Self> {
        let connection = Connection::open(address).await?;
        Ok(Self { connection, request: Vec::new(), token: token.to_owned() })
    }

    /// Makes one call; an answer that isn't a success is an error.
    pub async fn call(&mut self, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        self.send(method, path, "application/json", &body).await
    }

    async fn send(&mut self, method: &str, path: &str, media: &str, body: &[u8]) -> Result<Value> {
        client::write(
            &mut self.request,
            method,
            path,
            &[("authorization", &self.token), ("content-type", media)],
            body,
        );
        let status = self.connection.send(&self.request).await?;
        let text = String::from_utf8_lossy(self.connection.body()).into_owned();
        ensure!((200..300).contains(&status), "{method} {path} was answered with {status}: {text}");
        if text.is_empty() { Ok(Value::Null) } else { self.connection.json() }
    }

    /// Uploads a shipped plugin, installs it under its own name, grants what it asks for and switches it on.
    pub async fn install(
        &mut self,
        place: &Place,
        plugin: &str,
        settings: &Value,
        secrets: &[(&str, &str)],
    ) -> Result<()> {
        self.install_file(&place.plugins.join(format!("{plugin}.wasm")), plugin, settings, secrets).await
    }

    /// The same with a plugin's file that lies anywhere.
    pub async fn install_file(
        &mut self,
        file: &Path,
        plugin: &str,
        settings: &Value,
        secrets: &[(&str, &str)],
    ) -> Result<()> {
        let artifact = std::fs::read(file).with_context(|| file.display().to_string())?;
        self.send("POST", "/v1/plugins", "application/wasm", &artifact).await?;
        let new = json!({"plugin": plugin, "name": plugin, "settings": settings});
        let made = self.call("POST", "/v1/installations", Some(&new)).await?;
        let path = format!("/v1/installations/{}", made["id"].as_str().context("an installation's id")?);
        for (name, value) in secrets {
            self.call("PUT", &format!("{path}/secrets/{name}"), Some(&json!({"value": value}))).await?;
        }
        self.call("PUT", &format!("{path}/grants"), Some(&json!({"requested": true}))).await?;
        self.call("POST", &format!("{path}/enable"), Some(&json!({}))).await?;
        Ok(())
    }

    /// Installs every shipped plugin.
    pub async fn install_all(&mut self, place: &Place) -> Result<()> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&place.plugins)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "wasm") {
                names.extend(path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned));
            }
        }
        names.sort();
        for name in names {
            if name == "telegram" {
                self.install_telegram(place).await?;
            } else {
                let settings = match name.as_str() {
                    "e-mail" => json!({"address": "service@example.com"}),
                    _ => json!({}),
                };
                self.install(place, &name, &settings, &[]).await?;
            }
        }
        Ok(())
    }

    /// Installs the Telegram channel; nothing is ever sent in these measurements.
    pub async fn install_telegram(&mut self, place: &Place) -> Result<()> {
        let secrets = [("bot-token", "7012345678:none"), ("webhook-secret", WEBHOOK_SECRET)];
        let settings = json!({"api-url": "http://127.0.0.1:9"});
        self.install(place, "telegram", &settings, &secrets).await
    }

    /// Makes a team for each class of tickets, with so many people who take so many tickets each.
    pub async fn make_teams(&mut self, people: usize, capacity: usize) -> Result<()> {
        for class in CLASSES {
            let team = json!({"name": class, "classes": [class], "watches": []});
            let team = self.call("POST", "/v1/teams", Some(&team)).await?;
            for number in 0..people {
                let user = json!({
                    "name": format!("Person {number}"), "email": format!("{class}{number}@example.com"), "language": "en",
                    "capacity": capacity, "languages": ["zh-CN", "en"], "teams": [team["id"]],
                });
                self.call("POST", "/v1/users", Some(&user)).await?;
            }
        }
        Ok(())
    }
}

/// The value of the header that the administrator's requests carry.
pub fn bearer() -> String {
    format!("Bearer {ADMIN}")
}
