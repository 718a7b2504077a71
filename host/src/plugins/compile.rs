//! Turns artifacts into native code, one at a time, and keeps the code on disk for the next start.

use std::hash::{Hash, Hasher};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use wasmtime::component::Component;

use super::engine::{Engine, EngineError};

/// The version of the file format of the cache.
const MAGIC: &[u8; 16] = b"hospes-native-1\n";
const MAC_LENGTH: usize = 32;
/// The exact version of the code generator: its own hash tells only main versions apart, and a fix release may well
/// mend the code that it makes. A test holds it to the lock file.
const WASMTIME: &str = "48.0.8";

/// Why an artifact can't be compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// It isn't a component that this host can run.
    #[error("the component can't be compiled: {0:#}")]
    Refused(wasmtime::Error),
    /// The worker went away in the middle.
    #[error("compiling stopped in the middle, because the host shuts down or the compiler failed")]
    Stopped,
}

/// Where compiled code is kept between starts.
#[derive(Debug, Clone)]
pub struct CodeCache {
    /// A directory of the host's own; made if it isn't there.
    pub directory: PathBuf,
    /// The key that entries are sealed with: whoever doesn't know it can't plant code.
    pub key: [u8; 32],
}

/// Compiles artifacts. One at a time: compiling takes every processor that it can get, and calls go on meanwhile.
#[derive(Clone)]
pub struct Compiler {
    engine: wasmtime::Engine,
    cache: Option<Arc<CodeCache>>,
    turn: Arc<tokio::sync::Semaphore>,
}

impl Compiler {
    /// A compiler for this engine, with a cache or without.
    pub fn new(engine: &Engine, cache: Option<CodeCache>) -> Result<Self, EngineError> {
        if let Some(cache) = &cache {
            prepare_directory(&cache.directory).map_err(|problem| EngineError::Cache {
                path: cache.directory.display().to_string(),
                problem,
            })?;
        }
        let turn = Arc::new(tokio::sync::Semaphore::new(1));
        Ok(Self { engine: engine.wasmtime().clone(), cache: cache.map(Arc::new), turn })
    }

    /// The native code of an artifact: from the cache, or compiled and put there.
    pub async fn compile(&self, artifact: Arc<[u8]>) -> Result<Component, CompileError> {
        let _turn = self.turn.acquire().await.map_err(|_| CompileError::Stopped)?;
        let (engine, cache) = (self.engine.clone(), self.cache.clone());
        let worker = tokio::task::spawn_blocking(move || match cache {
            Some(cache) => cached(&engine, &cache, &artifact),
            None => Component::new(&engine, &artifact).map_err(CompileError::Refused),
        });
        worker.await.map_err(|_| CompileError::Stopped)?
    }
}

fn cached(engine: &wasmtime::Engine, cache: &CodeCache, artifact: &[u8]) -> Result<Component, CompileError> {
    let path = cache.directory.join(entry_name(engine, artifact));
    match load(engine, &cache.key, &path) {
        Ok(Some(component)) => return Ok(component),
        Ok(None) => {}
        Err(problem) => {
            tracing::warn!(path = %path.display(), problem, "A kept compiled plugin is broken and is compiled anew.");
        }
    }
    let component = Component::new(engine, artifact).map_err(CompileError::Refused)?;
    // A cache that can't be written costs time at the next start and nothing else.
    if let Err(problem) = component
        .serialize()
        .map_err(|e| e.to_string())
        .and_then(|code| store(&cache.key, &path, &code).map_err(|error| error.to_string()))
    {
        tracing::warn!(path = %path.display(), problem, "A compiled plugin can't be kept for the next start.");
    }
    Ok(component)
}

/// The name under which an artifact's code is kept: it depends on everything that the code depends on.
fn entry_name(engine: &wasmtime::Engine, artifact: &[u8]) -> String {
    let mut name = Sha256Hasher(Sha256::new());
    name.write(&Sha256::digest(artifact));
    WASMTIME.hash(&mut name);
    engine.precompile_compatibility_hash().hash(&mut name);
    format!("{}.native", hex(&name.0.finalize()))
}

/// Feeds what the engine hashes into a digest without collisions.
struct Sha256Hasher(Sha256);

impl Hasher for Sha256Hasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest = self.0.clone().finalize();
        digest.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn seal(key: &[u8; 32], path: &Path, code: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(MAGIC);
    // The name is sealed too, so that one entry can't be put in another's place.
    mac.update(path.file_name()?.as_encoded_bytes());
    mac.update(code);
    Some(mac)
}

/// Reads an entry. None when there is none; an error says what is wrong with it.
#[expect(unsafe_code, reason = "native code that this host itself wrote is loaded back")]
fn load(engine: &wasmtime::Engine, key: &[u8; 32], path: &Path) -> Result<Option<Component>, String> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let rest = bytes.strip_prefix(MAGIC).ok_or("it has another format")?;
    let (tag, code) = rest.split_at_checked(MAC_LENGTH).ok_or("it is cut short")?;
    let mac = seal(key, path, code).ok_or("it can't be checked")?;
    mac.verify_slice(tag).map_err(|_| "its seal doesn't fit")?;
    // SAFETY: `deserialize` runs whatever native code it is given. These very bytes, already in memory and out of
    // reach of whoever may write the file, carry a seal (HMAC-SHA-256) that only a holder of the host's key can
    // make, over the entry's name, which contains the digest of the artifact and the engine's compatibility hash.
    // The host seals nothing but what `Component::serialize` gave it for just that. wasmtime checks version and settings
    // once more by itself.
    let component = unsafe { Component::deserialize(engine, code) };
    component.map(Some).map_err(|error| format!("{error:#}"))
}

/// Numbers the temporary files of this process.
static WRITTEN: AtomicU64 = AtomicU64::new(0);

/// Writes an entry so that a reader sees all of it or nothing.
fn store(key: &[u8; 32], path: &Path, code: &[u8]) -> std::io::Result<()> {
    let tag = seal(key, path, code).ok_or_else(|| std::io::Error::other("it can't be sealed"))?;
    let temporary = path.with_extension(format!(
        "{}-{}.tmp",
        std::process::id(),
        WRITTEN.fetch_add(1, Ordering::Relaxed)
    ));
    // What a killed process left under this name; two that share it meet the seal at worst.
    let _ = std::fs::remove_file(&temporary);
    let written = (|| {
        let mut file =
            std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
        file.write_all(MAGIC)?;
        file.write_all(&tag.finalize().into_bytes())?;
        file.write_all(code)?;
        std::fs::rename(&temporary, path)
    })();
    if written.is_err() {
        // Best effort: the error that matters is the one returned.
        let _ = std::fs::remove_file(&temporary);
    }
    written
}

/// Makes the directory, or checks that nobody else can write to the one that is there.
fn prepare_directory(directory: &Path) -> Result<(), String> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(|error| error.to_string())?;
    let metadata = std::fs::metadata(directory).map_err(|error| error.to_string())?;
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err("it belongs to another user".to_owned());
    }
    if metadata.permissions().mode() & 0o022 != 0 {
        return Err("other users may write to it".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The smallest component: the preamble and nothing else.
    const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

    struct Fixture {
        engine: Engine,
        cache: CodeCache,
    }

    impl Fixture {
        fn new() -> Self {
            let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
            let directory = std::env::temp_dir().join(format!("hospes-code-{}-{number}", std::process::id()));
            let cache = CodeCache { directory, key: [7; 32] };
            prepare_directory(&cache.directory).unwrap();
            Self { engine: Engine::new().unwrap(), cache }
        }

        fn entry(&self) -> PathBuf {
            self.cache.directory.join(entry_name(self.engine.wasmtime(), EMPTY))
        }

        fn load(&self) -> Result<bool, String> {
            load(self.engine.wasmtime(), &self.cache.key, &self.entry()).map(|found| found.is_some())
        }
    }

    impl Drop for Fixture {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.cache.directory);
        }
    }

    #[tokio::test]
    async fn compiled_code_is_kept_for_its_owner_alone_and_found_again() {
        let fixture = Fixture::new();
        let compiler = Compiler::new(&fixture.engine, Some(fixture.cache.clone())).unwrap();
        assert_eq!(fixture.load(), Ok(false));
        compiler.compile(EMPTY.into()).await.unwrap();
        assert_eq!(fixture.load(), Ok(true));
        let mode = std::fs::metadata(fixture.entry()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(
            std::fs::read_dir(&fixture.cache.directory).unwrap().count(),
            1,
            "no temporary file is left"
        );
    }

    #[tokio::test]
    async fn a_changed_entry_is_never_run_and_is_made_anew() {
        let fixture = Fixture::new();
        let compiler = Compiler::new(&fixture.engine, Some(fixture.cache.clone())).unwrap();
        compiler.compile(EMPTY.into()).await.unwrap();
        let whole = std::fs::read(fixture.entry()).unwrap();
        let mut flipped = whole.clone();
        *flipped.last_mut().unwrap() ^= 1;
        for broken in [flipped, whole[..40].to_vec(), Vec::new()] {
            std::fs::write(fixture.entry(), broken).unwrap();
            assert!(fixture.load().is_err());
            compiler.compile(EMPTY.into()).await.unwrap();
            assert_eq!(fixture.load(), Ok(true), "the broken entry was replaced");
        }
    }

    #[tokio::test]
    async fn an_entry_sealed_with_another_key_or_renamed_is_refused() {
        let fixture = Fixture::new();
        let compiler = Compiler::new(&fixture.engine, Some(fixture.cache.clone())).unwrap();
        compiler.compile(EMPTY.into()).await.unwrap();
        let other = load(fixture.engine.wasmtime(), &[8; 32], &fixture.entry());
        assert_eq!(other.map(|_| ()), Err("its seal doesn't fit".to_owned()));
        let renamed = fixture.cache.directory.join("other.native");
        std::fs::rename(fixture.entry(), &renamed).unwrap();
        assert!(load(fixture.engine.wasmtime(), &fixture.cache.key, &renamed).is_err());
    }

    #[test]
    fn a_directory_that_others_may_write_is_refused() {
        let fixture = Fixture::new();
        std::fs::set_permissions(&fixture.cache.directory, PermissionsExt::from_mode(0o777)).unwrap();
        let error = Compiler::new(&fixture.engine, Some(fixture.cache.clone())).err().unwrap();
        assert!(error.to_string().contains("other users may write to it"), "{error}");
    }

    #[test]
    fn the_version_is_the_one_that_is_linked() {
        let lock = include_str!("../../../Cargo.lock");
        assert!(lock.contains(&format!("name = \"wasmtime\"\nversion = \"{WASMTIME}\"\n")));
    }

    #[tokio::test]
    async fn garbage_is_refused_with_a_reason() {
        let engine = Engine::new().unwrap();
        let compiler = Compiler::new(&engine, None).unwrap();
        let error = compiler.compile(b"not wasm".as_slice().into()).await.err().unwrap();
        assert!(error.to_string().starts_with("the component can't be compiled"), "{error}");
    }
}
