//! The identity provider's part of the configuration.

use super::{Raw, SettingsError, Sources};
use crate::ops::app::provider::{FirstSignIn, Mapping, ProviderSettings};
use crate::plugins::keyring::Secret;

/// Reads it; none when no issuer is named.
pub(super) fn judge(raw: &Raw, sources: &Sources<'_>) -> Result<Option<ProviderSettings>, SettingsError> {
    let Some(issuer) = &raw.oidc_issuer else {
        for (key, value) in
            [("oidc_client_id", &raw.oidc_client_id), ("oidc_client_secret", &raw.oidc_client_secret)]
        {
            if value.is_some() {
                let problem = "it says nothing without an identity provider; name one by oidc_issuer";
                return Err(sources.wrong(key, "...", problem));
            }
        }
        return Ok(None);
    };
    let wrong = |problem| sources.wrong("oidc_issuer", issuer, problem);
    let url = reqwest::Url::parse(issuer)
        .map_err(|_| wrong("write the provider's issuer as an address: https://id.example.com"))?;
    let here = url.host_str().is_some_and(|host| ["localhost", "127.0.0.1", "[::1]"].contains(&host));
    if url.scheme() != "https" && !(url.scheme() == "http" && here) {
        return Err(wrong("what it says could be changed on the way; its address begins with https://"));
    }
    let client_id = raw.oidc_client_id.clone().ok_or_else(|| {
        sources.wrong("oidc_client_id", "", "say what the provider knows this host as by oidc_client_id")
    })?;
    let first = raw
        .oidc_first_sign_in
        .parse()
        .map_err(|_| sources.wrong("oidc_first_sign_in", &raw.oidc_first_sign_in, "write link or create"))?;
    let mappings: Vec<Mapping> =
        raw.oidc_roles.iter().map(|text| mapping(text, sources)).collect::<Result<_, _>>()?;
    if first == FirstSignIn::Create && mappings.is_empty() {
        let problem =
            "who gets an account needs a role; say which value of the claim gives which by oidc_roles";
        return Err(sources.wrong("oidc_first_sign_in", "create", problem));
    }
    Ok(Some(ProviderSettings {
        issuer: issuer.clone(),
        client_id,
        client_secret: raw.oidc_client_secret.clone().map(Secret::new),
        name: raw.oidc_name.clone().unwrap_or_else(|| url.host_str().unwrap_or_default().to_owned()),
        scopes: raw.oidc_scopes.clone(),
        claim: raw.oidc_claim.clone(),
        mappings,
        first,
    }))
}

/// `VALUE=ROLE` or `VALUE=ROLE@TEAM`.
fn mapping(text: &str, sources: &Sources<'_>) -> Result<Mapping, SettingsError> {
    let problem = "write VALUE=ROLE or VALUE=ROLE@TEAM, for example crm-sales=sales@North";
    let wrong = || sources.wrong("oidc_roles", text, problem);
    let (value, given) = text.rsplit_once('=').ok_or_else(wrong)?;
    let (role, team) = match given.split_once('@') {
        Some((role, team)) => (role.trim(), Some(team.trim().to_owned())),
        None => (given.trim(), None),
    };
    let value = value.trim();
    if value.is_empty() || role.is_empty() || team.as_deref() == Some("") {
        return Err(wrong());
    }
    Ok(Mapping { value: value.to_owned(), role: role.to_owned(), team })
}
