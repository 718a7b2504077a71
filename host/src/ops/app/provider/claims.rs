//! What a provider says of an account.

use serde_json::{Map, Value};

/// The most values of the claim that gives roles which are read.
const MOST_VALUES: usize = 1_000;

/// An account of a provider's, as its tokens tell of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ops) struct Account {
    /// What it is called there, for good.
    pub subject: String,
    /// Its session there.
    pub session: Option<String>,
    /// Its address, in small letters, if the provider has verified it.
    pub verified_email: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The language, BCP 47.
    pub language: Option<String>,
    /// What the claim has that gives roles.
    pub values: Vec<String>,
}

impl Account {
    /// From claims: those of the token, and of the user's information where that says more.
    pub fn of(claims: &Map<String, Value>, claim: &str) -> Self {
        let text = |name: &str| {
            let text = claims.get(name).and_then(Value::as_str).map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let verified = claims.get("email_verified").is_some_and(|said| *said == true || *said == "true");
        let values = match claims.get(claim) {
            Some(Value::String(one)) => vec![one.clone()],
            Some(Value::Array(several)) => {
                several.iter().take(MOST_VALUES).filter_map(Value::as_str).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        };
        Self {
            subject: text("sub").unwrap_or_default(),
            session: text("sid"),
            verified_email: text("email").filter(|_| verified).map(|email| email.to_lowercase()),
            name: text("name").map(|name| name.chars().take(100).collect()),
            language: text("locale").map(|language| language.replace('_', "-").chars().take(64).collect()),
            values,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn account(claims: &Value) -> Account {
        Account::of(claims.as_object().unwrap(), "groups")
    }

    #[test]
    fn an_address_counts_only_if_it_is_verified() {
        let with = |verified: Value| {
            account(&json!({"sub": "1", "email": "Ann@Example.com", "email_verified": verified}))
        };
        assert_eq!(with(json!(true)).verified_email.as_deref(), Some("ann@example.com"));
        assert_eq!(with(json!("true")).verified_email.as_deref(), Some("ann@example.com"));
        for other in [json!(false), json!(null), json!("yes"), json!(1)] {
            assert_eq!(with(other.clone()).verified_email, None, "{other}");
        }
    }

    #[test]
    fn one_group_or_several_are_read_and_nothing_else() {
        for (said, expected) in [
            (json!("a"), vec!["a"]),
            (json!(["a", 1, "b"]), vec!["a", "b"]),
            (json!({"a": true}), vec![]),
            (json!(null), vec![]),
        ] {
            assert_eq!(account(&json!({"sub": "1", "groups": said})).values, expected);
        }
        let plain = account(&json!({"sub": "1", "name": " ", "locale": "zh_CN"}));
        assert_eq!((plain.name, plain.language.as_deref()), (None, Some("zh-CN")));
    }
}
