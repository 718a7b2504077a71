//! What a channel took in that became no message.

use serde::{Deserialize, Serialize};

use super::words::words;

words! {
    /// What has become of a kept delivery.
    pub enum DeliveryState {
        /// It waits: somebody may make it a message, or its time runs out.
        Kept = "kept",
        /// Somebody made it a message.
        Accepted = "accepted",
    }
}

/// Why the host itself keeps a delivery; a plugin has words of its own besides.
pub mod reason {
    /// The plugin acknowledged a request with a body and made nothing of it.
    pub const NO_MESSAGE: &str = "no-message";
    /// A message without an id of its own.
    pub const NO_ID: &str = "no-id";
    /// A message of which nothing says who sent it.
    pub const NO_SENDER: &str = "no-sender";
    /// The plugin has put what it says into a record or into its own store: nothing else of it is kept.
    pub const STORED: &str = "stored";
    /// The plugin broke down at it each time.
    pub const PLUGIN_FAILED: &str = "plugin-failed";
}

/// A header of a request that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum KeptHeader {
    /// As it came.
    Plain {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
    /// One whose value was a secret of the installation's, which is named and not kept here.
    Secret {
        /// Its name.
        name: String,
        /// The secret's name.
        secret: String,
    },
}

impl KeptHeader {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Plain { name, .. } | Self::Secret { name, .. } => name,
        }
    }

    /// Its value as people may see it.
    pub fn shown(&self) -> String {
        match self {
            Self::Plain { value, .. } => value.clone(),
            Self::Secret { secret, .. } => format!("[secret {secret}]"),
        }
    }

    /// Its bytes.
    pub fn size(&self) -> usize {
        match self {
            Self::Plain { name, value } | Self::Secret { name, secret: value } => name.len() + value.len(),
        }
    }
}

/// The most characters of a preview.
const PREVIEW: usize = 200;

/// The beginning of a text on one line.
pub fn preview(text: &str) -> String {
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().take(PREVIEW + 1));
        if line.chars().nth(PREVIEW).is_some() {
            let cut = line.char_indices().nth(PREVIEW).map_or(line.len(), |(at, _)| at);
            line.truncate(cut);
            line.push('…');
            break;
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_one_line_and_short() {
        assert_eq!(preview("  Guten\r\n\tTag,\u{0} Welt "), "Guten Tag, Welt");
        let long = preview(&"茶".repeat(5_000));
        assert_eq!((long.chars().count(), long.ends_with('…')), (201, true));
        assert_eq!(preview(""), "");
    }
}
