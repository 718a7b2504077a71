//! Whether a ticket is asked about, in which language, and when.

use crate::{Entity, Error, config};

/// The languages that the shared reading of answers knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// `zh-CN`
    Chinese,
    /// `en`
    English,
}

impl Language {
    /// By a BCP 47 tag; none when it is neither Chinese nor English.
    pub fn of(tag: &str) -> Option<Self> {
        match tag.to_ascii_lowercase().split('-').next() {
            Some("zh") => Some(Self::Chinese),
            Some("en") => Some(Self::English),
            _ => None,
        }
    }

    /// The tag that the host's texts are named by.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }
}

/// How a ticket is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// The ticket's class; empty when it may not be read.
    pub class: String,
    /// The ticket's language, or the usual one.
    pub language: Language,
    /// How long to wait before asking, in milliseconds.
    pub delay_ms: u32,
    /// Whether to ask for a comment, too.
    pub comment: bool,
}

impl Asking {
    /// How a ticket is asked about by the settings `language`, `delay-minutes`, `ask-comment` and `skip-classes`, those that
    /// the manifest declares. None for spam, chatter and the classes that are skipped. Of the ticket it reads `class` and
    /// `language`.
    pub fn about(ticket: &Entity) -> Result<Option<Self>, Error> {
        let class = ticket.text("class").unwrap_or_default();
        let skipped: Vec<String> = config::json("skip-classes")?.unwrap_or_default();
        if matches!(class, "spam" | "chatter") || skipped.iter().any(|skipped| skipped == class) {
            return Ok(None);
        }
        let usual =
            || config::text("language").and_then(|tag| Language::of(&tag)).unwrap_or(Language::Chinese);
        let minutes = config::integer("delay-minutes").unwrap_or(0).clamp(0, 43_200);
        Ok(Some(Self {
            class: class.to_owned(),
            language: ticket.text("language").and_then(Language::of).unwrap_or_else(usual),
            delay_ms: u32::try_from(minutes * 60_000).unwrap_or(u32::MAX),
            comment: config::boolean("ask-comment").unwrap_or(true),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_known_by_their_first_part() {
        assert_eq!(Language::of("zh-Hant-TW"), Some(Language::Chinese));
        assert_eq!(Language::of("EN-gb"), Some(Language::English));
        assert_eq!(Language::of("de"), None);
        assert_eq!(Language::of(""), None);
    }
}
