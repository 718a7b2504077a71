//! PostgreSQL for the measurements: a server that was named, or a cluster of this run's own.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, geteuid, kill_process};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;

use crate::process::free_port;

/// What the names of all databases begin with that a run makes.
const PREFIX: &str = "hospes_load_";
/// How long the cluster may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that databases are made on.
pub struct Server {
    /// Its address without a database's name.
    url: String,
    made: RefCell<Vec<String>>,
    _own: Option<Cluster>,
}

impl Server {
    /// The server of this address, whose user may create databases.
    pub fn at(url: &str) -> Self {
        Self { url: url.trim_end_matches('/').to_owned(), made: RefCell::default(), _own: None }
    }

    /// A server that ends with this value, with all that was in it.
    pub fn start() -> Result<Self> {
        let cluster = Cluster::start()?;
        let url = format!("postgres://postgres@127.0.0.1:{}", cluster.port);
        Ok(Self { url, made: RefCell::default(), _own: Some(cluster) })
    }

    /// Makes a database, in place of one of this name that an earlier run left; returns its address.
    pub async fn create(&self, name: &str, template: &str) -> Result<String> {
        let name = format!("{PREFIX}{}", name.replace('-', "_"));
        self.execute(&format!("drop database if exists {name} with (force)")).await?;
        self.execute(&format!("create database {name} template {template} encoding 'UTF8'")).await?;
        self.made.borrow_mut().push(name.clone());
        Ok(format!("{}/{name}", self.url))
    }

    /// The address of a database that is kept for later runs, and whether it is there already.
    pub async fn kept(&self, name: &str) -> Result<(String, bool)> {
        let name = format!("{PREFIX}{name}");
        let mut connection = self.connect().await?;
        let found = sqlx::query("select 1 from pg_database where datname = $1").bind(&name);
        let there = found.fetch_optional(&mut connection).await?.is_some();
        Ok((format!("{}/{name}", self.url), there))
    }

    /// Gives a database the name under which it is kept.
    pub async fn keep(&self, made: &str, name: &str) -> Result<()> {
        let (made, name) = (format!("{PREFIX}{made}"), format!("{PREFIX}{name}"));
        self.execute(&format!("alter database {made} rename to {name}")).await?;
        self.made.borrow_mut().retain(|database| *database != made);
        Ok(())
    }

    /// Drops what this run made and isn't kept.
    pub async fn drop_made(&self) -> Result<()> {
        for name in self.made.take() {
            self.execute(&format!("drop database if exists {name} with (force)")).await?;
        }
        Ok(())
    }

    async fn connect(&self) -> Result<PgConnection> {
        let connection = PgConnection::connect(&format!("{}/postgres", self.url)).await;
        connection.with_context(|| format!("connecting to {}", self.url))
    }

    async fn execute(&self, sql: &str) -> Result<()> {
        let mut connection = self.connect().await?;
        connection.execute(AssertSqlSafe(sql)).await.with_context(|| sql.to_owned())?;
        connection.close().await?;
        Ok(())
    }
}

/// A cluster of this run's own, in a folder that goes with it.
struct Cluster {
    child: Child,
    port: u16,
    // Removed after the server has ended: fields are dropped after `drop`.
    _folder: TempDir,
}

impl Cluster {
    /// Makes and starts one, with the defaults of a server but for its memory.
    fn start() -> Result<Self> {
        let binaries = binaries()?;
        // Not in /tmp, which may be memory: a commit must reach a disk. And not below the target directory, which may lie
        // where the owner of the cluster, who is never root, can't go.
        let folder = tempfile::Builder::new().prefix("hospes-load-postgres-").tempdir_in("/var/tmp")?;
        let root = geteuid().is_root();
        if root {
            let owner = Command::new("chown").arg("postgres").arg(folder.path()).status()?;
            ensure!(owner.success(), "there is no user postgres for the cluster");
        }
        let data = folder.path().join("data");
        let mut initdb = as_owner(root, &binaries.join("initdb"), folder.path());
        initdb.arg("-D").arg(&data).args(["--username=postgres", "--auth=trust", "--encoding=UTF8"]);
        initdb.args(["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=und"]);
        let made = initdb.output().context("initdb")?;
        ensure!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let port = free_port().port();
        let log = folder.path().join("log");
        let mut postgres = as_owner(root, &binaries.join("postgres"), folder.path());
        postgres.arg("-D").arg(&data).args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
        postgres.args(["-c", "unix_socket_directories="]);
        for setting in ["max_connections=200", "shared_buffers=512MB", "max_wal_size=4GB", "timezone=UTC"] {
            postgres.args(["-c", setting]);
        }
        postgres.stdin(Stdio::null()).stdout(Stdio::null()).stderr(std::fs::File::create(&log)?);
        let mut cluster = Self { child: postgres.spawn()?, port, _folder: folder };
        let began = Instant::now();
        let mut ready = Command::new(binaries.join("pg_isready"));
        ready.args(["--quiet", "--host=127.0.0.1", &format!("--port={port}")]);
        while !ready.status()?.success() {
            let ended = cluster.child.try_wait()?;
            if ended.is_some() || began.elapsed() > PATIENCE {
                bail!("PostgreSQL doesn't start: {}", std::fs::read_to_string(&log).unwrap_or_default());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(cluster)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let Some(id) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) else { return };
        // A fast shutdown, which leaves no process and no shared memory behind. One that has ended needs none.
        let _ = kill_process(id, Signal::INT);
        let _ = self.child.wait();
    }
}

/// A command of the user whom the cluster belongs to. It ends with this program, however that ends.
fn as_owner(root: bool, program: &Path, folder: &Path) -> Command {
    let mut command = Command::new("setpriv");
    if root {
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
    }
    command.args(["--pdeathsig=INT", "--"]).arg(program).current_dir(folder);
    command
}

/// The newest server's programs.
fn binaries() -> Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .max();
    let (_, folder) = newest.context(
        "there is no PostgreSQL in /usr/lib/postgresql; install it (Debian: postgresql) or give --postgres=URL",
    )?;
    Ok(folder)
}
