//! A server on the loopback address that plays somebody else's system in the demo.

use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The running server; it ends when it is dropped.
pub struct StandIn {
    address: SocketAddr,
    server: JoinHandle<std::io::Result<()>>,
}

impl StandIn {
    /// Serves this on the port, or on any other when it is taken.
    pub async fn serve(port: u16, routes: Router) -> std::io::Result<Self> {
        let listener = match TcpListener::bind(("127.0.0.1", port)).await {
            Ok(listener) => listener,
            Err(_) => TcpListener::bind(("127.0.0.1", 0)).await?,
        };
        let address = listener.local_addr()?;
        let server = tokio::spawn(axum::serve(listener, routes).into_future());
        Ok(Self { address, server })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.server.abort();
    }
}
