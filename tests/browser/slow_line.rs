//! A line to a host that holds back requests, or the answers to them, as bad networks do.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How long they wait. A page does in a hundredth of it what it does while it waits.
const HELD: Duration = Duration::from_secs(1);

/// The line, which is cut when this is dropped.
pub struct SlowLine {
    address: std::net::SocketAddr,
    /// How many answers were held back so far.
    answers: Arc<Semaphore>,
    _connections: JoinSet<()>,
}

/// What is held back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    Requests,
    Answers,
}

impl SlowLine {
    /// A line to the host at an address, `http://127.0.0.1:8080/`, that holds back requests that begin so: by method and
    /// path, such as `GET /assets`.
    pub async fn to(host: &str, begin: &str) -> Self {
        Self::holding(host, begin, Held::Requests).await
    }

    /// A line that holds back the answers to such requests: the host has done by then what it was asked for.
    pub async fn back_from(host: &str, begin: &str) -> Self {
        Self::holding(host, begin, Held::Answers).await
    }

    async fn holding(host: &str, begin: &str, held: Held) -> Self {
        let host = host.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let begin = begin.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let answers = Arc::new(Semaphore::new(0));
        let held_back = answers.clone();
        let mut connections = JoinSet::new();
        connections.spawn(async move {
            let mut joined = JoinSet::new();
            while let Ok((browser, _)) = listener.accept().await {
                let host = TcpStream::connect(&host).await.expect("the host");
                joined.spawn(join(browser, host, begin.clone(), held, held_back.clone()));
            }
        });
        Self { address, answers, _connections: connections }
    }

    /// Waits until the host has given an answer that is held back.
    pub async fn answer(&self) {
        self.answers.acquire().await.expect("it stays open").forget();
    }

    /// The address of a path, over the line.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// Carries what both say until one of them is silent for good.
async fn join(browser: TcpStream, host: TcpStream, begin: String, held: Held, held_back: Arc<Semaphore>) {
    let (mut asks, mut shown) = browser.into_split();
    let (mut answers, mut asked) = host.into_split();
    let waits = AtomicBool::new(false);
    let forth = async {
        let mut part = vec![0; 16 << 10];
        while let Ok(length @ 1..) = asks.read(&mut part).await {
            // A browser sends a request in one piece and waits for its answer before it sends the next.
            if part.starts_with(begin.as_bytes()) {
                match held {
                    Held::Requests => tokio::time::sleep(HELD).await,
                    Held::Answers => waits.store(true, Ordering::Relaxed),
                }
            }
            if asked.write_all(&part[..length]).await.is_err() {
                break;
            }
        }
    };
    let back = async {
        let mut part = vec![0; 16 << 10];
        while let Ok(length @ 1..) = answers.read(&mut part).await {
            if waits.swap(false, Ordering::Relaxed) {
                held_back.add_permits(1);
                tokio::time::sleep(HELD).await;
            }
            if shown.write_all(&part[..length]).await.is_err() {
                break;
            }
        }
    };
    tokio::select! {
        () = forth => {}
        () = back => {}
    }
}
