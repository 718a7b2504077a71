//! The installation's settings, checked against the manifest and filled with its defaults.

pub use crate::bindings::hospes::plugin::config::get;

use crate::{Error, Value};
use serde::de::DeserializeOwned;

/// A setting that is text.
pub fn text(name: &str) -> Option<String> {
    match get(name)? {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// A setting that is a whole number.
pub fn integer(name: &str) -> Option<i64> {
    get(name)?.as_integer()
}

/// A setting that is a number.
pub fn number(name: &str) -> Option<f64> {
    get(name)?.as_number()
}

/// A setting that is a yes or no.
pub fn boolean(name: &str) -> Option<bool> {
    get(name)?.as_boolean()
}

/// A setting that is a list or an object, read into a type of the plugin's own; `invalid` when it doesn't
/// fit.
pub fn json<T: DeserializeOwned>(name: &str) -> Result<Option<T>, Error> {
    match get(name) {
        Some(Value::Json(text)) => Ok(Some(serde_json::from_str(&text)?)),
        _ => Ok(None),
    }
}
