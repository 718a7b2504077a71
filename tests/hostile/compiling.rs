//! Crimes against the compiler: a file of some kilobytes that costs gigabytes or hours. It costs a process of its own.

use std::fmt::Write as _;
use std::io::Write as _;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hospes::boot::settings::Settings;
use hospes::plugins::package::compile::WorkerLimits;
use serde_json::json;
use support::app::{TestApp, settings, worker};
use support::clock::FakeClock;
use support::on_both_engines;
use support::store::{Engine, Place};

use crate::guests::{Module, TOOLS};
use crate::house::House;

on_both_engines!(plugins_work_without_a_folder_for_compiled_code);

/// Loops in loops, and locals that all change in the innermost: each loop has to merge each local.
fn bomb(id: &str, loops: usize, locals: usize) -> Vec<u8> {
    let mut body = String::from("(local");
    body.push_str(&" i64".repeat(locals));
    body.push(')');
    body.push_str(&"loop ".repeat(loops));
    for local in 4..4 + locals {
        let _ = write!(body, "local.get {local} i64.const 1 i64.add local.set {local} ");
    }
    body.push_str(&"local.get 0 br_if 0 end ".repeat(loops));
    body.push_str("unreachable");
    let module = Module { body: Box::leak(body.into_boxed_str()), ..Module::default() };
    module.plugin(id, &[TOOLS])
}

/// As many functions as it takes to be this large, none of which is unusual.
fn large(id: &str, bytes: usize) -> Vec<u8> {
    let mut more = String::new();
    for number in 0..bytes / 1_000 {
        let _ = write!(more, "(func $f{number} (param i32) (result i32) (local.get 0)");
        for step in 0..140 {
            let _ = write!(more, "(i32.add (i32.load (local.get 0))) (i32.const {step}) (i32.xor)");
        }
        more.push(')');
    }
    let module = Module { more: Box::leak(more.into_boxed_str()), ..Module::default() };
    module.plugin(id, &[TOOLS])
}

/// A host whose compiler may use this.
async fn house(limits: WorkerLimits) -> House {
    let place = Place::new(Engine::Sqlite).await;
    let settings = Settings { worker_limits: limits, ..settings(&place, &[]) };
    House::in_app(TestApp::start_with(settings, place, Arc::new(FakeClock::new())).await).await
}

/// A figure of this process, in KiB.
fn status(name: &str) -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a kernel that tells");
    let line = status.lines().find(|line| line.starts_with(name)).expect("the figure");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number of KiB")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_module_that_compiles_to_gigabytes_is_refused_and_the_host_stays_as_it_was() {
    let house = house(WorkerLimits { memory_mib: 400, seconds: 100 }).await;
    let bomb = bomb("explodes", 2_000, 1_500);
    assert!(bomb.len() < 30_000, "it has {} bytes", bomb.len());
    let before = status("RssAnon:");
    let answer = house.beside(house.upload(bomb)).await;
    assert_eq!(answer.status, 422, "{answer:?}");
    assert!(answer.text.contains("compiling it needs more than 400 MiB of memory"), "{}", answer.text);
    let grown = status("RssAnon:") - before;
    assert!(grown < 100 << 10, "the host has grown by {grown} KiB");
    assert!(!house.app.get("/v1/plugins").await.to_string().contains("explodes"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_module_that_compiles_for_too_long_is_refused() {
    let house = house(WorkerLimits { memory_mib: 8_000, seconds: 1 }).await;
    let answer = house.beside(house.upload(bomb("lasts", 1_500, 1_200))).await;
    assert_eq!(answer.status, 422, "{answer:?}");
    assert!(answer.text.contains("compiling it needs more than 1 s"), "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_plugin_leaves_no_memory_behind() {
    let house = House::new(Engine::Sqlite, &[]).await;
    let plugin = large("large", 1_000_000);
    let before = status("RssAnon:");
    house.beside(house.upload(plugin)).await.expect(201);
    let grown = status("RssAnon:") - before;
    assert!(grown < 60 << 10, "the host has grown by {grown} KiB");
}

#[test]
fn a_worker_goes_with_its_host() {
    let plugin = bomb("lasts", 1_500, 1_200);
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    let mut worker = Command::new(worker())
        .args(["compile-worker", "--memory-mib", "8000", "--seconds", "600"])
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut header = [3; 9];
    header[1..].copy_from_slice(&(plugin.len() as u64).to_le_bytes());
    ours.write_all(&header).unwrap();
    ours.write_all(&plugin).unwrap();
    // What happens to the host's end when the host is killed.
    drop(ours);
    let gone = Instant::now();
    while worker.try_wait().unwrap().is_none() {
        assert!(gone.elapsed() < Duration::from_secs(30), "it compiles on, for nobody");
        std::thread::sleep(Duration::from_millis(10));
    }
}

async fn plugins_work_without_a_folder_for_compiled_code(engine: Engine) {
    let place = Place::new(engine).await;
    let settings = Settings { cache: None, ..settings(&place, &[]) };
    let app = TestApp::start_with(settings, place, Arc::new(FakeClock::new())).await;
    let house = House::in_app(app).await;
    house.unharmed().await;
    house.admit(&Module::default().plugin("another", &[TOOLS]), &json!({})).await;
}
