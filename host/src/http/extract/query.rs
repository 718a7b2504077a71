//! Query strings, read strictly, and the two parameters that all lists have.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use utoipa::IntoParams;

use crate::http::problem::{Problem, ProblemKind};
use crate::store::filter::ListQuery;
use crate::store::page::{DEFAULT_LIMIT, MAX_LIMIT, PagePosition, PageRequest};

/// A query string.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            let detail = "the query has the character U+0000 (%00); leave it out";
            return Err(Problem::new(ProblemKind::Malformed, detail));
        }
        let read = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        // "Failed to deserialize query string: " and the field say nothing that the rest doesn't.
        let read = read.map_err(|error| {
            let text = error.body_text();
            let text = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
            Problem::new(ProblemKind::Malformed, format!("the query string is wrong: {text}"))
        })?;
        Ok(Self(read.0))
    }
}

/// How many items a page has: 1 to 500.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(pub i64);

impl Limit {
    /// The number, or the usual one when none was said.
    pub fn or_usual(limit: Option<Self>) -> i64 {
        limit.map_or(DEFAULT_LIMIT, |limit| limit.0)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let limit = i64::deserialize(deserializer)?;
        if (1..=MAX_LIMIT).contains(&limit) {
            return Ok(Self(limit));
        }
        Err(D::Error::custom(format!("{limit} is out of range, a page has 1 to {MAX_LIMIT} items")))
    }
}

/// Where the page before ended: its `next`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor(pub PagePosition);

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(D::Error::custom)
    }
}

/// Which part of a list that has nothing else to say.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Extent {
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended: its `next`.
    cursor: Option<Cursor>,
}

impl From<Extent> for PageRequest {
    fn from(extent: Extent) -> Self {
        page(extent.limit, extent.cursor)
    }
}

/// What a list is sorted by: names of fields, `-` before one for the greatest first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Sort(pub String);

/// What a list is narrowed by: a condition in CEL.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Condition(pub String);

/// The `next` of the page before, of a list that can be sorted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Next(pub String);

/// Which page of a list that can be sorted and filtered was asked for.
pub fn list_query(
    limit: Option<Limit>,
    next: Option<Next>,
    sort: Option<Sort>,
    filter: Option<Condition>,
    q: Option<String>,
) -> ListQuery {
    ListQuery {
        limit: Limit::or_usual(limit),
        cursor: next.map(|next| next.0),
        sort: sort.map(|sort| sort.0),
        filter: filter.map(|filter| filter.0),
        q,
    }
}

/// Which page was asked for.
pub fn page(limit: Option<Limit>, cursor: Option<Cursor>) -> PageRequest {
    PageRequest { limit: Limit::or_usual(limit), after: cursor.map(|cursor| cursor.0) }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn read(query: &str) -> Result<Extent, Problem> {
        let (mut parts, ()) = Request::get(format!("/x?{query}")).body(()).unwrap().into_parts();
        Query::from_request_parts(&mut parts, &()).await.map(|query| query.0)
    }

    #[tokio::test]
    async fn what_is_wrong_is_named() {
        let cases =
            [("limit=0", "limit"), ("limit=501", "1 to 500"), ("limit=x", "limit"), ("limits=5", "limits")];
        for (query, named) in [("cursor=zzz", "next"), ("q=%00", "U+0000")].into_iter().chain(cases) {
            let problem = read(query).await.unwrap_err();
            assert_eq!(problem.kind(), ProblemKind::Malformed);
            assert!(problem.detail().contains(named), "{query}: {}", problem.detail());
        }
    }

    #[tokio::test]
    async fn a_page_goes_on_where_the_one_before_ended() {
        let place = PagePosition {
            at: crate::domain::clock::Timestamp::from_micros(5),
            id: uuid::Uuid::from_u128(7),
        };
        let extent = read(&format!("limit=500&cursor={place}")).await.unwrap();
        assert_eq!(PageRequest::from(extent), PageRequest { limit: 500, after: Some(place) });
        assert_eq!(PageRequest::from(read("").await.unwrap()), PageRequest::default());
    }
}
