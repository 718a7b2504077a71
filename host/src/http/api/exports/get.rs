//! `GET /v1/exports/{name}`

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::rows::Rows;
use crate::http::extract::{Caller, Condition, Name, Query, Sort, list_query};
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::http::schema::texts::{AnyText, Words};
use crate::ops::App;
use crate::ops::records::exports::{self, Wanted};

/// What kind of file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Comma-separated values in UTF-8 with a byte order mark, as spreadsheets open them.
    #[default]
    Csv,
    /// A JSON object a line.
    Ndjson,
}

/// What the columns of a CSV file are called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ExportHeader)]
pub enum Header {
    /// As the API calls the fields.
    #[default]
    Names,
    /// As people do, in the language of `Accept-Language`; other records are named by their titles in place of their ids.
    Titles,
}

impl Format {
    fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }

    fn media_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Ndjson => "application/x-ndjson",
        })
    }
}

/// Which records and fields, and how.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// What kind of file.
    #[serde(default)]
    #[param(required = false, inline)]
    format: Format,
    /// What the columns of a CSV file are called.
    #[serde(default)]
    #[param(required = false, inline)]
    header: Header,
    /// Names of fields, separated by commas; all of them when not said.
    #[param(value_type = Option<AnyText>, example = "name,created_at")]
    columns: Option<String>,
    /// In which order: names of fields, separated by commas; `-` before one puts the greatest first.
    #[param(value_type = Option<AnyText>, example = "-created_at")]
    sort: Option<Sort>,
    /// Which ones.
    filter: Option<Condition>,
    /// What their records are searched for.
    #[param(value_type = Option<Words>)]
    q: Option<String>,
}

/// Streams all records of a list as a file.
///
/// It has what the caller's lists have: records in reach, fields as they see them. Text that a spreadsheet would take for a
/// formula begins with an apostrophe. It takes the permission `records:export`, and stands in the event log
/// (`access.exported`). When that permission, the token or the session ends, so does the file, before its end.
#[utoipa::path(
    get, path = "/v1/exports/{name}", operation_id = "export_records", tag = "exports",
    params(("name" = String, Path, description = "The kind's name", example = "customer"), ExportQuery),
    responses(
        (status = 200, description = "The file", content(
            (String = "text/csv", example = json!("\u{feff}name,stage\r\n王芳,lead\r\n")),
            (String = "application/x-ndjson", example = json!("{\"name\":\"王芳\",\"stage\":\"lead\"}\n")),
        )),
        ReadProblems,
    ),
)]
pub async fn export_records(
    State(app): State<App>,
    Caller(ctx): Caller,
    Name(name): Name,
    Query(query): Query<ExportQuery>,
    parts: Parts,
) -> ApiResult<Response<Body>> {
    let ExportQuery { format, header, columns, sort, filter, q } = query;
    let columns =
        columns.iter().flat_map(|names| names.split(',')).map(str::trim).filter(|name| !name.is_empty());
    let wanted = Wanted {
        kind: name.clone(),
        columns: columns.map(str::to_owned).collect(),
        query: list_query(None, None, sort, filter, q),
        format: format.word(),
    };
    let export =
        app.commit(&ctx, wanted, |tx, ctx, wanted| Box::pin(exports::begin(tx, ctx, wanted))).await?;
    let mut response =
        Response::new(Body::from_stream(Rows::new(app, parts, ctx, export, (format, header)).stream()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, format.media_type());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A kind's name has letters, digits and hyphens alone.
    if let Ok(file) = HeaderValue::try_from(format!("attachment; filename=\"{name}.{}\"", format.word())) {
        headers.insert(CONTENT_DISPOSITION, file);
    }
    Ok(response)
}
