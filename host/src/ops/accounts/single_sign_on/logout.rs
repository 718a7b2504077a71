//! Back-channel logout: the provider says that somebody has signed out there, and their sessions here end.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::CoreJwsSigningAlgorithm;
use openidconnect::{JsonWebKey as _, JsonWebKeyId};
use serde_json::{Map, Value, json};

use crate::domain::event::{Cause, Subject};
use crate::ops::app::App;
use crate::ops::app::provider::payload;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::single_sign_on as stored;

/// What a logout token says that it is (OpenID Connect Back-Channel Logout 1.0, 2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Ends the sessions that a logout token names; how many.
pub async fn log_out(app: &App, token: &str) -> Result<usize, Refusal> {
    let provider = super::provider(app)?;
    let keys = provider.metadata().await?.jwks().keys().clone();
    let believed = keys.iter().any(|key| is_signed_by(token, key));
    let claims = payload(token).filter(|_| believed);
    let claims = claims.ok_or_else(|| provider.refused("a logout token that isn't signed by it"))?;
    let settings = provider.settings();
    check(&claims, &settings.issuer, &settings.client_id).map_err(|problem| provider.refused(problem))?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    let input = (settings.issuer.clone(), text("sub"), text("sid"));
    let ctx = RequestContext::system(Cause::default());
    app.commit(&ctx, input, |tx, ctx, (issuer, subject, session)| {
        Box::pin(async move {
            let ended = stored::end(tx, issuer, subject.as_deref(), session.as_deref()).await?;
            for user in &ended {
                ctx.record(tx, "user.signed-out", Subject::of("user", *user), json!({"by": issuer})).await?;
            }
            Ok(ended.len())
        })
    })
    .await
}

/// Whether a token is signed by a key, with an algorithm that takes a private one.
fn is_signed_by(token: &str, key: &openidconnect::core::CoreJsonWebKey) -> bool {
    let Some((signed, signature)) = token.rsplit_once('.') else { return false };
    let header = signed.split('.').next().and_then(|header| URL_SAFE_NO_PAD.decode(header).ok());
    let header: Option<Map<String, Value>> = header.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let (Some(header), Ok(signature)) = (header, URL_SAFE_NO_PAD.decode(signature)) else { return false };
    let named = header.get("kid").and_then(Value::as_str).map(|kid| JsonWebKeyId::new(kid.to_owned()));
    if named.is_some() && key.key_id().is_some() && named.as_ref() != key.key_id() {
        return false;
    }
    let Some(algorithm) = header.get("alg").cloned() else { return false };
    let Ok(algorithm) = serde_json::from_value::<CoreJwsSigningAlgorithm>(algorithm) else { return false };
    let private = !matches!(
        algorithm,
        CoreJwsSigningAlgorithm::HmacSha256
            | CoreJwsSigningAlgorithm::HmacSha384
            | CoreJwsSigningAlgorithm::HmacSha512
            | CoreJwsSigningAlgorithm::None
    );
    private && key.verify_signature(&algorithm, signed.as_bytes(), &signature).is_ok()
}

/// What is wrong with the claims of a logout token.
fn check(claims: &Map<String, Value>, issuer: &str, client: &str) -> Result<(), &'static str> {
    let for_us = match claims.get("aud") {
        Some(Value::String(one)) => one == client,
        Some(Value::Array(several)) => several.iter().any(|one| one == client),
        _ => false,
    };
    match () {
        () if claims.get("iss").and_then(Value::as_str) != Some(issuer) => {
            Err("a logout token of another issuer")
        }
        () if !for_us => Err("a logout token for somebody else"),
        () if claims.contains_key("nonce") => Err("a token with a nonce is no logout token"),
        () if claims.get("events").is_none_or(|events| !events[EVENT].is_object()) => {
            Err("a token that tells of no logout")
        }
        () if !claims.contains_key("sub") && !claims.contains_key("sid") => {
            Err("a logout token that names nobody")
        }
        () => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logout_token_is_this_providers_for_this_host_and_tells_of_a_logout() {
        let right = json!({"iss": "https://id", "aud": ["crm"], "sid": "1", "events": {EVENT: {}}});
        let with = |name: &str, value: Value| {
            let mut claims = right.as_object().unwrap().clone();
            if value.is_null() {
                claims.remove(name)
            } else {
                claims.insert(name.to_owned(), value)
            };
            check(&claims, "https://id", "crm").is_ok()
        };
        assert!(with("jti", json!("x")) && with("aud", json!("crm")));
        for (name, wrong) in [
            ("iss", json!("https://other")),
            ("aud", json!("other")),
            ("aud", json!(["other"])),
            ("aud", json!(null)),
            ("nonce", json!("n")),
            ("events", json!({"other": {}})),
            ("events", json!(null)),
            ("sid", json!(null)),
        ] {
            assert!(!with(name, wrong.clone()), "{name} {wrong}");
        }
    }
}
