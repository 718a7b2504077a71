//! The mail relay's part of the configuration.

use super::{Raw, SettingsError, Sources};
use crate::plugins::keyring::Secret;
use crate::plugins::relay::{RelaySettings, RelayTls};

/// Reads it; none when no relay is named.
pub(super) fn judge(raw: &Raw, sources: &Sources<'_>) -> Result<Option<RelaySettings>, SettingsError> {
    let Some(relay) = &raw.smtp_relay else {
        for (key, said) in [
            ("smtp_tls", &raw.smtp_tls),
            ("smtp_user", &raw.smtp_user),
            ("smtp_password", &raw.smtp_password),
        ] {
            if said.is_some() {
                return Err(sources.wrong(key, "...", "it says nothing without smtp_relay; name the relay"));
            }
        }
        return Ok(None);
    };
    let tls = match raw.smtp_tls.as_deref() {
        None | Some("starttls") => RelayTls::StartTls,
        Some("tls") => RelayTls::Tls,
        Some("none") => RelayTls::None,
        Some(other) => return Err(sources.wrong("smtp_tls", other, "write starttls, tls or none")),
    };
    let wrong = || {
        let problem = "write a host, or a host and a port: mail.example.com, mail.example.com:587, [::1]:25";
        sources.wrong("smtp_relay", relay, problem)
    };
    // The parser of addresses knows ports and IPv6; the scheme only lets it read the rest.
    let url = reqwest::Url::parse(&format!("smtp://{relay}")).map_err(|_| wrong())?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
    let more = !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some();
    if more || relay.contains(['/', '@', ' ']) {
        return Err(wrong());
    }
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let credentials = match (&raw.smtp_user, &raw.smtp_password) {
        (Some(user), Some(password)) => Some((user.clone(), Secret::new(password.clone()))),
        (None, None) => None,
        (Some(user), None) => {
            return Err(sources.wrong("smtp_user", user, "set its password by smtp_password"));
        }
        (None, Some(_)) => return Err(sources.wrong("smtp_password", "...", "set its user by smtp_user")),
    };
    let here = ["localhost", "127.0.0.1", "::1"].contains(&host.as_str());
    if credentials.is_some() && tls == RelayTls::None && !here {
        let problem = "the password would go over the network for everybody to read; use starttls or tls";
        return Err(sources.wrong("smtp_tls", "none", problem));
    }
    Ok(Some(RelaySettings { port: url.port().unwrap_or(tls.port()), host, tls, credentials }))
}
