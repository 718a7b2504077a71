//! Signatures of requests, checked by the host with a secret that never gets here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hospes_sdk::secrets::{self, Hash, Secret};
use hospes_sdk::{Error, HttpRequest};

/// Lets a telephone system in: `X-Signature` is the HMAC-SHA256 of the body, in hexadecimal (perhaps after `sha256=`) or
/// base64.
pub fn of_system(request: &HttpRequest) -> Result<(), Error> {
    let secret = secret("signing-secret")?;
    let given = header(request, "X-Signature")?.trim();
    let given = given.strip_prefix("sha256=").unwrap_or(given);
    let tag = if given.len() == 64 { hex::decode(given).ok() } else { STANDARD.decode(given).ok() };
    let tag = tag
        .ok_or_else(|| Error::denied("The header X-Signature is no HMAC-SHA256 in hexadecimal or base64."))?;
    judge(secret.verify_hmac(Hash::Sha256, &request.body, &tag)?, "X-Signature", "signing-secret")
}

/// Lets Twilio in: `X-Twilio-Signature` is the base64 HMAC, with the account's auth token, of the address that was called and
/// all parameters of the form, sorted by their names, each name followed by its value
/// (<https://www.twilio.com/docs/usage/security#validating-requests>). It is SHA-1, or SHA-256 where
/// `X-Twilio-Webhooks-Signature-Settings` says so. Whether Twilio signs the port differs, so the address counts with the usual
/// port and without.
pub fn of_twilio(request: &HttpRequest, url: &str, parameters: &[(String, String)]) -> Result<(), Error> {
    const HEADER: &str = "X-Twilio-Signature";
    if url.is_empty() {
        return Err(Error::denied(
            "Nobody can be let in: set the setting `twilio-url` to the address that Twilio was given.",
        ));
    }
    let secret = secret("twilio-auth-token")?;
    let tag = STANDARD.decode(header(request, HEADER)?.trim());
    let tag = tag.map_err(|_| Error::denied(format!("The header {HEADER} isn't base64.")))?;
    let settings = request.header("X-Twilio-Webhooks-Signature-Settings").unwrap_or_default();
    let hash = if settings.contains("algorithm=HMAC_SHA256") { Hash::Sha256 } else { Hash::Sha1 };
    let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
    for address in addresses(url) {
        let signed = signed(&format!("{address}{query}"), parameters);
        if secret.verify_hmac(hash, signed.as_bytes(), &tag)? {
            return Ok(());
        }
    }
    judge(false, HEADER, "twilio-auth-token")
}

/// What Twilio signs. A name that comes twice with the same value counts once.
fn signed(address: &str, parameters: &[(String, String)]) -> String {
    let mut sorted: Vec<&(String, String)> = parameters.iter().collect();
    sorted.sort();
    sorted.dedup();
    sorted.into_iter().fold(address.to_owned(), |signed, (name, value)| signed + name + value)
}

/// An address without its port and with it.
fn addresses(url: &str) -> Vec<String> {
    let Some((scheme, rest)) = url.split_once("://") else { return vec![url.to_owned()] };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let usual = if scheme.eq_ignore_ascii_case("https") { "443" } else { "80" };
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, port),
        _ => (host, usual),
    };
    vec![format!("{scheme}://{name}{path}"), format!("{scheme}://{name}:{port}{path}")]
}

fn secret(name: &str) -> Result<Secret, Error> {
    secrets::get(name).map_err(|error| {
        Error::denied(format!("Nobody can be let in: {} Set the secret `{name}`.", error.message))
    })
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> Result<&'a str, Error> {
    request.header(name).ok_or_else(|| Error::denied(format!("The header {name} is missing.")))
}

fn judge(fits: bool, header: &str, secret: &str) -> Result<(), Error> {
    let wrong =
        || Error::denied(format!("The header {header} isn't the signature made with the secret `{secret}`."));
    if fits { Ok(()) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_sorted_and_count_once() {
        let parameters = [("To", "2"), ("From", "1"), ("A", "z"), ("A", "b"), ("A", "z"), ("Empty", "")];
        let parameters: Vec<(String, String)> =
            parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(signed("https://x/", &parameters), "https://x/AbAzEmptyFrom1To2");
    }

    #[test]
    fn the_port_may_be_signed_or_not() {
        assert_eq!(
            addresses("https://crm.example/in/p"),
            ["https://crm.example/in/p", "https://crm.example:443/in/p"]
        );
        assert_eq!(addresses("http://h:8080"), ["http://h", "http://h:8080"]);
        assert_eq!(addresses("https://[::1]/x"), ["https://[::1]/x", "https://[::1]:443/x"]);
    }
}
