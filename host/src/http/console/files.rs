//! What a form with files sent.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, FromRequestParts as _, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use super::FORM_LIMIT;
use super::visitor::{Fields, Person, Sent, Visitor, again, ended, is_partial};
use crate::domain::attachment::{LARGEST, UNKNOWN_TYPE};
use crate::http::extract::PROOF;
use crate::ops::App;

/// A file of a form.
#[derive(Debug, Clone)]
pub struct SentFile {
    /// Its name, as the browser calls it.
    pub name: String,
    /// What it is said to be.
    pub media_type: String,
    /// What is in it.
    pub bytes: Bytes,
}

/// What a form of the console's own pages sent, files and all, by somebody who signed in.
#[derive(Debug, Clone)]
pub struct SentFiles {
    /// By whom, and its fields.
    pub sent: Sent,
    /// Its files; none when they are too large.
    pub files: Vec<SentFile>,
    /// Whether the files have more bytes than is allowed.
    pub too_large: bool,
}

/// What was read of a form.
#[derive(Default)]
struct Read {
    fields: Vec<(String, String)>,
    files: Vec<SentFile>,
    text_bytes: usize,
    bytes: usize,
    too_large: bool,
}

impl FromRequest<App> for SentFiles {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        if !is_multipart(request.headers()) {
            let sent = Sent::from_request(request, app).await?;
            return Ok(Self { sent, files: Vec::new(), too_large: false });
        }
        let (mut parts, body) = request.into_parts();
        let header = parts.headers.get(PROOF).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let visitor =
            Visitor::from_request_parts(&mut parts, app).await.map_err(IntoResponse::into_response)?;
        if visitor.0.signed_in.is_none() && is_partial(&parts.headers) {
            return Err(ended(&visitor.0));
        }
        let form = Multipart::from_request(Request::from_parts(parts.clone(), body), app).await;
        let form = form.map_err(IntoResponse::into_response)?;
        let mut read = Read::default();
        // Nobody's files are read before it is known whose they are: the fields that say so stand before them.
        let known =
            |fields: &Fields| visitor.0.signed_in.is_some() && fields.prove(header.as_deref(), &visitor.0);
        read.all(form, known).await?;
        let fields = Fields::of(read.fields);
        if visitor.0.signed_in.is_none() {
            return Err(again(&visitor.0, &fields, StatusCode::UNAUTHORIZED));
        }
        if !fields.prove(header.as_deref(), &visitor.0) {
            return Err(again(&visitor.0, &fields, StatusCode::FORBIDDEN));
        }
        let person = Person::from_request_parts(&mut parts, app).await?;
        let files = if read.too_large { Vec::new() } else { read.files };
        Ok(Self { sent: Sent { person, fields }, files, too_large: read.too_large })
    }
}

fn is_multipart(headers: &HeaderMap) -> bool {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.trim_start().to_ascii_lowercase().starts_with("multipart/form-data")
}

impl Read {
    /// Reads a form to its end, or to its first file when it isn't known whose it is.
    async fn all(&mut self, mut form: Multipart, known: impl Fn(&Fields) -> bool) -> Result<(), Response> {
        loop {
            let part = match form.next_field().await {
                Ok(Some(part)) => part,
                Ok(None) => return Ok(()),
                Err(error) => return self.cut(&error).map_err(IntoResponse::into_response),
            };
            let name = part.name().unwrap_or_default().to_owned();
            if part.file_name().is_some() {
                if !known(&Fields::of(self.fields.clone())) {
                    return Ok(());
                }
                match self.file(part).await {
                    Ok(()) => {}
                    Err(error) => return self.cut(&error).map_err(IntoResponse::into_response),
                }
                continue;
            }
            match self.text(part).await {
                Ok(bytes) => {
                    let text = String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
                    let text = text.ok_or_else(|| StatusCode::BAD_REQUEST.into_response())?;
                    // Browsers send line ends as the network has them.
                    self.fields.push((name, text.replace("\r\n", "\n")));
                }
                Err(error) => return self.cut(&error).map_err(IntoResponse::into_response),
            }
            if self.text_bytes > FORM_LIMIT {
                return Err(StatusCode::PAYLOAD_TOO_LARGE.into_response());
            }
        }
    }

    /// Reads what was typed into a field, as far as a form without files may have it.
    async fn text(&mut self, mut part: Field<'_>) -> Result<Vec<u8>, MultipartError> {
        let mut bytes = Vec::new();
        while self.text_bytes <= FORM_LIMIT
            && let Some(chunk) = part.chunk().await?
        {
            self.text_bytes += chunk.len();
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    /// Reads a file. Beyond what is allowed nothing is kept, but what is sent is read, so that the browser hears why.
    async fn file(&mut self, mut part: Field<'_>) -> Result<(), MultipartError> {
        let name = part.file_name().unwrap_or_default().to_owned();
        let media_type = part.content_type().unwrap_or(UNKNOWN_TYPE).to_owned();
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await? {
            self.bytes += chunk.len();
            if self.bytes > LARGEST {
                self.too_large = true;
                bytes = Vec::new();
            } else {
                bytes.extend_from_slice(&chunk);
            }
        }
        // A field of files in which none was chosen sends one without a name and without bytes.
        if !(name.is_empty() && bytes.is_empty()) {
            self.files.push(SentFile { name, media_type, bytes: bytes.into() });
        }
        Ok(())
    }

    /// The form ends in the middle: it is larger than anything that is read, or broken.
    fn cut(&mut self, error: &MultipartError) -> Result<(), (StatusCode, String)> {
        if error.status() != StatusCode::PAYLOAD_TOO_LARGE {
            return Err((error.status(), error.body_text()));
        }
        self.too_large = true;
        Ok(())
    }
}
