//! Measures calls of plugins: `cargo run --release -p load-calls -- target/plugins/lead-score.wasm`. It prints the rows
//! of `tests/load/README.md`; everything that is compared is timed in turn, in this one run.

mod kept;
mod native;
mod webhook;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use hospes::boot::clock::SystemClock;
use hospes::plugins::measure::{Calls, median, subject};
use hospes::plugins::types::ScoringSubject;

use crate::kept::Hosts;
use crate::webhook::Webhook;

/// Rounds whose medians are taken.
const ROUNDS: u32 = 200;
/// In so many rounds the large batches are timed too; they take a thousand times as long.
const BATCH_ROUNDS: u32 = 15;
/// Customers of a large batch.
const BATCH: usize = 1_000;
/// Webhooks, and calls of native code, that are timed together.
const TOGETHER: u32 = 64;
/// Rounds of the threads; each thread makes 64 calls at a time, so often.
const THREAD_ROUNDS: u32 = 40;
const TURNS: u32 = 8;

fn main() -> Result<()> {
    let path =
        std::env::args_os().nth(1).map_or_else(|| "target/plugins/lead-score.wasm".into(), PathBuf::from);
    let artifact = std::fs::read(&path).with_context(|| {
        format!("{} can't be read; build it first: cargo run -p xtask -- plugins", path.display())
    })?;
    // The calls stay on this thread, as the floors do; what is written down beside them has another.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let rows = runtime.block_on(measure(&artifact))?;
    println!("| id | on | what | floor | figure | ratio | target |");
    println!("|---|---|---|---|---|---|---|");
    for row in rows {
        println!("{row}");
    }
    Ok(())
}

/// One figure against its floor.
struct Row {
    id: &'static str,
    what: &'static str,
    floor: (&'static str, Duration),
    figure: Duration,
    /// How many times as fast the figure may be slower, or has to be faster.
    target: &'static str,
    ratio: f64,
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let (floor, figure) = (micros(self.floor.1), micros(self.figure));
        write!(
            f,
            "| {} | | {}; floor: {} | {floor:.2} us | {figure:.2} us | {:.2} | {} |",
            self.id, self.what, self.floor.0, self.ratio, self.target
        )
    }
}

fn ratio(figure: Duration, floor: Duration) -> f64 {
    figure.as_secs_f64() / floor.as_secs_f64().max(f64::MIN_POSITIVE)
}

/// The times of one thing, a round each.
#[derive(Default)]
struct Times(Vec<Duration>);

impl Times {
    fn median(&self) -> Duration {
        median(&self.0)
    }
}

async fn measure(artifact: &[u8]) -> Result<Vec<Row>> {
    let calls = Arc::new(Calls::new(artifact, Arc::new(SystemClock)).await?);
    let hosts = Hosts::start().await?;
    let mut webhook = Webhook::start()?;
    let one = vec![subject(0)];
    let many: Vec<ScoringSubject> = (0..BATCH).map(subject).collect();
    let (mut host, mut bare, mut native, mut hook) = <(Times, Times, Times, Times)>::default();
    let (mut host_many, mut bare_many, mut native_many) = <(Times, Times, Times)>::default();
    let (mut without, mut with) = <(Times, Times)>::default();
    // The first round warms everything and counts for nothing.
    for round in 0..=ROUNDS {
        let times = [
            calls.by_host(&one).await?,
            calls.bare(&one).await?,
            native::time(&one, TOGETHER),
            webhook.time(&one, TOGETHER)?,
            hosts.without(&one).await?,
            hosts.with(&one).await?,
        ];
        hosts.written().await?;
        if round > 0 {
            for (times, time) in
                [&mut host, &mut bare, &mut native, &mut hook, &mut without, &mut with].into_iter().zip(times)
            {
                times.0.push(time);
            }
        }
        if round <= BATCH_ROUNDS {
            let times = [calls.by_host(&many).await?, calls.bare(&many).await?, native::time(&many, 1)];
            if round > 0 {
                for (times, time) in [&mut host_many, &mut bare_many, &mut native_many].into_iter().zip(times)
                {
                    times.0.push(time / u32::try_from(BATCH)?);
                }
            }
        }
    }
    let (mut alone, mut together, mut plain_alone, mut plain_together) =
        <(Times, Times, Times, Times)>::default();
    for round in 0..=THREAD_ROUNDS {
        let times = [
            on_threads(1, || sandboxed(&calls, &one))?,
            on_threads(2, || sandboxed(&calls, &one))?,
            on_threads(1, || natively(&one))?,
            on_threads(2, || natively(&one))?,
        ];
        if round > 0 {
            let all = [&mut alone, &mut together, &mut plain_alone, &mut plain_together];
            for (times, time) in all.into_iter().zip(times) {
                times.0.push(time);
            }
        }
    }
    let row = |id, what, floor: (&'static str, &Times), figure: &Times, target| {
        let (floor, figure) = ((floor.0, floor.1.median()), figure.median());
        Row { id, what, floor, figure, target, ratio: ratio(figure, floor.1) }
    };
    let faster = |what, alone, together, target| {
        let row = row("V2", what, ("one thread", alone), together, target);
        Row { ratio: ratio(row.floor.1, row.figure), ..row }
    };
    Ok(vec![
        row("V1", "a call: score one customer", ("bare engine", &bare), &host, "<= 1.3"),
        row("V1", "the same", ("warm webhook", &hook), &host, "<= 0.125"),
        row("V1", "the same", ("native", &native), &host, "a hint"),
        faster("a call, on two threads at once (time by all calls)", &alone, &together, ">= 1.7"),
        faster(
            "the same code natively: what this machine has to give",
            &plain_alone,
            &plain_together,
            "a hint",
        ),
        row("V4", "a customer of 1,000 in a call", ("bare engine", &bare_many), &host_many, "<= 1.3"),
        row("V4", "the same", ("native", &native_many), &host_many, "<= 15"),
        row("V5", "a call whose transcript is kept", ("not kept", &without), &with, "<= 1.25"),
    ])
}

/// How long a call takes when so many threads make calls at once: their time by all that they made.
fn on_threads(threads: u32, calls: impl Fn() -> Result<()> + Sync) -> Result<Duration> {
    let start = Instant::now();
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(&calls)).collect();
        running
            .into_iter()
            .try_for_each(|thread| thread.join().map_err(|_| anyhow::anyhow!("a thread panicked"))?)
    })?;
    Ok(start.elapsed() / (threads * TURNS * hospes::plugins::measure::CALLS))
}

/// One thread's calls of the plugin.
fn sandboxed(calls: &Calls, subjects: &[ScoringSubject]) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for _ in 0..TURNS {
        runtime.block_on(calls.by_host(subjects))?;
    }
    Ok(())
}

/// As many calls of the plugin's code without a sandbox.
fn natively(subjects: &[ScoringSubject]) -> Result<()> {
    for _ in 0..TURNS {
        native::time(subjects, hospes::plugins::measure::CALLS);
    }
    Ok(())
}
