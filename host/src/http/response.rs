//! The shapes of responses: one record, a new record, a list.

use axum::Json;
use axum::http::header::{ETAG, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::pieces;
use super::problem::Problem;
use crate::store::page::Page;

/// What a handler returns.
pub type ApiResult<T> = Result<T, Problem>;

/// A record that grows a version with every change.
pub trait Versioned {
    /// Its version.
    fn version(&self) -> i64;
}

/// One record with its ETag.
#[derive(Debug, Clone)]
pub struct Record<T>(pub T);

impl<T: Serialize + Versioned> IntoResponse for Record<T> {
    fn into_response(self) -> Response {
        (tag(&self.0), Json(self.0)).into_response()
    }
}

/// A record that was just made: 201, with its address and ETag.
#[derive(Debug, Clone)]
pub struct Created<T> {
    /// Where it can be read.
    pub location: String,
    /// The record.
    pub record: T,
}

impl<T: Serialize + Versioned> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let mut headers = tag(&self.record);
        if let Ok(location) = HeaderValue::try_from(self.location) {
            headers.insert(LOCATION, location);
        }
        (StatusCode::CREATED, headers, Json(self.record)).into_response()
    }
}

fn tag(record: &impl Versioned) -> HeaderMap {
    let tag = HeaderValue::try_from(format!("\"{}\"", record.version()));
    tag.map(|tag| (ETAG, tag)).into_iter().collect()
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct List<T> {
    /// Its items.
    pub items: Vec<T>,
    /// What to ask for as the next page; null on the last.
    pub next: Option<String>,
}

impl<T> List<T> {
    /// All that there is, in one page.
    pub fn whole<U: Into<T>>(items: Vec<U>) -> Self {
        Self { items: items.into_iter().map(Into::into).collect(), next: None }
    }

    /// Of a page.
    pub fn of<U: Into<T>, N: ToString>(page: Page<U, N>) -> Self {
        let next = page.next.map(|place| place.to_string());
        Self { items: page.items.into_iter().map(Into::into).collect(), next }
    }
}

impl<T: Serialize + Send + 'static> IntoResponse for List<T> {
    fn into_response(self) -> Response {
        pieces::response(self.items, self.next).unwrap_or_else(|error| {
            Problem::internal(format!("a list can't be written: {error}")).into_response()
        })
    }
}

/// Declares a record of the API that has the fields of one of the domain's, under the same names.
macro_rules! mirror {
    ($($(#[$meta:meta])* pub struct $name:ident from $source:path { $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)+ })+) => {$(
        #[derive(Debug, Clone, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        $(#[$meta])*
        pub struct $name { $($(#[$field_meta])* pub $field: $type,)+ }

        impl From<$source> for $name {
            fn from(source: $source) -> Self {
                Self { $($field: source.$field.into(),)+ }
            }
        }
    )+};
}

/// Says which records have a version, in their field of that name.
macro_rules! versioned {
    ($($name:ty),+ $(,)?) => {$(
        impl $crate::http::response::Versioned for $name {
            fn version(&self) -> i64 {
                self.version
            }
        }
    )+};
}

pub(super) use {mirror, versioned};

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Thing {
        version: i64,
    }
    versioned!(Thing);

    #[test]
    fn a_new_record_has_an_address_and_a_tag() {
        let response =
            Created { location: "/v1/things/1".into(), record: Thing { version: 1 } }.into_response();
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers()[LOCATION], "/v1/things/1");
        assert_eq!(response.headers()[ETAG], "\"1\"");
    }

    #[test]
    fn a_list_says_how_it_goes_on() {
        let place = crate::store::page::PagePosition::START;
        let list = List::<i64>::of(Page { items: vec![1_i32, 2], next: Some(place) });
        assert_eq!((list.items, list.next), (vec![1, 2], Some(place.to_string())));
    }
}
