//! Takes connections and serves requests on them until it is time to stop.
//!
//! A connection that says nothing, or never ends its request's head, is closed after a while, and there are never more
//! connections than the process may have files: else whoever opens enough of them could keep everybody out.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::Service as _;

/// For so long a client may take for the head of a request, and a connection may be idle.
const HEAD: Duration = Duration::from_secs(30);
/// Files that the process keeps for everything else: databases, plugins, what it sends itself.
const OTHER_FILES: usize = 256;
/// The most connections, whatever the system allows.
const MOST: usize = 16_384;
/// How long nothing is accepted after the system refused a connection.
const PAUSE: Duration = Duration::from_millis(200);

/// Serves until `stop`; then lets the requests under way end.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> io::Result<()> {
    serve_within(listener, router, stop, HEAD).await
}

async fn serve_within(
    listener: TcpListener,
    router: Router,
    stop: CancellationToken,
    head: Duration,
) -> io::Result<()> {
    let mut connections = router.into_make_service_with_connect_info::<SocketAddr>();
    let room = Arc::new(Semaphore::new(most_connections()));
    let under_way = GracefulShutdown::new();
    loop {
        let next = async {
            let place = room.clone().acquire_owned().await.map_err(io::Error::other)?;
            Ok::<_, io::Error>((place, listener.accept().await?))
        };
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = next => accepted,
        };
        match accepted {
            Ok((place, (stream, peer))) => {
                let serving = under_way.watch(connection(&mut connections, stream, peer, head).await);
                tokio::spawn(async move {
                    // A client that goes away ends its connection, and nobody else is concerned.
                    let _gone = serving.await;
                    drop(place);
                });
            }
            // The client was faster gone than it was accepted.
            Err(error) if is_of_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection could be accepted");
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = tokio::time::sleep(PAUSE) => {}
                }
            }
        }
    }
    drop(listener);
    under_way.shutdown().await;
    Ok(())
}

type Connection = http1::Connection<
    TokioIo<TcpStream>,
    TowerToHyperService<axum::middleware::AddExtension<Router, axum::extract::ConnectInfo<SocketAddr>>>,
>;

async fn connection(
    connections: &mut IntoMakeServiceWithConnectInfo<Router, SocketAddr>,
    stream: TcpStream,
    peer: SocketAddr,
    head: Duration,
) -> Connection {
    // Answers are written whole; waiting for more would only make them later.
    let _as_it_is = stream.set_nodelay(true);
    let service = match connections.call(peer).await {
        Ok(service) => service,
        Err(never) => match never {},
    };
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
}

fn is_of_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// How many connections there may be: as many as the system lets the process have files, which it asks for, less what it
/// needs itself.
fn most_connections() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let files = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    let files = files.and_then(|files| usize::try_from(files).ok()).unwrap_or(usize::MAX);
    files.saturating_sub(OTHER_FILES).clamp(64, MOST)
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::time::timeout;

    use super::*;

    /// What a client reads until the server closes, when it sends no more than this.
    async fn read_to_the_end(address: SocketAddr, sent: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut read = Vec::new();
        let closed = timeout(Duration::from_secs(20), stream.read_to_end(&mut read)).await;
        closed.expect("the server closes the connection").unwrap();
        String::from_utf8(read).unwrap()
    }

    #[tokio::test]
    async fn who_does_not_end_a_request_is_not_waited_for() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", get(|| async { "hello" }));
        let stop = CancellationToken::new();
        let head = Duration::from_millis(100);
        let server = tokio::spawn(serve_within(listener, router, stop.clone(), head));
        for unfinished in ["", "GET / HT", "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "] {
            let read = read_to_the_end(address, unfinished).await;
            assert!(!read.contains("hello"), "{unfinished:?}: {read}");
        }
        let read = read_to_the_end(address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
        assert!(read.contains("hello"), "{read}");
        stop.cancel();
        server.await.unwrap().unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }
}
