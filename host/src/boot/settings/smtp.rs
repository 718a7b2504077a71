//! The mail relay's part of the configuration.

use super::{Raw, SettingsError, Sources};
use crate::plugins::egress::relay::{RelayServer, RelaySettings, RelayTls, mailbox};
use crate::plugins::keyring::Secret;

/// Reads it; none when no relay is named.
pub(super) fn judge(raw: &Raw, sources: &Sources<'_>) -> Result<Option<RelaySettings>, SettingsError> {
    let folder = raw.smtp_relay.as_deref().and_then(|relay| relay.strip_prefix("folder:"));
    let Some(relay) = raw.smtp_relay.as_ref().filter(|_| folder.is_none()) else {
        for (key, value) in [
            ("smtp_tls", &raw.smtp_tls),
            ("smtp_user", &raw.smtp_user),
            ("smtp_password", &raw.smtp_password),
        ] {
            if value.is_some() {
                let problem = "it says nothing without a mail server; name one by smtp_relay";
                return Err(sources.wrong(key, "...", problem));
            }
        }
        return match folder {
            Some("") => Err(sources.wrong("smtp_relay", "folder:", "write the folder behind it")),
            folder => Ok(folder.map(|folder| RelaySettings::Folder(folder.into()))),
        };
    };
    let tls = match raw.smtp_tls.as_deref() {
        None | Some("starttls") => RelayTls::StartTls,
        Some("tls") => RelayTls::Tls,
        Some("none") => RelayTls::None,
        Some(other) => return Err(sources.wrong("smtp_tls", other, "write starttls, tls or none")),
    };
    let wrong = || {
        let problem = "write a host, or a host and a port: mail.example.com, mail.example.com:587, [::1]:25; \
            or folder:DIR to have mails put there";
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
    let server = RelayServer { port: url.port().unwrap_or(tls.port()), host, tls, credentials };
    Ok(Some(RelaySettings::Server(server)))
}

/// The address that the host's own mail comes from.
pub(super) fn sender(raw: &Raw, sources: &Sources<'_>) -> Result<Option<String>, SettingsError> {
    let Some(text) = raw.smtp_from.as_deref() else { return Ok(None) };
    let wrong = || sources.wrong("smtp_from", text, "write an address, for example crm@example.com");
    if text.contains(['<', '>', ' ']) || mailbox(text).is_err() {
        return Err(wrong());
    }
    Ok(Some(text.to_owned()))
}
