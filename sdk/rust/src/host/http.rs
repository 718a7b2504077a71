//! Requests to hosts that the operator granted.
//!
//! ```ignore
//! let answer = http::Request::post([Piece::text("https://api.example.com/bot"), Piece::secret("token")])
//!     .json(&body)
//!     .send()?;
//! ```

pub use crate::bindings::hospes::plugin::http::{Content, Piece, Response, idempotency_key};

use crate::bindings::hospes::plugin::http as host;
use crate::{Error, Header};
use serde::Serialize;
use serde::de::DeserializeOwned;

impl Piece {
    /// Text as it stands.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The secret of that name, put in by the host on the way out.
    pub fn secret(name: impl Into<String>) -> Self {
        Self::Secret(name.into())
    }
}

impl From<&str> for Piece {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Piece {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// An address or header value: text, or pieces that are joined.
pub struct Pieces(Vec<Piece>);

impl From<&str> for Pieces {
    fn from(text: &str) -> Self {
        Self(vec![text.into()])
    }
}

impl From<String> for Pieces {
    fn from(text: String) -> Self {
        Self(vec![text.into()])
    }
}

impl From<&String> for Pieces {
    fn from(text: &String) -> Self {
        Self(vec![text.as_str().into()])
    }
}

impl From<Vec<Piece>> for Pieces {
    fn from(pieces: Vec<Piece>) -> Self {
        Self(pieces)
    }
}

impl From<&[Piece]> for Pieces {
    fn from(pieces: &[Piece]) -> Self {
        Self(pieces.to_vec())
    }
}

impl<const N: usize> From<[Piece; N]> for Pieces {
    fn from(pieces: [Piece; N]) -> Self {
        Self(pieces.into())
    }
}

impl<const N: usize> From<&[Piece; N]> for Pieces {
    fn from(pieces: &[Piece; N]) -> Self {
        Self(pieces.to_vec())
    }
}

/// A request being put together.
pub struct Request {
    request: host::Request,
    /// The body that couldn't be written as JSON; told when it is sent, so that the chain stays one.
    broken: Option<Error>,
}

impl Request {
    /// A request with any method, in upper case.
    pub fn new(method: &str, url: impl Into<Pieces>) -> Self {
        let request = host::Request {
            method: method.to_owned(),
            url: url.into().0,
            headers: Vec::new(),
            body: Content::Bytes(Vec::new()),
            timeout_ms: None,
        };
        Self { request, broken: None }
    }

    /// A GET.
    pub fn get(url: impl Into<Pieces>) -> Self {
        Self::new("GET", url)
    }

    /// A POST.
    pub fn post(url: impl Into<Pieces>) -> Self {
        Self::new("POST", url)
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Pieces>) -> Self {
        self.request.headers.push(host::RequestHeader { name: name.into(), value: value.into().0 });
        self
    }

    /// Sends the secret of that name as bearer token.
    #[must_use]
    pub fn bearer(self, secret: &str) -> Self {
        self.header("authorization", [Piece::text("Bearer "), Piece::secret(secret)])
    }

    /// The request as [`ChannelMedia::fetch`](crate::ChannelMedia::fetch) returns it: the host sends it.
    pub fn source(self) -> Result<host::Request, Error> {
        match self.broken {
            Some(error) => Err(error),
            None => Ok(self.request),
        }
    }

    /// Sets the body; its content type is a header of its own.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.request.body = Content::Bytes(body.into());
        self
    }

    /// Sets a JSON body in which secrets stand within strings, and its content type:
    /// `[Piece::text(r#"{"app_secret": ""#), Piece::secret("app-secret"), Piece::text(r#""}"#)]`.
    #[must_use]
    pub fn json_pieces(mut self, pieces: impl Into<Pieces>) -> Self {
        self.request.body = Content::Json(pieces.into().0);
        self.header("content-type", "application/json")
    }

    /// Sets a form as body in which secrets stand as values, and its content type:
    /// `[Piece::text("client_secret="), Piece::secret("client-secret")]`.
    #[must_use]
    pub fn form_pieces(mut self, pieces: impl Into<Pieces>) -> Self {
        self.request.body = Content::Form(pieces.into().0);
        self.header("content-type", "application/x-www-form-urlencoded")
    }

    /// Sets a JSON body and its content type. A value that can't be written as JSON makes `send` fail
    /// with `invalid`.
    #[must_use]
    pub fn json(mut self, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => self.request.body = Content::Bytes(body),
            Err(error) => self.broken = Some(error.into()),
        }
        self.header("content-type", "application/json")
    }

    /// Waits no longer than this, in milliseconds.
    #[must_use]
    pub fn timeout_ms(mut self, milliseconds: u32) -> Self {
        self.request.timeout_ms = Some(milliseconds);
        self
    }

    /// Sends it. Any HTTP status is a response; an error means there was none.
    pub fn send(self) -> Result<Response, Error> {
        host::send(&self.finish()?)
    }

    fn finish(self) -> Result<host::Request, Error> {
        match self.broken {
            Some(error) => Err(error),
            None => Ok(self.request),
        }
    }
}

/// Sends several side by side; the answers stand in the order of the requests. An error for the whole
/// means that one of them couldn't be put together and none was sent.
pub fn send_many(requests: Vec<Request>) -> Result<Vec<Result<Response, Error>>, Error> {
    let requests = requests.into_iter().map(Request::finish).collect::<Result<Vec<_>, _>>()?;
    Ok(host::send_many(&requests))
}

impl Response {
    /// Whether the status is in the 200s.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The value of the first header of that name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        Header::find(&self.headers, name)
    }

    /// The body read as JSON; `invalid` when it isn't what was expected.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        Ok(serde_json::from_slice(&self.body)?)
    }
}
