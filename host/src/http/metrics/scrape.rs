//! One look at the host, written out.

use std::fmt::Error;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use super::requests::{self, Answered, Took};
use crate::ops::host::health::Health;
use crate::plugins::figures;
use crate::store::db::counts;

/// What is written.
#[derive(Debug)]
pub struct Scrape {
    /// The host's status.
    pub health: Health,
    /// The requests it has answered.
    pub requests: Vec<(Answered, Took)>,
    /// Its memory in bytes.
    pub resident: Option<u64>,
}

type Labels = Vec<(&'static str, String)>;

impl Collector for Scrape {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), Error> {
        self.http(&mut encoder)?;
        self.jobs(&mut encoder)?;
        self.log(&mut encoder)?;
        self.plugins(&mut encoder)?;
        self.database(&mut encoder)?;
        let resident = self.resident.map(|bytes| (Vec::new(), number(bytes)));
        let help = "Memory that the process holds, in bytes";
        gauges(&mut encoder, "process_resident_memory_bytes", help, resident)
    }
}

impl Scrape {
    fn http(&self, encoder: &mut DescriptorEncoder<'_>) -> Result<(), Error> {
        let name = "hospes_http_request_duration_seconds";
        let mut metric =
            encoder.encode_descriptor(name, "Requests by route and status", None, MetricType::Histogram)?;
        for (of, took) in &self.requests {
            let labels: Labels = vec![
                ("route", of.route.clone()),
                ("method", of.method.to_owned()),
                ("status", of.status.to_string()),
            ];
            let family = metric.encode_family(&labels)?;
            histogram(family, took.total_us, &requests::CLASSES_US, &took.classes)?;
        }
        Ok(())
    }

    fn jobs(&self, encoder: &mut DescriptorEncoder<'_>) -> Result<(), Error> {
        let jobs = self
            .health
            .jobs
            .iter()
            .map(|jobs| (vec![("queue", jobs.queue.clone()), ("state", jobs.state.clone())], jobs.jobs));
        let help =
            "Jobs of all hosts: ready ones wait, dead ones were given up; the queue send is the outbox";
        gauges(encoder, "hospes_jobs", help, jobs)?;
        let help = "For how long the oldest job is due that waits";
        seconds(encoder, "hospes_jobs_oldest_due_seconds", help, self.health.oldest_due_ms)
    }

    fn log(&self, encoder: &mut DescriptorEncoder<'_>) -> Result<(), Error> {
        let health = &self.health;
        let one = |value: i64| [(Vec::new(), value)];
        gauges(encoder, "hospes_events_head", "The place of the newest event of the log", one(health.head))?;
        let help = "Events that wait for their place in the log";
        gauges(encoder, "hospes_events_unsealed", help, one(health.unsealed))?;
        let help = "For how long the oldest event waits for its place in the log";
        seconds(encoder, "hospes_events_seal_lag_seconds", help, health.seal_lag_ms)?;
        let followers = i64::try_from(health.followers).unwrap_or(i64::MAX);
        gauges(encoder, "hospes_event_streams", "Streams of the log that this process serves", one(followers))
    }

    fn plugins(&self, encoder: &mut DescriptorEncoder<'_>) -> Result<(), Error> {
        let labels =
            |(of, named, _): &(figures::Of, crate::ops::host::health::Named, figures::Sums)| -> Labels {
                vec![
                    ("installation", named.installation.clone()),
                    ("version", named.version.clone()),
                    ("function", of.ability.interface().to_owned()),
                ]
            };
        let help = "Calls of plugins on this host, by what came of them";
        let mut metric = encoder.encode_descriptor("hospes_plugin_calls", help, None, MetricType::Counter)?;
        for calls in &self.health.calls {
            let sums = &calls.2;
            let well = sums.calls - sums.refused - sums.failed;
            let outcomes = [
                ("ok", well),
                ("refused", sums.refused),
                ("failed", sums.failed),
                ("busy", sums.turned_away),
            ];
            for (outcome, count) in outcomes {
                let mut labels = labels(calls);
                labels.push(("outcome", outcome.to_owned()));
                ConstCounter::new(count).encode(metric.encode_family(&labels)?)?;
            }
        }
        let help = "How long calls of plugins took on this host";
        let name = "hospes_plugin_call_duration_seconds";
        let mut metric = encoder.encode_descriptor(name, help, None, MetricType::Histogram)?;
        for calls in &self.health.calls {
            let sums = &calls.2;
            // What is kept is how many took at most as long; a histogram wants how many fell between.
            let mut below = 0;
            let mut classes: Vec<u64> = Vec::new();
            for within in sums.within.into_iter().chain([sums.calls]) {
                classes.push(within - below);
                below = within;
            }
            let labels = labels(calls);
            histogram(metric.encode_family(&labels)?, sums.total_us, &figures::CLASSES_US, &classes)?;
        }
        let peaks = self.health.calls.iter().map(|calls| (labels(calls), number(calls.2.memory)));
        let help = "The most memory that one call took on this host, in bytes";
        gauges(encoder, "hospes_plugin_memory_peak_bytes", help, peaks)?;
        let breakers = self.health.breakers.iter();
        let breakers = breakers.map(|(name, open)| (vec![("installation", name.clone())], i64::from(*open)));
        let help = "1 while an installation is left alone because it failed too often";
        gauges(encoder, "hospes_plugin_breaker_open", help, breakers)
    }

    fn database(&self, encoder: &mut DescriptorEncoder<'_>) -> Result<(), Error> {
        let counts = &self.health.counts;
        let help = "How long this process's transactions took, the wait for the disk included";
        let name = "hospes_database_commit_duration_seconds";
        let metric = encoder.encode_descriptor(name, help, None, MetricType::Histogram)?;
        histogram(metric, counts.total_us, &counts::CLASSES_US, &counts.classes)?;
        let help = "Operations of this process that were written, several of them in one transaction";
        let metric =
            encoder.encode_descriptor("hospes_database_operations", help, None, MetricType::Counter)?;
        ConstCounter::new(counts.operations).encode(metric)?;
        let help = "Statements of this process: of transactions that write, with their beginnings and ends, and others";
        let mut metric =
            encoder.encode_descriptor("hospes_database_statements", help, None, MetricType::Counter)?;
        for (side, count) in [("read", counts.reads), ("write", counts.writes)] {
            ConstCounter::new(count).encode(metric.encode_family(&[("side", side)])?)?;
        }
        Ok(())
    }
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn gauges(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    values: impl IntoIterator<Item = (Labels, i64)>,
) -> Result<(), Error> {
    let mut metric = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
    for (labels, value) in values {
        ConstGauge::new(value).encode(metric.encode_family(&labels)?)?;
    }
    Ok(())
}

fn seconds(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, millis: i64) -> Result<(), Error> {
    let metric = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
    ConstGauge::new(millis as f64 / 1_000.0).encode(metric)
}

/// Writes a histogram: how many fell into each class, the last of which has no end.
fn histogram(
    mut metric: MetricEncoder<'_>,
    total_us: u64,
    ends_us: &[u64],
    classes: &[u64],
) -> Result<(), Error> {
    let ends = ends_us.iter().map(|end| *end as f64 / 1e6).chain([f64::MAX]);
    let buckets: Vec<(f64, u64)> = ends.zip(classes.iter().copied()).collect();
    let count = classes.iter().sum();
    metric.encode_histogram::<NoLabelSet>(total_us as f64 / 1e6, count, &buckets, None)
}
