//! Who calls: the bearer of a token, or somebody who signed in to the console.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use subtle::ConstantTimeEq as _;
use utoipa::IntoParams;

use crate::domain::actor::Actor;
use crate::http::cookies;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::schema::texts::RequestKey;
use crate::http::sights;
use crate::ops::accounts::{self, SignedIn, tokens};
use crate::ops::{App, RequestContext};

/// The header that pages prove themselves by: no other site can send it, nor knows what belongs into it.
pub const PROOF: &str = "x-csrf-token";

/// The caller's request. A handler that takes it is there for bearers of a valid token and for who signed in only.
#[derive(Debug, Clone)]
pub struct Caller(pub RequestContext);

/// The header under whose key a request is done once, as the API's description names it.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it only describes the header that `Caller` reads")]
pub struct IdempotencyKey {
    /// A key of the caller's own, 1 to 255 visible ASCII characters. The same request under the same key is done once
    /// and gets the same answer; another request under it is refused with 409.
    #[param(rename = "Idempotency-Key", required = false, value_type = RequestKey)]
    idempotency_key: Option<String>,
}

impl Caller {
    /// What is written for them from now on shows what they may see.
    fn of(actor: Actor, key: Option<String>) -> Self {
        sights::set(actor.sights);
        Self(RequestContext::by(actor).keyed(key))
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        if !parts.headers.contains_key(AUTHORIZATION)
            && let Some(token) = cookies::read(&parts.headers, cookies::SESSION)
        {
            let signed_in = accounts::authenticate(&mut app.db.read().await?, token).await?;
            let signed_in =
                signed_in.ok_or_else(|| unauthenticated("the session has ended; sign in again"))?;
            if !parts.method.is_safe() {
                genuine(&parts.headers, &signed_in)?;
            }
            return Ok(Self::of(signed_in.actor(), key(&parts.headers)?));
        }
        let token = bearer(&parts.headers)?;
        let actor = tokens::authenticate(app, token).await?;
        let actor = actor.ok_or_else(|| unauthenticated("the token is unknown, revoked or at its end"))?;
        Ok(Self::of(actor, key(&parts.headers)?))
    }
}

/// Refuses what a session's cookie wants without the proof that it comes from one of the host's own pages.
fn genuine(headers: &HeaderMap, signed_in: &SignedIn) -> Result<(), Problem> {
    let given = headers.get(PROOF).map(HeaderValue::as_bytes).unwrap_or_default();
    if bool::from(given.ct_eq(signed_in.proof.as_bytes())) {
        return Ok(());
    }
    let detail = "a request by a session's cookie needs the header X-CSRF-Token with the session's token, which \
        pages of the console have in <meta name=\"csrf-token\">";
    Err(Problem::new(ProblemKind::Denied, detail))
}

fn unauthenticated(detail: &str) -> Problem {
    Problem::new(ProblemKind::Unauthenticated, detail)
}

fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    const REMEDY: &str = "send the header Authorization: Bearer hsp_... with an API token";
    let given = headers.get(AUTHORIZATION).ok_or_else(|| unauthenticated(REMEDY))?;
    let (scheme, token) =
        given.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(|| unauthenticated(REMEDY))?;
    let token = token.trim();
    if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() {
        Ok(token)
    } else {
        Err(unauthenticated(REMEDY))
    }
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut given = headers.get_all("idempotency-key").iter();
    let Some(value) = given.next() else { return Ok(None) };
    let key = value.to_str().unwrap_or_default();
    let visible = !key.is_empty() && key.len() <= 255 && key.bytes().all(|byte| byte.is_ascii_graphic());
    if visible && given.next().is_none() {
        return Ok(Some(key.to_owned()));
    }
    let detail = "the header Idempotency-Key takes one key of 1 to 255 visible ASCII characters";
    Err(Problem::new(ProblemKind::Malformed, detail))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn headers(name: &'static str, values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        headers
    }

    #[test]
    fn the_scheme_may_be_in_any_case_and_nothing_else_is_taken() {
        for given in ["Bearer hsp_a", "bearer hsp_a", "BEARER  hsp_a"] {
            assert_eq!(bearer(&headers("authorization", &[given])).unwrap(), "hsp_a");
        }
        for given in ["hsp_a", "Basic hsp_a", "Bearer", "Bearer ", "", "Bärer x"] {
            let problem = bearer(&headers("authorization", &[given])).unwrap_err();
            assert_eq!(problem.kind(), ProblemKind::Unauthenticated, "{given}");
        }
        assert!(bearer(&HeaderMap::new()).is_err());
    }

    #[test]
    fn a_key_is_one_visible_text() {
        assert_eq!(key(&HeaderMap::new()).unwrap(), None);
        assert_eq!(key(&headers("idempotency-key", &["order-17"])).unwrap().as_deref(), Some("order-17"));
        for wrong in [&["" as &str] as &[&str], &["a b"], &["é"], &[&"x".repeat(256)], &["a", "b"]] {
            assert_eq!(
                key(&headers("idempotency-key", wrong)).unwrap_err().kind(),
                ProblemKind::Malformed,
                "{wrong:?}"
            );
        }
    }
}
