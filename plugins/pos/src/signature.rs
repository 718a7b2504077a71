//! Signatures of requests, checked by the host with a secret that never gets here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hospes_sdk::secrets::{self, Hash};
use hospes_sdk::{Error, HttpRequest};

/// Lets the tills in: `X-Signature` is the HMAC-SHA256 of the body, in hexadecimal (perhaps after `sha256=`) or base64.
pub fn of_till(request: &HttpRequest) -> Result<(), Error> {
    check(request, "x-signature", "signing-secret", &request.body)
}

/// Lets Square in: `x-square-hmacsha256-signature` is the HMAC-SHA256 of the notification URL and the body, in base64.
pub fn of_square(request: &HttpRequest, url: &str) -> Result<(), Error> {
    if url.is_empty() {
        return Err(Error::denied(
            "Nobody can be let in: set the setting `square-url` to the notification URL that Square was given.",
        ));
    }
    let signed = [url.as_bytes(), &request.body].concat();
    check(request, "x-square-hmacsha256-signature", "square-signature-key", &signed)
}

fn check(request: &HttpRequest, header: &str, name: &str, signed: &[u8]) -> Result<(), Error> {
    let secret = secrets::get(name).map_err(|error| {
        Error::denied(format!("Nobody can be let in: {} Set the secret `{name}`.", error.message))
    })?;
    let Some(given) = request.header(header) else {
        return Err(Error::denied(format!("The header {header} is missing.")));
    };
    let tag = tag(given).ok_or_else(|| {
        Error::denied(format!("The header {header} is no HMAC-SHA256 in hexadecimal or base64."))
    })?;
    if secret.verify_hmac(Hash::Sha256, signed, &tag)? {
        return Ok(());
    }
    Err(Error::denied(format!("The header {header} isn't the signature made with the secret `{name}`.")))
}

/// The 32 bytes of a signature.
fn tag(given: &str) -> Option<Vec<u8>> {
    let given = given.trim();
    let given = given.strip_prefix("sha256=").unwrap_or(given);
    let tag = if given.len() == 64 { hex::decode(given).ok() } else { STANDARD.decode(given).ok() };
    tag.filter(|tag| tag.len() == 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_hexadecimal_or_base64() {
        let hex = "AB".repeat(32);
        assert_eq!(tag(&hex), Some(vec![0xab; 32]));
        assert_eq!(tag(&format!("sha256={}", hex.to_lowercase())), Some(vec![0xab; 32]));
        assert_eq!(tag(" q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s= "), Some(vec![0xab; 32]));
        for wrong in ["", "sha256=", "zz", &"zz".repeat(32), "q6ur"] {
            assert_eq!(tag(wrong), None, "{wrong}");
        }
    }
}
