//! A disk that gets full: nothing answered is lost, and with room again the host goes on by itself.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hospes::store::db::Location;
use reqwest::StatusCode;
use support::bot_api::BotApi;
use support::store::{Engine, Place};

use crate::burst::{Counts, counts, settle};
use crate::disk::SmallDisk;
use crate::sender::{
    Burst, PATIENCE, Progress, SECRET, client, install_telegram, start, update, verify_chain,
};

/// How soon the host serves again once there is room.
const RECOVERY: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_and_got_over() {
    let mut place = Place::new(Engine::Sqlite).await;
    let folder = place.folder().join("disk");
    let test = "room::a_full_disk_is_said_and_got_over";
    let Some(disk) = SmallDisk::mount(&folder, test) else { return };
    place.location = Location::Sqlite(folder.join("hospes.db"));
    let bot_api = BotApi::start().await;
    let start = start(&place, &bot_api.endpoint(), "host");
    let host = start.run().unwrap_or_else(|error| panic!("{error}"));
    install_telegram(host.address, &bot_api.address()).await;

    // Fills the disk up to the last byte.
    let filler = folder.join("filler");
    fill(&filler);
    let progress = Arc::new(Progress::default());
    let hosts = Arc::new(vec![host.address]);
    let sending = tokio::spawn(Burst { hosts, updates: 0..200, connections: 8 }.run(progress.clone()));
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while progress.again.load(Ordering::Relaxed) < 20 {
        assert!(tokio::time::Instant::now() < deadline, "a full disk is never felt");
        fill(&filler);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let refused = client()
        .post(format!("http://{}/in/telegram/update", host.address))
        .header("x-telegram-bot-api-secret-token", SECRET)
        .header("content-type", "application/json")
        .body(update(0))
        .send()
        .await
        .expect("an answer");
    // Of those that were answered before, this may be one; it is no news then.
    if refused.status() != StatusCode::OK {
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(refused.headers().contains_key("retry-after"));
    }

    let before = progress.answered.load(Ordering::Relaxed);
    let room = std::time::Instant::now();
    std::fs::remove_file(&filler).expect("the filler goes");
    while progress.answered.load(Ordering::Relaxed) == before {
        assert!(room.elapsed() < RECOVERY, "the host doesn't recover by itself\n{}", host.log_end());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::timeout(PATIENCE, sending).await.expect("the burst ends").expect("it doesn't panic");
    assert!(progress.odd.lock().unwrap().is_empty(), "{:?}", progress.odd.lock().unwrap());
    settle(&place, 200).await;
    assert!(host.stop().expect("it stops").success());
    assert_eq!(counts(&place).await, Counts::of(200));
    verify_chain(&start);
    drop(disk);
}

/// Appends until there is no room.
fn fill(file: &Path) {
    use std::io::Write as _;
    let mut file = std::fs::File::options().create(true).append(true).open(file).expect("a file");
    for size in [1 << 16, 1 << 12, 1] {
        let block = vec![0_u8; size];
        while file.write_all(&block).is_ok() {}
    }
}
