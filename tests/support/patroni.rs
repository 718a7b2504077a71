//! PostgreSQL that survives the loss of a machine: two servers kept by Patroni, whose standby has every commit before it is
//! answered, their state in etcd, and HAProxy, which leads to whichever is the primary. See "Synchronous mode" and "HAProxy"
//! in Patroni's documentation.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hospes::store::db::Location;
use serde_json::Value;
use tempfile::TempDir;
use xtask::postgres::{binaries, we_are_root};

use crate::process::free_port;

/// How long the cluster may take to come to what is waited for: a dead primary is noticed after twenty seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// The cluster. All of it ends when it is dropped.
pub struct Cluster {
    folder: TempDir,
    etcd: Child,
    proxy: Child,
    nodes: [Node; 2],
    proxy_at: SocketAddr,
}

/// A machine with a server.
struct Node {
    name: &'static str,
    patroni: Option<Child>,
    data: PathBuf,
    configuration: PathBuf,
    /// Where it listens.
    server: SocketAddr,
    /// Where Patroni says how it stands.
    api: SocketAddr,
}

impl Cluster {
    /// Starts it; returns when the standby has all that the primary has.
    pub async fn start() -> Self {
        let _already = rustls::crypto::ring::default_provider().install_default();
        let folder = TempDir::new().expect("a temporary folder");
        if we_are_root().expect("/proc") {
            let owned = Command::new("chown").arg("postgres:").arg(folder.path()).status();
            assert!(owned.expect("chown").success());
        }
        let (client, peer, proxy_at) = (free_port(), free_port(), free_port());
        let etcd = [
            format!("--data-dir={}", folder.path().join("etcd").display()),
            format!("--listen-client-urls=http://{client}"),
            format!("--advertise-client-urls=http://{client}"),
            format!("--listen-peer-urls=http://{peer}"),
            format!("--initial-advertise-peer-urls=http://{peer}"),
            format!("--initial-cluster=default=http://{peer}"),
        ];
        let etcd = run("etcd", &etcd, folder.path(), "etcd");
        let nodes = ["one", "two"].map(|name| Node::new(folder.path(), name, client));
        let servers: String = nodes.iter().map(Node::behind_proxy).collect();
        let configuration = folder.path().join("haproxy.cfg");
        std::fs::write(&configuration, proxy_configuration(proxy_at, &servers)).expect("a file");
        let proxy =
            run("haproxy", &["-f".into(), configuration.display().to_string()], folder.path(), "proxy");
        let mut cluster = Self { folder, etcd, proxy, nodes, proxy_at };
        for node in &mut cluster.nodes {
            node.start(cluster.folder.path());
        }
        cluster.until_whole().await;
        cluster
    }

    /// The address of a fresh database, by way of the proxy.
    pub async fn database(&self, name: &str) -> Location {
        use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
        let server = format!("postgres://postgres@{}", self.proxy_at);
        let began = Instant::now();
        let mut connection = loop {
            match PgConnection::connect(&format!("{server}/postgres")).await {
                Ok(connection) => break connection,
                // The proxy hasn't noticed yet who is the primary.
                Err(error) => assert!(began.elapsed() < PATIENCE, "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        connection.execute(AssertSqlSafe(format!("create database {name}"))).await.expect("a database");
        Location::Postgres(format!("{server}/{name}"))
    }

    /// Kills the machine of the primary, as a power cut does, and says which it was.
    pub async fn kill_primary(&mut self) -> usize {
        for (place, node) in self.nodes.iter_mut().enumerate() {
            if node.is_primary().await {
                node.kill();
                return place;
            }
        }
        panic!("there is no primary");
    }

    /// Starts a machine that was killed.
    pub fn start_again(&mut self, node: usize) {
        self.nodes[node].start(self.folder.path());
    }

    /// Waits until there is a primary, and a standby that has all that it has.
    pub async fn until_whole(&self) {
        let began = Instant::now();
        loop {
            for node in &self.nodes {
                let cluster =
                    node.ask("cluster").await.and_then(|text| serde_json::from_str::<Value>(&text).ok());
                let members = cluster.as_ref().and_then(|cluster| cluster["members"].as_array());
                let has = |role: &str| {
                    members.is_some_and(|all| {
                        all.iter().any(|one| one["role"] == role && one["state"] == "running")
                    })
                };
                if has("leader") && has("sync_standby") {
                    return;
                }
            }
            assert!(began.elapsed() < PATIENCE, "the cluster doesn't get whole: {}", self.logs());
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Holds the way to the database, as a network does that loses everything.
    pub fn freeze(&self) {
        signal(&self.proxy, rustix::process::Signal::STOP);
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        signal(&self.proxy, rustix::process::Signal::CONT);
    }

    fn logs(&self) -> String {
        let log = |name: &str| std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        let end = |text: String| text.lines().rev().take(15).collect::<Vec<_>>().join("\n");
        format!("{}\n{}", end(log("one.log")), end(log("two.log")))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.nodes.iter_mut().for_each(Node::kill);
        for child in [&mut self.proxy, &mut self.etcd] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Node {
    fn new(folder: &Path, name: &'static str, etcd: SocketAddr) -> Self {
        let (server, api) = (free_port(), free_port());
        let data = folder.join(name);
        let configuration = folder.join(format!("{name}.yml"));
        let programs = binaries().expect("PostgreSQL");
        let text = format!(
            r#"scope: hospes
name: {name}
restapi: {{listen: "{api}", connect_address: "{api}"}}
etcd3: {{host: "{etcd}"}}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 1
    retry_timeout: 3
    synchronous_mode: true
    postgresql:
      use_pg_rewind: true
      parameters: {{max_connections: 100, wal_level: replica, wal_log_hints: "on", wal_keep_size: 256MB}}
  initdb: [{{encoding: UTF8}}, {{locale: C}}, {{auth: trust}}]
  pg_hba: ["host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"]
postgresql:
  listen: "{server}"
  connect_address: "{server}"
  data_dir: "{}"
  bin_dir: "{}"
  parameters: {{unix_socket_directories: ""}}
  authentication: {{superuser: {{username: postgres}}, replication: {{username: postgres}}, rewind: {{username: postgres}}}}
"#,
            data.display(),
            programs.display(),
        );
        std::fs::write(&configuration, text).expect("a file");
        Self { name, patroni: None, data, configuration, server, api }
    }

    fn behind_proxy(&self) -> String {
        format!("  server {} {} check port {}\n", self.name, self.server, self.api.port())
    }

    fn start(&mut self, folder: &Path) {
        self.patroni = Some(run("patroni", &[self.configuration.display().to_string()], folder, self.name));
    }

    /// Patroni first, so that it doesn't start the server again.
    fn kill(&mut self) {
        if let Some(mut patroni) = self.patroni.take() {
            let _ = patroni.kill();
            let _ = patroni.wait();
        }
        let pid = std::fs::read_to_string(self.data.join("postmaster.pid")).unwrap_or_default();
        let pid =
            pid.lines().next().and_then(|line| rustix::process::Pid::from_raw(line.trim().parse().ok()?));
        if let Some(pid) = pid {
            // One that has ended is as dead.
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
    }

    async fn is_primary(&self) -> bool {
        self.ask("primary").await.is_some()
    }

    /// What Patroni answers, if it answers that it is so.
    async fn ask(&self, what: &str) -> Option<String> {
        let answer = reqwest::get(format!("http://{}/{what}", self.api)).await.ok()?;
        if answer.status().is_success() { answer.text().await.ok() } else { None }
    }
}

/// Starts a program as the user that PostgreSQL's belong to, where this one is root; its log lies in the folder.
fn run(program: &str, arguments: &[String], folder: &Path, log: &str) -> Child {
    let as_root: &[&str] = &["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"];
    let before = if we_are_root().expect("/proc") { as_root } else { &["env"] };
    let log = std::fs::File::create(folder.join(format!("{log}.log"))).expect("a log");
    // Debian keeps HAProxy where only root looks.
    let programs = format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default());
    Command::new(before[0])
        .args(&before[1..])
        .arg(program)
        .args(arguments)
        .env("HOME", folder)
        .env("PATH", programs)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a log"))
        .stderr(log)
        .spawn()
        .unwrap_or_else(|error| {
            panic!("{program}: {error}; on Debian: apt-get install patroni etcd-server haproxy")
        })
}

fn proxy_configuration(at: SocketAddr, servers: &str) -> String {
    format!(
        "global\n  maxconn 500\ndefaults\n  mode tcp\n  timeout connect 2s\n  timeout client 10m\n  timeout server 10m\n\
         listen primary\n  bind {at}\n  option httpchk OPTIONS /primary\n  http-check expect status 200\n  \
         default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions\n{servers}"
    )
}

fn signal(child: &Child, signal: rustix::process::Signal) {
    let pid = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw).expect("a process");
    rustix::process::kill_process(pid, signal).expect("a living process");
}
