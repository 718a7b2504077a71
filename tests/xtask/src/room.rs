//! How much room there is, and where the tests keep what they throw away.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The file system in memory that Linux has.
const MEMORY: &str = "/dev/shm";
/// GB that must be free there: what the tests have at once, with room to spare.
const ENOUGH: u64 = 8;

/// Where temporary files go: where the environment says so or, if it says nothing, to memory when there is plenty. Each
/// PostgreSQL database of a test is a thousand files, whose making and removing takes a disk longer than the test itself.
pub fn temporary_folder() -> PathBuf {
    let usual = std::env::temp_dir();
    if usual != Path::new("/tmp") || !runs_programs() || !has_room() {
        return usual;
    }
    MEMORY.into()
}

fn has_room() -> bool {
    let memory = fs::read_to_string("/proc/meminfo").ok();
    // What lies there takes memory, of which the machine may have less than the file system allows.
    let memory = memory.as_deref().and_then(available_memory_kb);
    free_gb(Path::new(MEMORY)).is_ok_and(|free| free >= ENOUGH)
        && memory.is_some_and(|kb| kb / 1_000_000 >= ENOUGH)
}

/// Whether programs in it may be run, as some tests do.
fn runs_programs() -> bool {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let options = mounts.lines().rev().find_map(|line| {
        let mut parts = line.split(' ').skip(1);
        (parts.next() == Some(MEMORY)).then(|| parts.nth(1)).flatten()
    });
    options.is_some_and(|options| options.split(',').all(|option| option != "noexec"))
}

/// GB that are free at a place.
pub fn free_gb(place: &Path) -> Result<u64> {
    let output =
        Command::new("df").args(["-P", "-k"]).arg(place).output().context("df could not be started")?;
    available_kb(&String::from_utf8_lossy(&output.stdout))
        .map(|kb| kb / 1_000_000)
        .with_context(|| format!("df doesn't say what is free at {}", place.display()))
}

/// The fourth column of the portable format's only row.
fn available_kb(table: &str) -> Option<u64> {
    table.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

fn available_memory_kb(table: &str) -> Option<u64> {
    let line = table.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{available_kb, available_memory_kb};

    #[test]
    fn what_is_free_stands_in_the_fourth_column() {
        let table = "Filesystem     1024-blocks     Used Available Capacity Mounted on\n/dev/vda         263112980 46400456  49282524      49% /\n";
        assert_eq!(available_kb(table), Some(49_282_524));
        assert_eq!(available_kb("Filesystem\n"), None);
    }

    #[test]
    fn what_is_free_of_memory_stands_in_its_line() {
        let table = "MemTotal:       24683664 kB\nMemFree:          510564 kB\nMemAvailable:   22331444 kB\n";
        assert_eq!(available_memory_kb(table), Some(22_331_444));
        assert_eq!(available_memory_kb("MemTotal: 1 kB\n"), None);
    }
}
