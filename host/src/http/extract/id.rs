//! Ids and names in paths.

use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use crate::http::problem::{Problem, ProblemKind};

/// The `{id}` of a path. A text that is no id names nothing that could be there, so it is answered 404.
#[derive(Debug, Clone, Copy)]
pub struct Id<T>(pub T);

/// The last id of a path that has two, of a part of the record that `{id}` names.
#[derive(Debug, Clone, Copy)]
pub struct Part<T>(pub T);

/// The `{name}` of a path.
#[derive(Debug, Clone)]
pub struct Name(pub String);

/// The last name in a path, within what `{name}` names.
#[derive(Debug, Clone)]
pub struct PartName(pub String);

/// The `{token}` of a path.
#[derive(Clone)]
pub struct LinkToken(pub String);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        id(&parameter(parts, state, "id").await?).map(Self)
    }
}

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Part<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let found = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Problem::no_path())?;
        let text = found.iter().last().map(|(_, value)| value.to_owned()).unwrap_or_default();
        id(&text).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PartName {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let found = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Problem::no_path())?;
        Ok(Self(found.iter().last().map(|(_, value)| value.to_owned()).unwrap_or_default()))
    }
}

fn id<T: FromStr>(text: &str) -> Result<T, Problem> {
    let wrong = |_| Problem::new(ProblemKind::NotFound, format!("{text:?} is no id; ids are UUIDs"));
    text.parse().map_err(wrong)
}

impl<S: Send + Sync> FromRequestParts<S> for Name {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        parameter(parts, state, "name").await.map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for LinkToken {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        parameter(parts, state, "token").await.map(Self)
    }
}

async fn parameter<S: Send + Sync>(parts: &mut Parts, state: &S, wanted: &str) -> Result<String, Problem> {
    // Only escapes that aren't UTF-8 are rejected here.
    let found = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Problem::no_path())?;
    let found = found.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned());
    found.ok_or_else(|| Problem::internal(format!("the route has no {{{wanted}}}")))
}
