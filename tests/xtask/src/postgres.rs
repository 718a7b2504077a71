//! A PostgreSQL cluster of the tests' own, shared by all test processes of a run and removed afterwards.
//!
//! Test runners start a process for each test, so the cluster belongs to none of them. Whoever needs it takes
//! a [`Lease`]: the first starts the cluster, the others find it. `cargo verify` holds one lease for its whole
//! run and hands the address on in [`VARIABLE`]; a test that finds no such variable takes a lease itself.
//!
//! In `<target>/test-postgres/`:
//!
//! - `users` is a lock. Each lease holds it shared; the kernel lets it go when its process ends, however.
//! - `starting` is a lock that one process holds while it looks for the cluster or starts it.
//! - `cluster` names the running cluster: its port and its folder.
//!
//! The cluster's folder `hospes-postgres-*` lies among the machine's temporary files, because initdb refuses
//! root and the user `postgres`, who does the work then, may not enter root's folders. Beside it runs a
//! guard (`postgres_guard.sh`): when nobody has held `users` for [`IDLE_SECONDS`], it stops the cluster and
//! removes the folder. So a run that was killed leaves nothing behind.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// The environment variable with the address of a running server, without a database's name:
/// `postgres://postgres@127.0.0.1:5433`. Its user must be allowed to create databases.
pub const VARIABLE: &str = "HOSPES_TEST_POSTGRES";

/// The environment variable that, set to `off`, lets the cluster skip its syncs to disk: quicker, but a crash of
/// the machine may break it.
pub const FSYNC_VARIABLE: &str = "HOSPES_TEST_POSTGRES_FSYNC";

/// How long a cluster stays when nobody uses it, in seconds.
pub const IDLE_SECONDS: u32 = 60;

/// What a person does when no cluster can be started.
pub const BY_HAND: &str = "install PostgreSQL 15 or later (Debian: sudo apt-get install postgresql), or set \
     HOSPES_TEST_POSTGRES=postgres://USER@HOST:PORT to a server of yours";

const GUARD: &str = include_str!("postgres_guard.sh");
const START_TRIES: u32 = 3;

/// The right to use the cluster: it stays at least as long as this value.
pub struct Lease {
    url: String,
    cluster: Cluster,
    state: PathBuf,
    users: File,
}

impl Lease {
    /// Finds the running cluster or starts one; takes some seconds the first time, and blocks. `target` is
    /// cargo's target directory.
    pub fn take(target: &Path) -> Result<Self> {
        Self::take_with(target, IDLE_SECONDS)
    }

    fn take_with(target: &Path, idle_seconds: u32) -> Result<Self> {
        let state = target.join("test-postgres");
        fs::create_dir_all(&state).with_context(|| format!("could not make {}", state.display()))?;
        let users = lock_file(&state.join("users"))?;
        users.lock_shared()?;
        let starting = lock_file(&state.join("starting"))?;
        starting.lock()?;
        let cluster = match Cluster::read(&state) {
            Some(cluster) if cluster.answers() => cluster,
            old => {
                if let Some(old) = old {
                    old.remove();
                }
                Cluster::start(&state)?
            }
        };
        cluster.guard(&state, idle_seconds)?;
        let url = format!("postgres://postgres@127.0.0.1:{}", cluster.port);
        Ok(Self { url, cluster, state, users })
    }

    /// The server's address, without a database's name.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends the cluster now if nobody else uses it; otherwise the guard does so later.
    pub fn end(self) {
        if self.users.unlock().is_ok() && self.users.try_lock().is_ok() {
            self.cluster.remove();
            // A file that stays names a cluster that does not answer, which the next lease notices.
            let _ = fs::remove_file(self.state.join("cluster"));
        }
    }
}

/// The folder with the newest server's programs: `initdb`, `postgres`, `pg_ctl`.
pub fn binaries() -> Result<PathBuf> {
    let complete = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| complete(folder))
        .max();
    if let Some((_, folder)) = newest {
        return Ok(folder);
    }
    // Where PostgreSQL came another way, its own pg_config knows.
    if let Ok(said) = Command::new("pg_config").arg("--bindir").output() {
        let folder = PathBuf::from(String::from_utf8_lossy(&said.stdout).trim());
        if complete(&folder) {
            return Ok(folder);
        }
    }
    bail!("there is no PostgreSQL server in /usr/lib/postgresql/*/bin nor where pg_config says; {BY_HAND}")
}

/// Whether this process runs as root, whom PostgreSQL refuses.
pub fn we_are_root() -> Result<bool> {
    Ok(fs::metadata("/proc/self").context("/proc is not mounted")?.uid() == 0)
}

/// A cluster, running or not.
struct Cluster {
    port: u16,
    folder: PathBuf,
}

impl Cluster {
    fn read(state: &Path) -> Option<Self> {
        let text = fs::read_to_string(state.join("cluster")).ok()?;
        let (port, folder) = text.trim_end().split_once('\n')?;
        Some(Self { port: port.parse().ok()?, folder: folder.into() })
    }

    fn answers(&self) -> bool {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        self.folder.join("data/postmaster.pid").is_file()
            && TcpStream::connect_timeout(&address, Duration::from_secs(2)).is_ok()
    }

    /// Makes and starts a cluster. Another program may take the free port before PostgreSQL does, so there is
    /// more than one try.
    fn start(state: &Path) -> Result<Self> {
        let binaries = binaries()?;
        let mut tried = 0;
        loop {
            tried += 1;
            let cluster = Self { port: free_port()?, folder: new_folder()? };
            // Written first: whoever comes after a process that was killed right here can clear up.
            fs::write(state.join("cluster"), format!("{}\n{}\n", cluster.port, cluster.folder.display()))?;
            match cluster.initialise(&binaries).and_then(|()| cluster.run(&binaries)) {
                Ok(()) => return Ok(cluster),
                Err(error) => {
                    cluster.remove();
                    if tried == START_TRIES {
                        return Err(error);
                    }
                }
            }
        }
    }

    fn initialise(&self, binaries: &Path) -> Result<()> {
        let mut initdb = self.as_owner(&binaries.join("initdb"))?;
        initdb.arg("-D").arg(self.folder.join("data"));
        initdb.args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-sync",
            "--no-instructions",
        ]);
        // A collation that is not that of bytes, as most servers have: a query that relies on the order of
        // text without saying `collate "C"` shows here.
        initdb.args(["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=und"]);
        quietly(&mut initdb, &self.folder.join("output"))
            .context("initdb made no cluster (PostgreSQL 15 or later is needed)")
    }

    fn run(&self, binaries: &Path) -> Result<()> {
        let fsync = if fsync_is_off() { "off" } else { "on" };
        let settings = [
            format!("port={}", self.port),
            "listen_addresses=127.0.0.1".to_owned(),
            format!("unix_socket_directories={}", self.folder.display()),
            format!("fsync={fsync}"),
            // Each test brings its own pools.
            "max_connections=300".to_owned(),
            "shared_buffers=64MB".to_owned(),
            "timezone=UTC".to_owned(),
        ];
        let options: Vec<_> = settings.iter().map(|setting| format!("-c {setting}")).collect();
        let log = self.folder.join("log");
        let mut pg_ctl = self.as_owner(&binaries.join("pg_ctl"))?;
        pg_ctl.args(["start", "--silent", "--wait", "--timeout=60"]).arg("-D").arg(self.folder.join("data"));
        pg_ctl.arg("--log").arg(&log).arg("-o").arg(options.join(" "));
        quietly(&mut pg_ctl, &self.folder.join("output")).with_context(|| {
            format!("PostgreSQL did not start: {}", fs::read_to_string(&log).unwrap_or_default().trim())
        })
    }

    /// A call of one of the server's programs as the user whom the cluster belongs to.
    fn as_owner(&self, program: &Path) -> Result<Command> {
        let mut command = if we_are_root()? {
            let mut runuser = Command::new("runuser");
            runuser.args(["-u", "postgres", "--"]).arg(program);
            runuser
        } else {
            Command::new(program)
        };
        command.current_dir(&self.folder);
        Ok(command)
    }

    /// Starts a guard, unless the cluster's is alive.
    fn guard(&self, state: &Path, idle_seconds: u32) -> Result<()> {
        if lock_file(&self.folder.join("guard"))?.try_lock().is_err() {
            return Ok(());
        }
        guard_script(&["watch"])
            .args([state, &self.folder])
            .arg(idle_seconds.to_string())
            // A group of its own: what a terminal or a test runner sends to us is not for the guard.
            .process_group(0)
            .spawn()
            .context("the guard of the tests' PostgreSQL could not be started")?;
        Ok(())
    }

    fn remove(&self) {
        // Nothing depends on it: what is left is a folder among the temporary files.
        let _ = guard_script(&["remove"]).arg(&self.folder).status();
    }
}

fn guard_script(arguments: &[&str]) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", GUARD, "guard"]).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// A fresh folder that the cluster's owner may write to and nobody else may enter.
fn new_folder() -> Result<PathBuf> {
    let mut mktemp = Command::new("mktemp");
    mktemp.arg("-d").arg(crate::room::temporary_folder().join("hospes-postgres-XXXXXXXX"));
    let made = mktemp.output()?;
    let folder = PathBuf::from(String::from_utf8_lossy(&made.stdout).trim());
    if !made.status.success() {
        bail!("no temporary folder: {}", String::from_utf8_lossy(&made.stderr).trim());
    }
    if we_are_root()? {
        let owned = Command::new("chown").arg("postgres").arg(&folder).output()?;
        if !owned.status.success() {
            bail!("{}", String::from_utf8_lossy(&owned.stderr).trim());
        }
    }
    Ok(folder)
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn lock_file(path: &Path) -> Result<File> {
    let mut options = File::options();
    options.create(true).truncate(false).read(true).write(true);
    options.open(path).with_context(|| format!("could not open {}", path.display()))
}

#[expect(clippy::disallowed_methods, reason = "the tests have no configuration but their environment")]
fn fsync_is_off() -> bool {
    std::env::var(FSYNC_VARIABLE).is_ok_and(|value| value == "off")
}

/// Runs a program without showing its output, unless it fails. The output goes through a file and not a pipe,
/// because a server that the program leaves behind would hold a pipe open.
fn quietly(command: &mut Command, output: &Path) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let file = File::create(output)?;
    let status = command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file).status();
    let status = status.with_context(|| format!("{program} could not be started"))?;
    if !status.success() {
        bail!("{program}: {status}: {}", fs::read_to_string(output).unwrap_or_default().trim());
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "what is tested lives in real time")]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn processes_share_a_cluster_and_the_last_one_ends_it() {
        let target = std::env::temp_dir().join(format!("hospes-lease-{}", std::process::id()));
        let one = Lease::take(&target).expect("a cluster starts");
        let other = Lease::take(&target).expect("the cluster is found");
        assert_eq!(one.url(), other.url());
        let (port, folder) = (one.cluster.port, one.cluster.folder.clone());
        one.end();
        assert!(other.cluster.answers(), "it is still in use");
        other.end();
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err(), "nobody uses it any more");
        assert!(!folder.exists());
        fs::remove_dir_all(target).expect("remove the scratch folder");
    }

    #[test]
    fn a_cluster_that_was_killed_is_replaced() {
        let target = std::env::temp_dir().join(format!("hospes-killed-{}", std::process::id()));
        let one = Lease::take(&target).expect("a cluster starts");
        one.cluster.remove();
        let other = Lease::take(&target).expect("another one starts");
        assert!(other.cluster.answers());
        assert_ne!(one.cluster.folder, other.cluster.folder);
        drop(one);
        other.end();
        fs::remove_dir_all(target).expect("remove the scratch folder");
    }

    #[test]
    fn the_guard_ends_a_cluster_that_nobody_uses() {
        let target = std::env::temp_dir().join(format!("hospes-idle-{}", std::process::id()));
        let lease = Lease::take_with(&target, 1).expect("a cluster starts");
        let folder = lease.cluster.folder.clone();
        std::thread::sleep(Duration::from_secs(3));
        assert!(lease.cluster.answers(), "a lease protects the cluster");
        drop(lease);
        let begin = Instant::now();
        while folder.exists() {
            assert!(begin.elapsed() < Duration::from_secs(30), "nobody uses it, and it is still there");
            std::thread::sleep(Duration::from_millis(100));
        }
        fs::remove_dir_all(target).expect("remove the scratch folder");
    }
}
