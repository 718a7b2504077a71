//! The process that compiles, as the host sees it: started for one artifact, limited, waited for, and gone.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use super::worker::{LONGEST_REPORT, Report, Task, header};
use super::{CompileError, Worker};
use crate::plugins::package::Package;

/// Bytes of what is kept of a worker's complaints.
const LONGEST_COMPLAINT: usize = 4 << 10;

/// What a worker may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkerLimits {
    /// Memory beyond what it starts with, in MiB.
    pub memory_mib: u64,
    /// Time on processors, in seconds. On the wall it may take twice as long: others go first.
    pub seconds: u64,
}

impl Default for WorkerLimits {
    /// A plugin in Python with its interpreter, 18 MiB, takes half of the memory and a sixth of the time.
    fn default() -> Self {
        Self { memory_mib: 1536, seconds: 120 }
    }
}

/// Has an artifact read, compiled into a file, or both.
pub(super) async fn ask(
    worker: &Worker,
    artifact: &[u8],
    task: Task,
    out: Stdio,
) -> Result<Option<Package>, CompileError> {
    let limits = worker.limits;
    let stopped = |error: std::io::Error| {
        CompileError::Stopped(format!("the worker {}: {error}", worker.program.display()))
    };
    let (ours, theirs) = UnixStream::pair().map_err(stopped)?;
    ours.set_nonblocking(true).map_err(stopped)?;
    let ours = tokio::net::UnixStream::from_std(ours).map_err(stopped)?;
    // It inherits nothing: no variable, no open file but these, no folder. Dropping it kills it.
    let mut child = Command::new(&worker.program)
        .arg("compile-worker")
        .args(["--memory-mib", &limits.memory_mib.to_string(), "--seconds", &limits.seconds.to_string()])
        .env_clear()
        .env("RUST_BACKTRACE", "0")
        // Address space that the allocator takes beforehand would count as used.
        .env("MIMALLOC_ARENA_RESERVE", "32MiB")
        .current_dir("/")
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(out)
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(stopped)?;
    let wall = Duration::from_secs(limits.seconds.saturating_mul(2));
    let Ok(ended) = tokio::time::timeout(wall, converse(&mut child, ours, artifact, task)).await else {
        return Err(CompileError::TooLong { seconds: limits.seconds });
    };
    let (report, complaint, status) = ended.map_err(stopped)?;
    match serde_json::from_slice(&report) {
        Ok(Report::Done(package)) if status.success() => Ok(package.map(|package| *package)),
        Ok(Report::NoPlugin(reason)) => Err(CompileError::NoPlugin(reason)),
        Ok(Report::Refused(reason)) if !is_of_memory(&reason) => Err(CompileError::Refused(reason)),
        Ok(Report::Refused(_)) => Err(CompileError::TooMuchMemory { mib: limits.memory_mib }),
        Ok(Report::Unwritable(problem)) => Err(CompileError::Unwritable(problem)),
        _ => Err(judge(limits, status, &complaint)),
    }
}

/// Sends the artifact and waits for the end.
async fn converse(
    child: &mut Child,
    ours: tokio::net::UnixStream,
    artifact: &[u8],
    task: Task,
) -> std::io::Result<(Vec<u8>, String, ExitStatus)> {
    let (read, mut write) = ours.into_split();
    let send = async {
        // One that breaks down while it is sent to is judged by how it ended.
        let _ = write.write_all(&header(task, artifact.len())).await;
        let _ = write.write_all(artifact).await;
    };
    let mut report = Vec::new();
    let mut read = read.take(LONGEST_REPORT as u64);
    let receive = read.read_to_end(&mut report);
    let mut complaint = Vec::new();
    let stderr = child.stderr.take();
    let complain = async {
        let Some(mut stderr) = stderr else { return };
        let mut part = [0; 1 << 10];
        // Read to its end, so that it isn't held up; the first of it is kept.
        while let Ok(length @ 1..) = stderr.read(&mut part).await {
            let room = LONGEST_COMPLAINT - complaint.len();
            complaint.extend_from_slice(&part[..length.min(room)]);
        }
    };
    // The line stays open until it has ended: when it breaks, the worker knows that nobody waits.
    let ((), _, (), status) = tokio::join!(send, receive, complain, child.wait());
    drop(write);
    Ok((report, String::from_utf8_lossy(&complaint).into_owned(), status?))
}

/// What a worker died of that reported nothing.
fn judge(limits: WorkerLimits, status: ExitStatus, complaint: &str) -> CompileError {
    const XCPU: i32 = rustix::process::Signal::XCPU.as_raw();
    const KILL: i32 = rustix::process::Signal::KILL.as_raw();
    match status.signal() {
        Some(XCPU) => CompileError::TooLong { seconds: limits.seconds },
        // The kernel's, when the machine has no more.
        Some(KILL) => CompileError::TooMuchMemory { mib: limits.memory_mib },
        _ if is_of_memory(complaint) => CompileError::TooMuchMemory { mib: limits.memory_mib },
        _ => {
            let first_line = complaint.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            CompileError::Broken(format!("{status}; {first_line}"))
        }
    }
}

/// Whether this is what the standard library, the kernel or the compiler says when there is no memory.
fn is_of_memory(text: &str) -> bool {
    let signs = ["memory allocation", "Cannot allocate memory", "out of memory", "os error 12"];
    signs.iter().any(|sign| text.contains(sign))
}
