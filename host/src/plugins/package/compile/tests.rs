use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicU64, Ordering};

use super::cache::{CodeCache, WASMTIME};
use super::*;

/// The smallest component: the preamble and nothing else.
const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";
const DIGEST: &str = "of the smallest component";

struct Fixture {
    engine: Engine,
    cache: CodeCache,
}

/// Numbers the folders of this process.
static MADE: AtomicU64 = AtomicU64::new(0);

impl Fixture {
    fn new() -> Self {
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let directory = std::env::temp_dir().join(format!("hospes-code-{}-{number}", std::process::id()));
        let cache = CodeCache { directory, key: [7; 32] };
        cache.prepare().unwrap();
        Self { engine: Engine::new().unwrap(), cache }
    }

    fn entry(&self) -> PathBuf {
        self.cache.entry(self.engine.wasmtime(), DIGEST)
    }

    fn load(&self) -> Result<bool, String> {
        self.cache.load(self.engine.wasmtime(), &self.entry()).map(|found| found.is_some())
    }

    /// As a host does that starts: what the cache has, or compiled.
    async fn compile(&self) -> Result<Component, CompileError> {
        let compiler = Compiler::new(&self.engine, Some(self.cache.clone()), None).unwrap();
        let turn = compiler.turn().await.unwrap();
        match turn.kept(DIGEST).await? {
            Some(component) => Ok(component),
            None => turn.compile(DIGEST, EMPTY.into()).await,
        }
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
    assert_eq!(fixture.load(), Ok(false));
    fixture.compile().await.unwrap();
    assert_eq!(fixture.load(), Ok(true));
    let mode = std::fs::metadata(fixture.entry()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(&fixture.cache.directory).unwrap().count(), 1, "no temporary file is left");
}

#[tokio::test]
async fn code_is_mapped_from_its_file() {
    let fixture = Fixture::new();
    fixture.compile().await.unwrap();
    let component = fixture.compile().await.unwrap();
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    assert!(maps.contains(fixture.entry().to_str().unwrap()), "{maps}");
    drop(component);
}

#[tokio::test]
async fn a_changed_entry_is_never_run_and_is_made_anew() {
    let fixture = Fixture::new();
    fixture.compile().await.unwrap();
    let whole = std::fs::read(fixture.entry()).unwrap();
    let (mut seal, mut code) = (whole.clone(), whole.clone());
    *seal.last_mut().unwrap() ^= 1;
    code[100] ^= 1;
    for broken in [seal, code, whole[..40].to_vec(), whole[..whole.len() - 1].to_vec(), Vec::new()] {
        // As somebody would who puts a file in its place.
        std::fs::remove_file(fixture.entry()).unwrap();
        std::fs::write(fixture.entry(), broken).unwrap();
        assert!(fixture.load().is_err());
        fixture.compile().await.unwrap();
        assert_eq!(fixture.load(), Ok(true), "the broken entry was replaced");
    }
}

#[tokio::test]
async fn an_entry_sealed_with_another_key_or_renamed_is_refused() {
    let fixture = Fixture::new();
    fixture.compile().await.unwrap();
    let other = CodeCache { key: [8; 32], ..fixture.cache.clone() };
    let other = other.load(fixture.engine.wasmtime(), &fixture.entry());
    assert_eq!(other.map(|_| ()), Err("its seal doesn't fit".to_owned()));
    let renamed = fixture.cache.directory.join("other.native");
    std::fs::rename(fixture.entry(), &renamed).unwrap();
    assert!(fixture.cache.load(fixture.engine.wasmtime(), &renamed).is_err());
}

#[test]
fn a_directory_that_others_may_write_is_refused() {
    let fixture = Fixture::new();
    std::fs::set_permissions(&fixture.cache.directory, PermissionsExt::from_mode(0o777)).unwrap();
    let error = Compiler::new(&fixture.engine, Some(fixture.cache.clone()), None).err().unwrap();
    assert!(error.to_string().contains("other users may write to it"), "{error}");
}

#[test]
fn the_version_is_the_one_that_is_linked() {
    let lock = include_str!("../../../../../Cargo.lock");
    assert!(lock.contains(&format!("name = \"wasmtime\"\nversion = \"{WASMTIME}\"\n")));
}

#[tokio::test]
async fn garbage_is_refused_with_a_reason() {
    let engine = Engine::new().unwrap();
    let compiler = Compiler::new(&engine, None, None).unwrap();
    let turn = compiler.turn().await.unwrap();
    let error = turn.compile("of garbage", b"not wasm".as_slice().into()).await.err().unwrap();
    assert!(error.to_string().starts_with("the component can't be compiled"), "{error}");
}

#[tokio::test]
async fn a_worker_that_is_not_there_is_said_and_nothing_is_compiled_in_place() {
    let engine = Engine::new().unwrap();
    let worker = (PathBuf::from("/nowhere/hospes"), WorkerLimits::default());
    let compiler = Compiler::new(&engine, None, Some(worker)).unwrap();
    let error = compiler.turn().await.unwrap().compile(DIGEST, EMPTY.into()).await.err().unwrap();
    assert!(error.is_passing() && error.to_string().contains("/nowhere/hospes"), "{error}");
}

#[tokio::test]
async fn only_so_many_uploads_wait() {
    let engine = Engine::new().unwrap();
    let compiler = Compiler::new(&engine, None, None).unwrap();
    let first = compiler.turn_of_upload().await.unwrap();
    let mut waiting: Vec<_> = (0..WAITING).map(|_| Box::pin(compiler.turn_of_upload())).collect();
    for turn in &mut waiting {
        assert!(futures::poll!(turn).is_pending());
    }
    assert!(matches!(compiler.turn_of_upload().await.err(), Some(CompileError::Busy)));
    compiler.turn().await.expect("what is in use doesn't wait for uploads");
    drop(first);
    waiting.remove(0).await.expect("the next one's turn");
}

#[tokio::test]
async fn a_worker_that_breaks_down_is_said() {
    let engine = Engine::new().unwrap();
    let worker = (PathBuf::from("/bin/false"), WorkerLimits::default());
    let compiler = Compiler::new(&engine, None, Some(worker)).unwrap();
    let error = compiler.turn().await.unwrap().compile(DIGEST, EMPTY.into()).await.err().unwrap();
    assert!(matches!(&error, CompileError::Broken(reason) if reason.contains("exit status: 1")), "{error}");
}
