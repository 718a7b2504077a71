//! How much of a processor processes of this machine have used.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use sqlx::{Connection as _, PgConnection};

use crate::database::Database;

/// The seconds of processor time that a process has used since it began.
pub fn seconds(id: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
    // The name before it may hold anything, so count from its closing parenthesis: user and system time.
    let (_, fields) = stat.rsplit_once(')').context("/proc/PID/stat")?;
    let ticks =
        |index: usize| fields.split_whitespace().nth(index).and_then(|ticks| ticks.parse::<f64>().ok());
    let (user, system) = (ticks(11).context("utime")?, ticks(12).context("stime")?);
    Ok((user + system) / rustix::param::clock_ticks_per_second() as f64)
}

/// What one program and its database use while time passes.
pub struct Watched {
    /// The program's process.
    pub process: u32,
    /// Its database, whose backends are counted when it is a server's on this machine.
    pub database: Database,
}

/// The shares of a processor that a program and its database's backends took, in percent.
#[derive(Debug, Clone, Copy)]
pub struct Share {
    /// The program.
    pub program: f64,
    /// The database; none where it is a part of the program or runs elsewhere.
    pub database: Option<f64>,
}

/// Watches several for the same time.
pub async fn watch(watched: &[Watched], length: Duration) -> Result<Vec<Share>> {
    let mut all = Vec::new();
    for one in watched {
        let backends = match &one.database {
            Database::Sqlite(_) => None,
            Database::Postgres(url) => Some(Backends::of(url).await?),
        };
        all.push((one.process, seconds(one.process)?, backends));
    }
    let began = Instant::now();
    while began.elapsed() < length {
        tokio::time::sleep(Duration::from_secs(1)).await;
        for (_, _, backends) in &mut all {
            if let Some(backends) = backends {
                backends.look().await?;
            }
        }
    }
    let percent = 100.0 / began.elapsed().as_secs_f64();
    let mut shares = Vec::new();
    for (process, before, backends) in all {
        let program = (seconds(process)? - before) * percent;
        shares.push(Share {
            program,
            database: backends.and_then(|backends| backends.used()).map(|used| used * percent),
        });
    }
    Ok(shares)
}

/// The backends of one database, looked at each second: they come and go, and one that ends takes its last second with it.
struct Backends {
    connection: PgConnection,
    /// The first and the last figure of each.
    seen: HashMap<u32, (f64, f64)>,
}

impl Backends {
    async fn of(url: &str) -> Result<Self> {
        let mut backends = Self { connection: PgConnection::connect(url).await?, seen: HashMap::new() };
        for id in backends.ids().await? {
            if let Ok(used) = seconds(id) {
                backends.seen.insert(id, (used, used));
            }
        }
        Ok(backends)
    }

    async fn look(&mut self) -> Result<()> {
        for id in self.ids().await? {
            if let Ok(used) = seconds(id) {
                self.seen.entry(id).or_insert((0.0, used)).1 = used;
            }
        }
        Ok(())
    }

    async fn ids(&mut self) -> Result<Vec<u32>> {
        let sql =
            "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
        let ids: Vec<i32> = sqlx::query_scalar(sql).fetch_all(&mut self.connection).await?;
        // Of a server elsewhere the numbers may be anybody's here.
        let ours = |id: &u32| {
            let name = std::fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
            name.starts_with("post")
        };
        Ok(ids.into_iter().filter_map(|id| u32::try_from(id).ok()).filter(ours).collect())
    }

    fn used(&self) -> Option<f64> {
        let used = self.seen.values().map(|(first, last)| last - first).sum();
        (!self.seen.is_empty()).then_some(used)
    }
}
