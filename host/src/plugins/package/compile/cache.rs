//! Native code on disk for the next start, written by the host alone.
//!
//! An entry is the code, then a mark and a seal. It is mapped from the file, not read into memory: what isn't used
//! costs nothing, and the system may drop what it needs elsewhere.

use std::fs::File;
use std::hash::{Hash, Hasher};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use wasmtime::component::Component;

/// The version of the file format, at the end of each entry before its seal.
const MAGIC: &[u8; 16] = b"hospes-native-2\n";
const MAC_LENGTH: usize = 32;
/// What stands behind the code.
const TRAILER: u64 = (MAGIC.len() + MAC_LENGTH) as u64;
/// The exact version of the code generator: its own hash tells only main versions apart, and a fix release may well
/// mend the code that it makes. A test holds it to the lock file.
pub(super) const WASMTIME: &str = "48.0.8";

/// Where compiled code is kept between starts.
#[derive(Debug, Clone)]
pub struct CodeCache {
    /// A directory of the host's own; made if it isn't there.
    pub directory: PathBuf,
    /// The key that entries are sealed with: whoever doesn't know it can't plant code.
    pub key: [u8; 32],
}

/// A file that compiled code is written to before it becomes an entry. It goes when it is dropped before that.
pub(super) struct NewEntry {
    /// The file, open for reading and writing.
    pub file: File,
    temporary: PathBuf,
    path: PathBuf,
    kept: bool,
}

impl Drop for NewEntry {
    fn drop(&mut self) {
        if !self.kept {
            // Best effort: the seal is missing, so nobody would load it.
            let _ = std::fs::remove_file(&self.temporary);
        }
    }
}

/// Numbers the temporary files of this process.
static WRITTEN: AtomicU64 = AtomicU64::new(0);

impl CodeCache {
    /// Makes the directory, or checks that nobody else can write to the one that is there.
    pub(super) fn prepare(&self) -> Result<(), String> {
        let directory = &self.directory;
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

    /// Where the code of an artifact is kept: the name depends on everything that the code depends on.
    pub(super) fn entry(&self, engine: &wasmtime::Engine, digest: &str) -> PathBuf {
        let mut name = Sha256Hasher(Sha256::new());
        name.write(digest.as_bytes());
        WASMTIME.hash(&mut name);
        engine.precompile_compatibility_hash().hash(&mut name);
        self.directory.join(format!("{}.native", hex(&name.0.finalize())))
    }

    /// The code of an entry. None when there is none; an error says what is wrong with it.
    pub(super) fn load(&self, engine: &wasmtime::Engine, path: &Path) -> Result<Option<Component>, String> {
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.to_string()),
        };
        let length = file.metadata().map_err(|error| error.to_string())?.len();
        let length = length.checked_sub(TRAILER).ok_or("it is cut short")?;
        let mac = self.seal(path, &mut file, length)?;
        let mut trailer = [0; TRAILER as usize];
        file.read_exact(&mut trailer).map_err(|error| error.to_string())?;
        let tag = trailer.strip_prefix(MAGIC).ok_or("it has another format")?;
        mac.verify_slice(tag).map_err(|_| "its seal doesn't fit")?;
        map(engine, &file).map(Some)
    }

    /// Begins an entry.
    pub(super) fn begin(&self, path: &Path) -> std::io::Result<NewEntry> {
        let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
        let temporary = path.with_extension(format!("{}-{number}.tmp", std::process::id()));
        // What a killed process left under this name; two that share it meet the seal at worst.
        let _ = std::fs::remove_file(&temporary);
        let mut options = std::fs::OpenOptions::new();
        let file = options.read(true).write(true).create_new(true).mode(0o600).open(&temporary)?;
        Ok(NewEntry { file, temporary, path: path.to_owned(), kept: false })
    }

    /// Seals what was written and makes it the entry, so that a reader sees all of it or nothing.
    pub(super) fn finish(&self, entry: &mut NewEntry) -> Result<(), String> {
        let length = entry.file.seek(SeekFrom::End(0)).map_err(|error| error.to_string())?;
        let tag = self.seal(&entry.path, &mut entry.file, length)?.finalize().into_bytes();
        let written = (|| {
            entry.file.seek(SeekFrom::Start(length))?;
            entry.file.write_all(MAGIC)?;
            entry.file.write_all(&tag)?;
            std::fs::rename(&entry.temporary, &entry.path)
        })();
        written.map_err(|error: std::io::Error| error.to_string())?;
        entry.kept = true;
        Ok(())
    }

    /// The seal of so many bytes of a file under a name: one entry can't be put in another's place.
    fn seal(&self, path: &Path, file: &mut File, length: u64) -> Result<Hmac<Sha256>, String> {
        let unreadable = |error: std::io::Error| error.to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).map_err(|error| error.to_string())?;
        mac.update(MAGIC);
        mac.update(path.file_name().ok_or("it has no name")?.as_encoded_bytes());
        file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let (mut left, mut buffer) = (length, vec![0; 64 << 10]);
        while left > 0 {
            let most = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
            file.read_exact(&mut buffer[..most]).map_err(unreadable)?;
            mac.update(&buffer[..most]);
            left -= most as u64;
        }
        Ok(mac)
    }
}

/// A file without a name, for code that isn't kept: it goes with its last mapping.
pub(super) fn nameless() -> std::io::Result<File> {
    use rustix::fs::{MemfdFlags, Mode, OFlags, memfd_create, open};
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    let made = open(std::env::temp_dir(), flags, Mode::RUSR | Mode::WUSR);
    // Not every file system has them.
    let made = made.or_else(|_| memfd_create("hospes-native", MemfdFlags::CLOEXEC));
    Ok(made.map(File::from)?)
}

/// Maps code from a file.
#[expect(unsafe_code, reason = "native code that this host itself had made is loaded back")]
pub(super) fn map(engine: &wasmtime::Engine, file: &File) -> Result<Component, String> {
    // The open file, whatever its name leads to by now.
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    // SAFETY: `deserialize_file` runs whatever native code it is given, and the file must not change while it is mapped.
    // It was either written just now by this host's own compiler, into a file that has no name or one in a directory
    // that this user alone may write, or it carries a seal (HMAC-SHA-256) that only a holder of the host's key can
    // make, over the entry's name, which contains the digest of the artifact and the engine's compatibility hash.
    // Entries are never written again: a new one takes the name, and the mapping keeps the old file. Whoever could change
    // it nevertheless is this user, who may write into this process as well. wasmtime checks version and settings by itself.
    let mapped = unsafe { Component::deserialize_file(engine, &path) };
    let refused = match mapped {
        Ok(component) => return Ok(component),
        Err(error) => format!("{error:#}"),
    };
    // On a file system that no code may be run from, it is read into memory.
    let mut code = Vec::new();
    let mut file = file;
    let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_end(&mut code));
    read.map_err(|error| error.to_string())?;
    // SAFETY: as above; these bytes can't change any more.
    let copied = unsafe { Component::deserialize(engine, &code) };
    copied
        .inspect(|_| tracing::warn!(reason = refused, "Compiled code can't be mapped and costs memory."))
        .map_err(|error| format!("{error:#}"))
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

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
