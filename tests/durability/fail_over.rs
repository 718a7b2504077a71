//! A company whose database is two machines: one dies in the middle of a burst, or the way to it is cut for a while.

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use support::bot_api::BotApi;
use support::patroni::Cluster;
use support::store::Place;

use crate::burst::{Counts, counts, settle};
use crate::sender::{Burst, PATIENCE, Progress, full, install_telegram, start, verify_chain};

/// Webhooks in a burst, how often a primary dies, and for how long nothing comes through to the database.
fn size() -> (u64, u64, Duration) {
    if full() { (600, 20, Duration::from_secs(60)) } else { (200, 1, Duration::from_secs(6)) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_answered_is_lost_when_the_primary_dies() {
    let mut cluster = Cluster::start().await;
    let place = Place::at(cluster.database("company").await);
    let bot_api = BotApi::start().await;
    let starts = ["one", "two"].map(|name| start(&place, &bot_api.endpoint(), name));
    let hosts = starts.each_ref().map(|start| start.run().unwrap_or_else(|error| panic!("{error}")));
    let addresses = Arc::new(hosts.iter().map(|host| host.address).collect::<Vec<_>>());
    install_telegram(addresses[0], &bot_api.address()).await;
    let (each, rounds, stall) = size();
    let mut kept = 0;
    for _ in 0..rounds {
        let burst = Sending::begin(&addresses, kept..kept + each);
        burst.progress.until_answered(each / 3).await;
        let dead = cluster.kill_primary().await;
        burst.end().await;
        kept += each;
        settle(&place, kept).await;
        cluster.start_again(dead);
        cluster.until_whole().await;
    }

    // The way to the database is cut: who waits gets an answer or is asked to come again, and nobody is lost.
    let burst = Sending::begin(&addresses, kept..kept + each);
    burst.progress.until_answered(each / 3).await;
    cluster.freeze();
    tokio::time::sleep(stall).await;
    cluster.thaw();
    burst.end().await;
    kept += each;
    settle(&place, kept).await;
    for host in hosts {
        assert!(host.stop().expect("it stops").success());
    }
    assert_eq!(counts(&place).await, Counts::of(kept));
    verify_chain(&starts[0]);
}

/// A burst that goes on.
struct Sending {
    progress: Arc<Progress>,
    burst: tokio::task::JoinHandle<()>,
}

impl Sending {
    fn begin(hosts: &Arc<Vec<SocketAddr>>, updates: Range<u64>) -> Self {
        let progress = Arc::new(Progress::default());
        let burst = Burst { hosts: hosts.clone(), updates, connections: 16 };
        Self { burst: tokio::spawn(burst.run(progress.clone())), progress }
    }

    /// Waits until all are answered, each by a success after nothing but calls to come again.
    async fn end(self) {
        tokio::time::timeout(PATIENCE, self.burst).await.expect("the burst ends").expect("it doesn't panic");
        let odd = self.progress.odd.lock().unwrap().clone();
        assert!(odd.is_empty(), "{odd:?}");
    }
}
