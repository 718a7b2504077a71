//! A line to a host that holds back what one path is asked for, as bad networks do.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// How long a request waits. A page does in a hundredth of it what it does while it waits.
const HELD: Duration = Duration::from_secs(1);

/// The line, which is cut when this is dropped.
pub struct SlowLine {
    address: std::net::SocketAddr,
    _connections: JoinSet<()>,
}

impl SlowLine {
    /// A line to the host at an address, `http://127.0.0.1:8080/`, that holds back requests that begin so: by method and
    /// path, such as `GET /assets`.
    pub async fn to(host: &str, held: &str) -> Self {
        let host = host.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let held = held.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut connections = JoinSet::new();
        connections.spawn(async move {
            let mut joined = JoinSet::new();
            while let Ok((browser, _)) = listener.accept().await {
                let host = TcpStream::connect(&host).await.expect("the host");
                joined.spawn(join(browser, host, held.clone()));
            }
        });
        Self { address, _connections: connections }
    }

    /// The address of a path, over the line.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// Carries what both say until one of them is silent for good.
async fn join(browser: TcpStream, host: TcpStream, held: String) {
    let (mut asks, mut shown) = browser.into_split();
    let (mut answers, mut asked) = host.into_split();
    let forth = async move {
        let mut part = vec![0; 16 << 10];
        while let Ok(length @ 1..) = asks.read(&mut part).await {
            // A browser sends a request in one piece and waits for its answer before it sends the next.
            if part.starts_with(held.as_bytes()) {
                tokio::time::sleep(HELD).await;
            }
            if asked.write_all(&part[..length]).await.is_err() {
                break;
            }
        }
    };
    tokio::select! {
        () = forth => {}
        _ = copy(&mut answers, &mut shown) => {}
    }
}
