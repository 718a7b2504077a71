//! A body that is refused for its size is heard out: a server that closed the line in the middle of it would cut off its
//! own answer, and the client would read of a broken line in place of the limit.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt as _;
use http_body::{Frame, SizeHint};

/// So much of a refused body is listened to, in bytes; whoever sends more finds the line cut.
const MOST: usize = 64 << 20;
/// For so long at most.
const LONGEST: Duration = Duration::from_secs(10);

/// Lets a client that sends too much end its sentence before it is answered.
pub async fn hear_out(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let body = Shared(Arc::new(Mutex::new(body)));
    let response = next.run(Request::from_parts(parts, Body::new(body.clone()))).await;
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE {
        // Whatever becomes of the rest, the answer is the same.
        let _heard = tokio::time::timeout(LONGEST, drain(body)).await;
    }
    response
}

async fn drain(body: Shared) {
    let mut rest = Body::new(body).into_data_stream();
    let mut heard = 0;
    while let Some(Ok(part)) = rest.next().await {
        heard += part.len();
        if heard > MOST {
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
