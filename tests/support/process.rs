//! The built host as a process of its own, as an operator runs it. The tests and the load programs share this file.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

/// The administrator's token of every host under test.
pub const ADMIN: &str = "hsp_0123456789abcdefghijklmnopqrstuvwxyzABCDEF";
/// The secret of the key that all hosts of the tests share.
pub const KEY: &str = "1111111111111111111111111111111111111111111111111111111111111111";
/// How long a host may take to get ready: plugins may have to be compiled.
const PATIENCE: Duration = Duration::from_secs(400);

/// How to start a host.
#[derive(Debug, Clone)]
pub struct Start {
    /// The program.
    pub program: PathBuf,
    /// For `--database`.
    pub database: String,
    /// Where compiled plugins are kept.
    pub cache: PathBuf,
    /// Private addresses that plugins may reach, separated by commas.
    pub egress_allow: String,
    /// The folder of plugins that it shows with its sample company; none when it begins empty.
    pub demo: Option<PathBuf>,
    /// Where it writes its log.
    pub log: PathBuf,
    /// What it logs.
    pub level: &'static str,
}

/// A running host. It is killed when it is dropped.
pub struct Process {
    child: Child,
    /// Where it serves HTTP.
    pub address: SocketAddr,
    /// How long it took from its start until it said that it is ready.
    pub started_in: Duration,
    log: PathBuf,
}

impl Start {
    /// Starts the host on a free port and waits until it is ready.
    ///
    /// # Errors
    ///
    /// When it ends or isn't ready in time; the text has its log's end.
    pub fn run(&self) -> Result<Process, String> {
        self.run_at(free_port())
    }

    /// As [`run`](Self::run), on this address: where a host was before that was killed.
    pub fn run_at(&self, address: SocketAddr) -> Result<Process, String> {
        let log = File::options().create(true).append(true).open(&self.log).map_err(|e| e.to_string())?;
        let began = Instant::now();
        let mut command = Command::new(&self.program);
        command
            .args(["serve", "--listen", &address.to_string(), "--database", &self.database])
            .env("HOSPES_ADMIN_TOKEN", ADMIN)
            .env("HOSPES_KEY", KEY)
            .env("HOSPES_CACHE", &self.cache)
            .env("HOSPES_EGRESS_ALLOW", &self.egress_allow)
            .env("HOSPES_PUBLIC_URL", "https://crm.example.com")
            .env("HOSPES_LOG", self.level)
            .env_remove("HOSPES_DATABASE")
            .current_dir(self.log.parent().unwrap_or(Path::new("/")))
            .stdout(std::process::Stdio::null())
            .stderr(log);
        if let Some(plugins) = &self.demo {
            command.arg("--demo").arg("--plugins").arg(plugins);
        }
        let child = command.spawn().map_err(|error| format!("{}: {error}", self.program.display()))?;
        let mut process = Process { child, address, started_in: Duration::ZERO, log: self.log.clone() };
        while !process.is_ready() {
            let ended = process.child.try_wait().ok().flatten();
            if ended.is_some() || began.elapsed() > PATIENCE {
                return Err(format!(
                    "the host isn't ready ({ended:?}); its log ends so:\n{}",
                    process.log_end()
                ));
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        process.started_in = began.elapsed();
        Ok(process)
    }
}

impl Process {
    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it answers that it is ready.
    pub fn is_ready(&self) -> bool {
        let asked = || -> std::io::Result<bool> {
            let mut stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(1))?;
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer.starts_with("HTTP/1.1 200"))
        };
        asked().unwrap_or(false)
    }

    /// Kills it as a power cut would: no signal that it could handle.
    pub fn kill(mut self) {
        // One that has ended by itself is as dead.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to stop, as a supervisor does, and waits until it has.
    pub fn stop(mut self) -> Result<ExitStatus, String> {
        self.terminate()?;
        let asked = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().map_err(|error| error.to_string())? {
                return Ok(status);
            }
            if asked.elapsed() > PATIENCE {
                return Err(format!("the host doesn't stop; its log ends so:\n{}", self.log_end()));
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Asks it to stop and doesn't wait.
    pub fn terminate(&self) -> Result<(), String> {
        self.signal(rustix::process::Signal::TERM)
    }

    /// Holds it where it is, as a machine does that is short of everything.
    pub fn freeze(&self) -> Result<(), String> {
        self.signal(rustix::process::Signal::STOP)
    }

    /// Lets one that was held go on.
    pub fn thaw(&self) -> Result<(), String> {
        self.signal(rustix::process::Signal::CONT)
    }

    fn signal(&self, signal: rustix::process::Signal) -> Result<(), String> {
        let id = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
        let id = id.ok_or_else(|| "a process without an id".to_owned())?;
        rustix::process::kill_process(id, signal).map_err(|error| error.to_string())
    }

    /// The last lines of its log.
    pub fn log_end(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that was stopped or killed before is no error.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address on this machine that nobody listens on.
pub fn free_port() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).ok();
    let address = listener.and_then(|listener| listener.local_addr().ok());
    address.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, 18_080).into())
}
