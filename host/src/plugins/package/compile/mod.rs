//! Turns artifacts into native code.
//!
//! A file of a few kilobytes can cost a compiler gigabytes and hours, and a schema nearly as much. So a host reads, checks
//! and compiles what it is handed in a process of its own, with limits on memory and time, one at a time and
//! after everything else; the code comes back in a file and is mapped. Tools, which are handed their own user's
//! plugin, do the same in place.

mod cache;
mod process;
mod worker;

pub use cache::CodeCache;
pub use process::WorkerLimits;
pub use worker::CompileWorker;

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio::sync::{Semaphore, SemaphorePermit};
use wasmtime::component::Component;

use self::worker::Task;
use super::script::{LARGEST, ScriptError, Source};
use super::{Package, bounds};
use crate::plugins::engine::{Engine, EngineError};

/// Uploads that may wait to be checked.
const WAITING: usize = 4;

/// Why an artifact can't be compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// It isn't a component that this host can run.
    #[error("the component can't be compiled: {0}")]
    Refused(String),
    /// It isn't a plugin.
    #[error("{0}")]
    NoPlugin(String),
    /// It takes more memory than compiling may.
    #[error(
        "compiling it needs more than {mib} MiB of memory; split what was generated into smaller functions"
    )]
    TooMuchMemory {
        /// What is allowed.
        mib: u64,
    },
    /// It takes longer than compiling may.
    #[error("compiling it needs more than {seconds} s; split what was generated into smaller functions")]
    TooLong {
        /// What is allowed.
        seconds: u64,
    },
    /// The compiler itself broke down on it.
    #[error("the compiler broke down on it: {0}")]
    Broken(String),
    /// Others wait already.
    #[error("{WAITING} plugins wait to be checked already; try again in a minute")]
    Busy,
    /// The code can't be written anywhere.
    #[error("the compiled code can't be written: {0}")]
    Unwritable(String),
    /// The worker couldn't do its work, whatever the artifact is.
    #[error("nothing can be compiled here: {0}")]
    Stopped(String),
}

/// Compiles artifacts. One at a time, and one of those that are uploaded: compiling takes every processor that it can
/// get, and what is in use doesn't wait for what somebody tries.
#[derive(Clone)]
pub struct Compiler {
    engine: wasmtime::Engine,
    cache: Option<Arc<CodeCache>>,
    worker: Option<Arc<Worker>>,
    loads: Arc<Semaphore>,
    uploads: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

/// How compiling is done in a process of its own.
struct Worker {
    program: PathBuf,
    limits: WorkerLimits,
}

/// The compiler's attention, for as long as it is held.
pub(in crate::plugins) struct Turn<'c> {
    compiler: &'c Compiler,
    _permits: (Option<SemaphorePermit<'c>>, SemaphorePermit<'c>),
}

impl Compiler {
    /// A compiler for this engine. `worker` is the program that compiles, in a process of its own; in place when none is
    /// named.
    pub fn new(
        engine: &Engine,
        cache: Option<CodeCache>,
        worker: Option<(PathBuf, WorkerLimits)>,
    ) -> Result<Self, EngineError> {
        if let Some(cache) = &cache {
            cache.prepare().map_err(|problem| EngineError::Cache {
                path: cache.directory.display().to_string(),
                problem,
            })?;
        }
        Ok(Self {
            engine: engine.wasmtime().clone(),
            cache: cache.map(Arc::new),
            worker: worker.map(|(program, limits)| Arc::new(Worker { program, limits })),
            loads: Arc::new(Semaphore::new(1)),
            uploads: Arc::new(Semaphore::new(1)),
            waiting: Arc::new(Semaphore::new(1 + WAITING)),
        })
    }

    /// Waits until nothing else that is in use is compiled.
    pub(in crate::plugins) async fn turn(&self) -> Result<Turn<'_>, CompileError> {
        let turn = self.loads.acquire().await.map_err(|_| closed())?;
        Ok(Turn { compiler: self, _permits: (None, turn) })
    }

    /// The same for what is uploaded: refused when too many wait.
    pub(in crate::plugins) async fn turn_of_upload(&self) -> Result<Turn<'_>, CompileError> {
        let waiting = self.waiting.try_acquire().map_err(|_| CompileError::Busy)?;
        let turn = self.uploads.acquire().await.map_err(|_| closed())?;
        Ok(Turn { compiler: self, _permits: (Some(waiting), turn) })
    }
}

fn closed() -> CompileError {
    CompileError::Stopped("the host shuts down".to_owned())
}

impl CompileError {
    /// Whether it says something of this host and moment, not of the artifact.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Busy | Self::Unwritable(_) | Self::Stopped(_))
    }
}

impl Turn<'_> {
    /// The native code of an artifact that was checked when it came and that the cache doesn't have.
    pub async fn compile(&self, digest: &str, artifact: Arc<[u8]>) -> Result<Component, CompileError> {
        self.make(digest, artifact, false).await.map(|(component, _)| component)
    }

    /// The plugin that a script's source makes.
    pub async fn build(&self, source: &Source) -> Result<Vec<u8>, CompileError> {
        let source = serde_json::to_vec(source).map_err(|error| CompileError::NoPlugin(error.to_string()))?;
        if source.len() > LARGEST {
            let reason = format!("the source has {} bytes; {LARGEST} are allowed", source.len());
            return Err(CompileError::NoPlugin(reason));
        }
        let Some(worker) = &self.compiler.worker else {
            return blocking(move || build_script(&source)).await;
        };
        let mut out = cache::nameless().map_err(unwritable)?;
        let theirs = out.try_clone().map_err(unwritable)?.into();
        process::ask(worker, &source, Task::Build, theirs).await?;
        let read = move || {
            let mut plugin = Vec::new();
            out.rewind().and_then(|()| out.read_to_end(&mut plugin)).map(|_| plugin).map_err(unwritable)
        };
        blocking(read).await
    }

    /// What an artifact says of itself, and its native code.
    pub async fn check(&self, artifact: Arc<[u8]>) -> Result<(Package, Component), CompileError> {
        let bytes = Arc::clone(&artifact);
        let digest = blocking(move || Ok(cache::hex(&Sha256::digest(&bytes)))).await?;
        let (component, package) = match self.kept(&digest).await? {
            Some(component) => (component, self.read(artifact).await?),
            None => self.make(&digest, artifact, true).await?,
        };
        let package =
            package.ok_or_else(|| CompileError::Stopped("the worker reported nothing".to_owned()))?;
        Ok((package, component))
    }

    async fn read(&self, artifact: Arc<[u8]>) -> Result<Option<Package>, CompileError> {
        match &self.compiler.worker {
            None => blocking(move || read(&artifact).map(Some)).await,
            Some(worker) => process::ask(worker, &artifact, Task::Read, Stdio::null()).await,
        }
    }

    /// The code that the cache has of an artifact.
    pub async fn kept(&self, digest: &str) -> Result<Option<Component>, CompileError> {
        let Some(cache) = self.compiler.cache.clone() else { return Ok(None) };
        let (engine, digest) = (self.compiler.engine.clone(), digest.to_owned());
        blocking(move || {
            let path = cache.entry(&engine, &digest);
            Ok(cache.load(&engine, &path).unwrap_or_else(|problem| {
                let path = path.display();
                tracing::warn!(%path, problem, "A kept compiled plugin is broken and is compiled anew.");
                None
            }))
        })
        .await
    }

    async fn make(
        &self,
        digest: &str,
        artifact: Arc<[u8]>,
        check: bool,
    ) -> Result<(Component, Option<Package>), CompileError> {
        let Compiler { engine, cache, worker, .. } = self.compiler;
        let Some(worker) = worker else {
            let (engine, cache, digest) = (engine.clone(), cache.clone(), digest.to_owned());
            return blocking(move || in_place(&engine, cache.as_deref(), &digest, &artifact, check)).await;
        };
        let task = if check { Task::ReadAndCompile } else { Task::Compile };
        let begun = cache.as_ref().and_then(|cache| begin(cache, engine, digest));
        let mut out = match begun {
            Some(entry) => Out::Kept(entry),
            None => Out::Nameless(cache::nameless().map_err(unwritable)?),
        };
        let mut asked =
            process::ask(worker, &artifact, task, out.file().try_clone().map_err(unwritable)?.into()).await;
        if let (Out::Kept(_), Err(CompileError::Unwritable(problem))) = (&out, &asked) {
            tracing::warn!(problem, "A compiled plugin can't be kept for the next start.");
            out = Out::Nameless(cache::nameless().map_err(unwritable)?);
            asked = process::ask(worker, &artifact, task, out.file().try_clone().map_err(unwritable)?.into())
                .await;
        }
        let package = asked?;
        let (engine, cache) = (engine.clone(), cache.clone());
        let component = blocking(move || {
            if let (Some(cache), Out::Kept(entry)) = (cache, &mut out)
                && let Err(problem) = cache.finish(entry)
            {
                tracing::warn!(problem, "A compiled plugin can't be kept for the next start.");
            }
            // The worker knows nothing of what instances may have: whether they fit shows here.
            cache::map(&engine, out.file()).map_err(CompileError::Refused)
        });
        Ok((component.await?, package))
    }
}

/// Where a worker writes the code.
enum Out {
    /// Into an entry of the cache.
    Kept(cache::NewEntry),
    /// Into a file that goes with its last use.
    Nameless(File),
}

impl Out {
    fn file(&self) -> &File {
        match self {
            Self::Kept(entry) => &entry.file,
            Self::Nameless(file) => file,
        }
    }
}

/// Begins an entry. A cache that can't be written costs time at the next start and nothing else.
fn begin(cache: &CodeCache, engine: &wasmtime::Engine, digest: &str) -> Option<cache::NewEntry> {
    let begun = cache.begin(&cache.entry(engine, digest));
    let tell = |problem: &std::io::Error| {
        let path = cache.directory.display();
        tracing::warn!(%path, %problem, "A compiled plugin can't be kept for the next start.");
    };
    begun.inspect_err(tell).ok()
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands the error over")]
fn unwritable(error: std::io::Error) -> CompileError {
    CompileError::Unwritable(error.to_string())
}

/// Does it all in this process.
fn in_place(
    engine: &wasmtime::Engine,
    cache: Option<&CodeCache>,
    digest: &str,
    artifact: &[u8],
    check: bool,
) -> Result<(Component, Option<Package>), CompileError> {
    let package = check.then(|| read(artifact)).transpose()?;
    let component =
        Component::new(engine, artifact).map_err(|error| CompileError::Refused(format!("{error:#}")))?;
    if let Some((cache, mut entry)) = cache.and_then(|cache| Some((cache, begin(cache, engine, digest)?))) {
        let kept = component.serialize().map_err(|error| error.to_string()).and_then(|code| {
            entry.file.write_all(&code).map_err(|error| error.to_string())?;
            cache.finish(&mut entry)
        });
        if let Err(problem) = kept {
            tracing::warn!(problem, "A compiled plugin can't be kept for the next start.");
        }
    }
    Ok((component, package))
}

/// Reads an artifact that isn't trusted yet.
fn read(artifact: &[u8]) -> Result<Package, CompileError> {
    let package = Package::read(artifact).map_err(|error| CompileError::NoPlugin(error.to_string()))?;
    bounds::check(artifact).map_err(|error| CompileError::NoPlugin(error.to_string()))?;
    Ok(package)
}

/// Makes a plugin of a script's source, which isn't trusted.
fn build_script(source: &[u8]) -> Result<Vec<u8>, CompileError> {
    let source: Source =
        serde_json::from_slice(source).map_err(|error| CompileError::NoPlugin(error.to_string()))?;
    source.plugin().map(|(plugin, _)| plugin).map_err(|error| match error {
        ScriptError::Engine(_) => CompileError::Broken(error.to_string()),
        wrong => CompileError::NoPlugin(wrong.to_string()),
    })
}

/// Does what would hold an asynchronous thread up.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CompileError> + Send + 'static,
) -> Result<T, CompileError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(CompileError::Broken("it panicked".to_owned())))
}

#[cfg(test)]
mod tests;
