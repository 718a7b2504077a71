//! Files that are sent: as the whole body, or in a form.

use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;

use super::whole;
use crate::http::problem::{Problem, ProblemKind};

/// A file as it was sent.
pub struct Upload {
    /// What the form calls it.
    pub name: Option<String>,
    /// What it is said to be.
    pub media_type: Option<String>,
    /// What is in it.
    pub bytes: Bytes,
}

impl Upload {
    /// Reads the whole body or, where that is a form, the one file in it; a file that the form gives no name stands in
    /// the field `field`.
    pub async fn read<S: Send + Sync>(request: Request, state: &S, field: &str) -> Result<Self, Problem> {
        let given = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = given.map(str::to_owned);
        let kind = given.unwrap_or_default().trim_start().to_ascii_lowercase();
        if !kind.starts_with("multipart/form-data") {
            return Ok(Self { name: None, media_type, bytes: whole(request, state).await? });
        }
        let form = Multipart::from_request(request, state).await;
        let mut form =
            form.map_err(|rejection| Problem::new(ProblemKind::Malformed, rejection.body_text()))?;
        let mut file = None;
        while let Some(part) = form.next_field().await.map_err(|error| unreadable(&error))? {
            if file.is_some() || part.file_name().is_none() && part.name() != Some(field) {
                let other = part.name().unwrap_or_default();
                let detail =
                    format!("the form has the field {other:?}; it takes one file, as the field `{field}`");
                return Err(Problem::new(ProblemKind::Malformed, detail));
            }
            let name = part.file_name().map(str::to_owned);
            let media_type = part.content_type().map(str::to_owned);
            let bytes = part.bytes().await.map_err(|error| unreadable(&error))?;
            file = Some(Self { name, media_type, bytes });
        }
        file.ok_or_else(|| {
            let detail = format!("the form has no file; send it as the field `{field}`");
            Problem::new(ProblemKind::Malformed, detail)
        })
    }
}

fn unreadable(error: &MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(ProblemKind::TooLarge, "the file is larger than is allowed here")
        }
        _ => Problem::new(ProblemKind::Malformed, format!("the form can't be read: {}", error.body_text())),
    }
}
