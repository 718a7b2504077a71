//! The process that compiles, from within.
//!
//! It limits itself before it reads anything. The line that the artifact comes by is also its lifeline: when it breaks, the host
//! is gone, and the worker goes too.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;

use rustix::process::{Resource, Rlimit, getrlimit, setpriority_process, setrlimit};
use serde::{Deserialize, Serialize};

use super::CompileError;
use crate::plugins::engine::configuration;
use crate::plugins::package::Package;
use crate::plugins::package::check::LARGEST;

/// How far it steps behind everybody else.
const NICE: i32 = 5;
/// Bytes of what it reports; a manifest has a tenth of that.
pub(super) const LONGEST_REPORT: usize = 2 << 20;
/// Stack of the thread that reads: it may go deep.
const STACK: usize = 16 << 20;

/// Compiles one plugin and ends: the process that a server has plugins checked in.
#[derive(Debug, clap::Args)]
pub struct CompileWorker {
    /// Memory that it may take beyond what it starts with
    #[arg(long, value_name = "MIB")]
    pub memory_mib: u64,
    /// Time that it may take on processors
    #[arg(long, value_name = "SECONDS")]
    pub seconds: u64,
}

/// What a worker is asked to do with an artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// Say what it says of itself, when it is a plugin at all.
    Read = 1,
    /// Compile it: it was checked when it came.
    Compile = 2,
    /// Both.
    ReadAndCompile = 3,
    /// Make a plugin of a script's source, which comes in the artifact's place.
    Build = 4,
}

/// What is sent before an artifact: the task, and the artifact's length.
pub(super) fn header(task: Task, length: usize) -> [u8; 9] {
    let mut header = [task as u8; 9];
    header[1..].copy_from_slice(&(length as u64).to_le_bytes());
    header
}

/// What a worker answers.
#[derive(Serialize, Deserialize)]
pub(super) enum Report {
    /// The code is written; what the artifact says of itself, when it was to be checked.
    Done(Option<Box<Package>>),
    /// It isn't a plugin.
    NoPlugin(String),
    /// Its code can't be compiled.
    Refused(String),
    /// The code can't be written.
    Unwritable(String),
}

impl CompileWorker {
    /// Compiles what comes by the standard input, a socket; the code goes to the standard output, a file.
    pub fn run(&self) -> anyhow::Result<()> {
        self.limit()?;
        let mut line = UnixStream::from(std::io::stdin().as_fd().try_clone_to_owned()?);
        let mut header = [0; 9];
        line.read_exact(&mut header)?;
        let [task, length @ ..] = header;
        let length = usize::try_from(u64::from_le_bytes(length))?;
        anyhow::ensure!(length <= LARGEST, "an artifact of {length} bytes");
        let mut artifact = vec![0; length];
        line.read_exact(&mut artifact)?;
        hang_on(line.try_clone()?)?;
        let work = std::thread::Builder::new().stack_size(STACK).spawn(move || compile(&artifact, task))?;
        let report = work.join().map_err(|_| anyhow::anyhow!("it panicked"))?;
        let mut encoded = serde_json::to_vec(&report)?;
        if encoded.len() > LONGEST_REPORT {
            let reason = format!(
                "its manifest and imports have {} bytes; {LONGEST_REPORT} are allowed",
                encoded.len()
            );
            encoded = serde_json::to_vec(&Report::NoPlugin(reason))?;
        }
        line.write_all(&encoded)?;
        Ok(())
    }

    fn limit(&self) -> anyhow::Result<()> {
        // Where both are the same, the kernel kills without the signal that tells why.
        let set = |resource, most: u64, more: u64| {
            let allowed = getrlimit(resource).maximum.unwrap_or(u64::MAX);
            let limit = |most: u64| Some(most.min(allowed));
            setrlimit(resource, Rlimit { current: limit(most), maximum: limit(most.saturating_add(more)) })
        };
        // The program itself and what the allocator begins with are there already.
        let statm = std::fs::read_to_string("/proc/self/statm")?;
        let pages: u64 = statm.split(' ').next().unwrap_or_default().parse()?;
        let begun = pages.saturating_mul(rustix::param::page_size() as u64);
        set(Resource::As, begun.saturating_add(self.memory_mib << 20), 0)?;
        set(Resource::Cpu, self.seconds, 2)?;
        set(Resource::Core, 0, 0)?;
        setpriority_process(None, NICE)?;
        rustix::thread::set_no_new_privs(true)?;
        // The host goes without huge pages, to be small; this is over soon, and sooner with them.
        let _ = rustix::thread::disable_transparent_huge_pages(false);
        Ok(())
    }
}

/// Ends the process when the other end of the line is gone.
fn hang_on(mut line: UnixStream) -> std::io::Result<()> {
    std::thread::Builder::new().stack_size(64 << 10).spawn(move || {
        // Nothing more is sent: whatever this returns with, the host is gone.
        let _ = line.read(&mut [0]);
        std::process::exit(1);
    })?;
    Ok(())
}

fn compile(artifact: &[u8], task: u8) -> Report {
    if task == Task::Build as u8 {
        return match super::build_script(artifact) {
            Ok(plugin) => handed_over(&plugin, None),
            Err(error) => Report::NoPlugin(error.to_string()),
        };
    }
    let asked = |task_of: Task| task & task_of as u8 != 0;
    let package = match asked(Task::Read).then(|| super::read(artifact)).transpose() {
        Ok(package) => package,
        Err(CompileError::NoPlugin(reason)) => return Report::NoPlugin(reason),
        Err(other) => return Report::NoPlugin(other.to_string()),
    };
    if !asked(Task::Compile) {
        return Report::Done(package.map(Box::new));
    }
    let code =
        wasmtime::Engine::new(&configuration(false)).and_then(|engine| engine.precompile_component(artifact));
    let code = match code {
        Ok(code) => code,
        Err(error) => return Report::Refused(format!("{error:#}")),
    };
    handed_over(&code, package)
}

fn handed_over(made: &[u8], package: Option<Package>) -> Report {
    let out = std::io::stdout().as_fd().try_clone_to_owned().map(File::from);
    match out.and_then(|mut out| out.write_all(made)) {
        Ok(()) => Report::Done(package.map(Box::new)),
        Err(error) => Report::Unwritable(error.to_string()),
    }
}
