//! What the dealer says of a share later, by its webhook.

use hospes_sdk::serde_json;
use hospes_sdk::{Attribute, Error};
use serde::Deserialize;

/// The dealer's word on a share.
#[derive(Debug, Deserialize, PartialEq)]
pub struct Decision {
    /// The share.
    #[serde(rename = "share_id")]
    pub share: String,
    /// `accepted` or `refused`; how things go when it isn't there.
    #[serde(default)]
    pub decision: Option<String>,
    /// The dealer's own number.
    #[serde(default)]
    pub number: Option<String>,
    /// For people.
    #[serde(default)]
    pub message: String,
}

/// Reads the webhook's body.
pub fn read(body: &[u8]) -> Result<Decision, Error> {
    let said: Decision = serde_json::from_slice(body)
        .map_err(|error| Error::invalid(format!("The body isn't a decision: {error}.")))?;
    match said.decision.as_deref() {
        None | Some("accepted" | "refused") => Ok(said),
        Some(other) => {
            Err(Error::invalid(format!("The decision {other:?} is neither accepted nor refused.")))
        }
    }
}

impl Decision {
    /// The share's fields that it sets.
    pub fn attributes(&self) -> Vec<Attribute> {
        let mut attributes = vec![Attribute::new("message", self.message.as_str())];
        if let Some(decision) = &self.decision {
            attributes.push(Attribute::new("state", decision.as_str()));
        }
        if let Some(number) = &self.number {
            attributes.push(Attribute::new("reference", number.as_str()));
        }
        attributes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_leaves_the_state_alone() {
        let said = read(br#"{"share_id": "s", "message": "on the way"}"#).unwrap();
        assert_eq!(said.attributes().len(), 1);
        let said = read(br#"{"share_id": "s", "decision": "refused", "number": "D-1"}"#).unwrap();
        assert_eq!(Attribute::find(&said.attributes(), "state").and_then(|v| v.as_text()), Some("refused"));
    }

    #[test]
    fn what_is_no_decision_is_refused() {
        for body in ["", "[]", "{}", r#"{"share_id": "s", "decision": "maybe"}"#, r#"{"share_id": 5}"#] {
            assert_eq!(read(body.as_bytes()).unwrap_err().code, "invalid", "{body}");
        }
    }
}
