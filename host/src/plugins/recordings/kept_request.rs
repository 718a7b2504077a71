//! Requests of channels as they are kept: without the installation's secrets, and handed to the plugin again with them.

use super::redaction;
use crate::domain::delivery::KeptHeader;
use crate::plugins::installation::Installation;
use crate::plugins::types::{Header, HttpRequest};

/// A request without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// What stood after `?`.
    pub query: String,
    /// Its headers.
    pub headers: Vec<KeptHeader>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Installation {
    /// The request without this installation's secrets. A header that is one is remembered by the secret's name.
    pub fn redact(&self, request: &HttpRequest) -> Redacted {
        let header = |Header { name, value }: &Header| {
            let secret = self.secrets.iter().find(|(_, secret)| secret.expose() == value.as_str());
            match secret {
                Some((secret, _)) => KeptHeader::Secret { name: name.clone(), secret: secret.clone() },
                None => {
                    KeptHeader::Plain { name: name.clone(), value: redaction::redact(value, &self.secrets) }
                }
            }
        };
        Redacted {
            query: redaction::redact(&request.query, &self.secrets),
            headers: request.headers.iter().map(header).collect(),
            body: redaction::redact_bytes(&request.body, &self.secrets),
        }
    }

    /// A kept header as the plugin gets it again: with the secret as it is now. Only whole values come back, so that
    /// nobody can have a secret put into a text by writing its mark there.
    pub fn restore(&self, header: &KeptHeader) -> Header {
        let value = match header {
            KeptHeader::Plain { value, .. } => value.clone(),
            KeptHeader::Secret { secret, .. } => {
                self.secrets.get(secret).map_or_else(|| header.shown(), |secret| secret.expose().to_owned())
            }
        };
        Header { name: header.name().to_owned(), value }
    }
}
