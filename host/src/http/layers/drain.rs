//! The body of a refused upload is read to its end and thrown away, beside the answer: a server that closed the
//! connection in the middle of it would cut off its own answer, and the client would see a broken connection in place of
//! the reason.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt as _;
use http_body::{Frame, SizeHint};

/// So much of a refused body is read, in bytes; whoever sends more finds the connection closed.
const MOST: usize = 64 << 20;
/// For so long at most.
const LONGEST: Duration = Duration::from_secs(10);

/// Reads what a client still sends that was refused.
pub async fn drain(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let body = Shared(Arc::new(Mutex::new(body)));
    let response = next.run(Request::from_parts(parts, Body::new(body.clone()))).await;
    if response.status().is_client_error() {
        tokio::spawn(tokio::time::timeout(LONGEST, throw_away(body)));
    }
    response
}

async fn throw_away(body: Shared) {
    let mut rest = Body::new(body).into_data_stream();
    let mut read = 0;
    while let Some(Ok(part)) = rest.next().await {
        read += part.len();
        if read > MOST {
            return;
        }
    }
}

/// A request's body, held by who reads it and by who reads what is left of it.
#[derive(Clone)]
struct Shared(Arc<Mutex<Body>>);

impl Shared {
    /// A body that a panic left is one whose reading failed.
    fn body<T>(&self, look: impl FnOnce(&mut Body) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.body(|body| Pin::new(body).poll_frame(context))
    }

    fn is_end_stream(&self) -> bool {
        self.body(|body| body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.body(|body| body.size_hint())
    }
}
