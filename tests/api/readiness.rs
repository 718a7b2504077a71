//! A host whose writes don't go through says so to whoever sends it requests, and comes back by itself.

use std::time::{Duration, Instant};

use hospes::store::db::DbError;
use reqwest::Method;
use support::app::{Answer, TestApp};
use support::on_both_engines;
use support::store::Engine;
use tokio::sync::watch;

on_both_engines!(a_host_that_cannot_write_is_not_ready);

/// The first answer of `/readyz` with this status.
async fn ready(app: &TestApp, status: u16) -> Answer {
    let begun = Instant::now();
    loop {
        let answer = app.send(app.request(Method::GET, "/readyz")).await;
        if answer.status == status {
            return answer;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{answer:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn a_host_that_cannot_write_is_not_ready(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    ready(&app, 200).await;
    // Somebody else's transaction that doesn't end, as behind a disk that has frozen.
    let (release, held) = watch::channel(false);
    let stuck = app.host.app().db.write((engine, held), |tx, (engine, held)| {
        Box::pin(async move {
            if *engine == Engine::Postgres {
                tx.execute("lock table hosts in exclusive mode", &[]).await?;
            }
            // The end of the test releases it, too.
            let _ = held.clone().wait_for(|released| *released).await;
            Ok::<(), DbError>(())
        })
    });
    let watched = async {
        let answer = ready(&app, 503).await;
        assert_eq!(answer.header("retry-after"), "5");
        assert!(answer.text.contains("don't go through"), "{answer:?}");
        let alive = app.send(app.request(Method::GET, "/healthz")).await;
        assert_eq!(alive.status, 200, "it is alive, and restarting it would mend nothing");
        release.send(true).unwrap();
        ready(&app, 200).await;
    };
    let (ended, ()) = futures::join!(stuck, watched);
    ended.unwrap();
}
