//! What toolchains lack is fetched once, at a fixed version, and kept for all plugins.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, bail, ensure};

/// What JavaScript with packages is bundled by.
const NODE: [&str; 1] = ["esbuild@0.28.2"];
/// What Python is made a component with.
const PYTHON: [&str; 1] = ["componentize-py==0.25.0"];

/// What C and Zig are compiled with; it brings a libc along.
const ZIG: [&str; 1] = ["ziglang==0.17.1"];

/// How long one of their programs may run. The first time, some compile what they are made of, on a slow machine for minutes.
const LONGEST: Duration = Duration::from_secs(300);
/// How long something may take to be fetched: some hundred megabytes, over a slow line.
const LONGEST_FETCH: Duration = Duration::from_secs(1_800);

/// Where it is kept: `hospes` in the user's cache.
pub fn cache() -> anyhow::Result<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "they are the system's own settings, not ours")]
    let (own, home) = (std::env::var_os("XDG_CACHE_HOME"), std::env::var_os("HOME"));
    let cache = own.filter(|own| !own.is_empty()).map(PathBuf::from);
    let cache = cache.or_else(|| home.map(|home| PathBuf::from(home).join(".cache")));
    let cache = cache.context("neither XDG_CACHE_HOME nor HOME says where to keep what is fetched")?;
    Ok(cache.join("hospes"))
}

/// The folder of Node's programs that JavaScript needs.
pub fn node() -> anyhow::Result<PathBuf> {
    let remedy = "install Node.js 20 or later: apt-get install nodejs npm";
    let kept = fetched("node", &NODE, remedy, |folder| {
        let mut npm = Command::new("npm");
        npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]);
        fetch(npm.arg(folder).args(NODE), "npm install")
    })?;
    Ok(kept.join("node_modules/.bin"))
}

/// The folder of Python's packages that Python needs.
pub fn python() -> anyhow::Result<PathBuf> {
    packages("python", &PYTHON)
}

/// Zig, which compiles C as well. What it has compiled of its own is kept beside it.
pub fn zig() -> anyhow::Result<Command> {
    let mut zig = Command::new(packages("zig", &ZIG)?.join("ziglang/zig"));
    zig.env("ZIG_GLOBAL_CACHE_DIR", cache()?.join("zig-cache"));
    Ok(zig)
}

/// A folder of packages for Python.
fn packages(name: &str, wanted: &[&str]) -> anyhow::Result<PathBuf> {
    let remedy = "install Python 3.10 or later: apt-get install python3 python3-venv";
    let kept = fetched(name, wanted, remedy, |folder| {
        // Debian's Python has its installer only within an environment of one's own.
        let own = folder.join("own");
        run(Command::new("python3").args(["-m", "venv"]).arg(&own), "python3 -m venv")?;
        let mut pip = Command::new(own.join("bin/python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]);
        fetch(pip.arg(folder.join("packages")).args(wanted), "pip install")?;
        std::fs::remove_dir_all(&own).with_context(|| format!("{} can't be removed", own.display()))
    })?;
    Ok(kept.join("packages"))
}

/// The folder with what is wanted, which is fetched into it unless it is there.
fn fetched(
    name: &str,
    wanted: &[&str],
    remedy: &str,
    install: impl Fn(&Path) -> anyhow::Result<()>,
) -> anyhow::Result<PathBuf> {
    let wanted = wanted.join(" and ");
    let cache = cache()?;
    let versions = wanted.replace(" and ", "-").replace(['@', '='], "-");
    let kept = cache.join(format!("{name}-{versions}"));
    if kept.is_dir() {
        return Ok(kept);
    }
    // Beside its place, and moved there when it is whole: two builds may fetch at once.
    let begun = cache.join(format!("fetching-{}", std::process::id()));
    std::fs::create_dir_all(&begun).with_context(|| format!("{} can't be made", begun.display()))?;
    eprintln!("Fetching {wanted} into {} (once).", kept.display());
    let done = install(&begun);
    let whole = done.is_ok() && (std::fs::rename(&begun, &kept).is_ok() || kept.is_dir());
    // What is left of a failure, or of having been second, is nothing to anybody.
    let _gone = std::fs::remove_dir_all(&begun);
    done.with_context(|| format!("{wanted} could not be fetched; if what fetches it isn't there, {remedy}"))?;
    ensure!(whole, "{} can't be written", kept.display());
    Ok(kept)
}

/// Runs what fetches something.
fn fetch(program: &mut Command, what: &str) -> anyhow::Result<()> {
    within(LONGEST_FETCH, program, what, "is there a way to the network?").map(|_| ())
}

/// Runs a toolchain's program; what it prints is shown only when it fails. One that doesn't end is stopped.
pub fn run(program: &mut Command, what: &str) -> anyhow::Result<()> {
    output(program, what).map(|_| ())
}

/// The same, for what it prints: its standard output, and its warnings.
pub fn output(program: &mut Command, what: &str) -> anyhow::Result<(String, String)> {
    within(LONGEST, program, what, "is there a loop without an end in the module?")
}

/// The same within a time, with what to look for when that is too short.
fn within(
    longest: Duration,
    program: &mut Command,
    what: &str,
    hint: &str,
) -> anyhow::Result<(String, String)> {
    let name = program.get_program().to_string_lossy().into_owned();
    program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = program.spawn().with_context(|| format!("{name} can't be started"))?;
    let process = rustix::process::Pid::from_child(&child);
    let (sender, ended) = mpsc::channel();
    // Nobody waits for what comes after the time is up.
    std::thread::spawn(move || sender.send(child.wait_with_output()).ok());
    let Ok(output) = ended.recv_timeout(longest) else {
        // It may have ended just now.
        let _ended = rustix::process::kill_process(process, rustix::process::Signal::KILL);
        let minutes = longest.as_secs() / 60;
        bail!("{what} took longer than {minutes} minutes and was stopped; {hint}");
    };
    let output = output.with_context(|| format!("{name} can't be waited for"))?;
    let [printed, warnings] =
        [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    ensure!(output.status.success(), "{what} failed:\n{printed}{warnings}");
    Ok((printed, warnings))
}
