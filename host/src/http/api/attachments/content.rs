//! `GET /v1/attachments/{id}/content`

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    ETAG, IF_RANGE, RANGE,
};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use bytes::Bytes;
use futures::stream;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::upload::FileBytes;
use crate::domain::attachment::{Attachment, UNKNOWN_TYPE};
use crate::domain::ids::AttachmentId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::problem::Problem;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::conversations::attachments;
use crate::store::blobs;

/// What a browser would run or draw under this host's name; it gets the bytes without being told what they are.
const ACTIVE: [&str; 9] = [
    "text/html",
    "application/xhtml+xml",
    "image/svg+xml",
    "text/xml",
    "application/xml",
    "text/javascript",
    "application/javascript",
    "text/css",
    "multipart/related",
];

/// What `filename*` needs no escape for (RFC 8187).
const ATTRIBUTE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The bytes of a file, or the part of them that `Range` names.
///
/// Whoever opens the address in a browser saves the file: it is never shown under this host's name.
#[utoipa::path(
    get, path = "/v1/attachments/{id}/content", operation_id = "download_attachment", tag = "attachments",
    params(
        ("id" = AttachmentId, Path, description = "The file"),
        ("Range" = Option<String>, Header, description = "One range of bytes, for example `bytes=0-1023`; several are answered with the whole"),
    ),
    responses(
        (status = 200, description = "All of it", body = FileBytes, content_type = "application/octet-stream", headers(("ETag", description = "Its digest"))),
        (status = 206, description = "The part that was asked for", body = FileBytes, content_type = "application/octet-stream"),
        (status = 304, description = "The caller has it already (`If-None-Match`)"),
        (status = 416, description = "The file has no such part; `Content-Range` says how long it is"),
        ReadProblems,
    ),
)]
pub async fn download_attachment(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<AttachmentId>,
    headers: HeaderMap,
) -> ApiResult<Response<Body>> {
    let mut tx = app.db.read().await?;
    let file = attachments::get(&mut tx, &ctx, id).await?;
    drop(tx);
    let size = u64::try_from(file.size).unwrap_or(0);
    let tag = format!("\"{}\"", file.digest);
    let current = headers.get(IF_RANGE).is_none_or(|given| given.as_bytes() == tag.as_bytes());
    let range = headers.get(RANGE).filter(|_| current).and_then(|given| given.to_str().ok());
    let mut response = Response::new(Body::empty());
    let (status, from, to) = match range.map_or(Part::Whole, |range| part(range, size)) {
        Part::Whole => (StatusCode::OK, 0, size),
        Part::Of(from, to) => {
            set(&mut response, CONTENT_RANGE, &format!("bytes {from}-{}/{size}", to - 1))?;
            (StatusCode::PARTIAL_CONTENT, from, to)
        }
        Part::Nowhere => {
            set(&mut response, CONTENT_RANGE, &format!("bytes */{size}"))?;
            (StatusCode::RANGE_NOT_SATISFIABLE, 0, 0)
        }
    };
    *response.status_mut() = status;
    let shown = if ACTIVE.contains(&file.media_type.as_str()) { UNKNOWN_TYPE } else { &file.media_type };
    set(&mut response, CONTENT_TYPE, shown)?;
    set(&mut response, CONTENT_DISPOSITION, &disposition(&file.name))?;
    set(&mut response, CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'")?;
    set(&mut response, ACCEPT_RANGES, "bytes")?;
    set(&mut response, ETAG, &tag)?;
    set(&mut response, CONTENT_LENGTH, &(to - from).to_string())?;
    if from < to {
        *response.body_mut() = body(app, &file, from, to);
    }
    Ok(response)
}

fn set(response: &mut Response<Body>, name: axum::http::HeaderName, value: &str) -> Result<(), Problem> {
    response.headers_mut().insert(name, HeaderValue::try_from(value).map_err(Problem::internal)?);
    Ok(())
}

/// The bytes row by row: a slow reader holds no more than one of them in memory, and no connection.
fn body(app: App, file: &Attachment, from: u64, to: u64) -> Body {
    let blob = file.blob_id.0;
    Body::from_stream(stream::try_unfold(from, move |at| {
        let app = app.clone();
        async move {
            if at >= to {
                return Ok(None);
            }
            let wanted = usize::try_from(to - at).unwrap_or(usize::MAX);
            let bytes = blobs::read(&mut app.db.read().await?, blob, at, wanted).await?;
            let next = at + bytes.len() as u64;
            if bytes.is_empty() {
                // It was removed meanwhile; cutting the connection tells the reader that something is missing.
                return Err(crate::store::db::DbError::Missing("the rest of a file"));
            }
            Ok(Some((Bytes::from(bytes), next)))
        }
    }))
}

/// Which bytes are asked for.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// All: nothing was asked for, or something that needn't be understood.
    Whole,
    /// From the first to before the second.
    Of(u64, u64),
    /// Beyond the end.
    Nowhere,
}

fn part(range: &str, size: u64) -> Part {
    let Some((first, last)) = range.trim().strip_prefix("bytes=").and_then(|range| range.split_once('-'))
    else {
        return Part::Whole;
    };
    let (from, to) = match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
        (Ok(from), Ok(last)) if last >= from => (from, last.saturating_add(1).min(size)),
        (Ok(from), Err(_)) if last.trim().is_empty() => (from, size),
        (Err(_), Ok(count)) if first.trim().is_empty() => (size.saturating_sub(count), size),
        _ => return Part::Whole,
    };
    if from < to { Part::Of(from, to) } else { Part::Nowhere }
}

/// Says that the file is to be saved, under its name: in ASCII for old programs, in full for all others.
fn disposition(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_graphic() && !"\"\\;%".contains(c) || c == ' ' { c } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", utf8_percent_encode(name, ATTRIBUTE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_served_and_what_isnt_one_is_ignored() {
        for (range, found) in [
            ("bytes=0-9", Part::Of(0, 10)),
            ("bytes=90-", Part::Of(90, 100)),
            ("bytes=-10", Part::Of(90, 100)),
            ("bytes=-1000", Part::Of(0, 100)),
            ("bytes=0-1000", Part::Of(0, 100)),
            ("bytes=100-", Part::Nowhere),
            ("bytes=-0", Part::Nowhere),
            ("bytes=9-0", Part::Whole),
            ("bytes=0-1,5-6", Part::Whole),
            ("lines=0-1", Part::Whole),
            ("bytes=a-b", Part::Whole),
        ] {
            assert_eq!(part(range, 100), found, "{range}");
        }
    }

    #[test]
    fn a_name_cant_leave_its_quotes() {
        assert_eq!(
            disposition("报价 \"1\";.pdf"),
            "attachment; filename=\"__ _1__.pdf\"; filename*=UTF-8''%E6%8A%A5%E4%BB%B7%20%221%22%3B.pdf"
        );
    }
}
