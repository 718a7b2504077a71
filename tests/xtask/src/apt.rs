//! Debian packages: what is needed is looked for first, and only what is missing gets installed.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::command::{found, run};
use crate::steps::Outcome;

/// Something that a Debian package brings.
pub struct Need {
    /// The package.
    pub package: &'static str,
    /// Whether what the package brings is there already, from wherever it came.
    pub present: fn() -> bool,
}

/// Programs and packages that the tests need and `cargo demo` does not.
pub const FOR_TESTS: &[Need] = &[
    Need { package: "postgresql", present: || xtask::postgres::binaries().is_ok() },
    Need { package: "patroni", present: || found("patroni").is_some() },
    Need { package: "etcd-server", present: || found("etcd").is_some() },
    Need {
        package: "haproxy",
        present: || found("haproxy").is_some() || Path::new("/usr/sbin/haproxy").is_file(),
    },
    Need { package: "chromium", present: || found("chromium").is_some() },
    Need { package: "chromium-driver", present: || found("chromedriver").is_some() },
    Need { package: "curl", present: || found("curl").is_some() },
    Need { package: "nodejs", present: || found("node").is_some() },
    Need { package: "npm", present: || found("npm").is_some() },
    Need { package: "python3-venv", present: crate::python::can_make },
];

/// What the tests' Python environment is made with.
pub const FOR_PYTHON: &[Need] = &[Need { package: "python3-venv", present: crate::python::can_make }];

/// Installs the packages of all needs that are not met.
pub fn ensure(needs: &[Need]) -> Result<Outcome> {
    let missing = missing(needs);
    if missing.is_empty() {
        return Ok(Outcome::AlreadyThere(format!("{} of {0} are there", needs.len())));
    }
    eprintln!("      missing: {}", missing.join(" "));
    install(&missing)?;
    let still: Vec<_> = needs.iter().filter(|need| !(need.present)()).map(|need| need.package).collect();
    if !still.is_empty() {
        bail!("installed, yet not to be found: {}", still.join(" "));
    }
    Ok(Outcome::Worked)
}

/// Installs packages by apt-get, through sudo when we are not root.
pub fn install(packages: &[&str]) -> Result<()> {
    if found("apt-get").is_none() {
        bail!("apt-get is not here, so this is no Debian; install by its own means: {}", packages.join(" "));
    }
    run(apt_get()?.arg("update")).context("the lists of packages could not be fetched")?;
    run(apt_get()?.args(["install", "--no-install-recommends", "-y"]).args(packages))
}

/// The commands that a person types instead.
pub fn by_hand(packages: &[&str]) -> String {
    format!(
        "sudo apt-get update && sudo apt-get install --no-install-recommends {}, then the same cargo command again",
        packages.join(" ")
    )
}

/// The names of all packages of a list of needs.
pub fn names(needs: &[Need]) -> Vec<&'static str> {
    needs.iter().map(|need| need.package).collect()
}

fn missing(needs: &[Need]) -> Vec<&'static str> {
    needs.iter().filter(|need| !(need.present)()).map(|need| need.package).collect()
}

fn apt_get() -> Result<Command> {
    let mut command = if xtask::postgres::we_are_root()? {
        Command::new("env")
    } else if found("sudo").is_some() {
        let mut sudo = Command::new("sudo");
        sudo.arg("env");
        sudo
    } else {
        bail!("packages are missing, and we are neither root nor is there a sudo");
    };
    // Another apt, such as the nightly upgrade, may hold dpkg's lock for a while.
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300"]);
    command.stdin(Stdio::null());
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_named() {
        let needs =
            [Need { package: "there", present: || true }, Need { package: "not-there", present: || false }];
        assert_eq!(missing(&needs), ["not-there"]);
        assert!(matches!(ensure(&needs[..1]), Ok(Outcome::AlreadyThere(_))));
    }

    #[test]
    fn the_command_by_hand_names_the_packages() {
        assert!(by_hand(&["a", "b"]).contains("install --no-install-recommends a b"));
    }
}
