//! Fields as pages treat them: those that a kind declares and those that the company has added alike.

use crate::domain::catalogue::{Field, FieldClass, KINDS, Kind, Type};
use crate::domain::custom_field::{COLUMN, CustomField, CustomType};
use crate::http::console::frame::Frame;

/// A field of a kind.
#[derive(Debug, Clone)]
pub struct PageField {
    /// Its name in requests, filters and addresses of pages: `stage`, `custom.industry`.
    pub name: String,
    /// Its title in the page's language.
    pub title: String,
    /// What it is, in the page's language; of an added field as the company has written it.
    pub help: String,
    /// What it holds.
    pub of: Type,
    /// The words that it can be, with their texts.
    pub words: Vec<(String, String)>,
    /// The kind of the record that it names.
    pub target: Option<&'static Kind>,
    /// The kind whose records its texts name by their titles.
    pub names: Option<&'static Kind>,
    /// Whether it may have no value.
    pub optional: bool,
    /// Whether a new record must have it.
    pub required: bool,
    /// Whether a new record may have it said.
    pub new: bool,
    /// Whether it may be changed.
    pub change: bool,
    /// What it tells about whom.
    pub class: FieldClass,
    /// Whether lists can be sorted by it.
    pub sorted: bool,
    /// Those of its words that people give it; all where there are none.
    pub given: &'static [&'static str],
    /// How many characters it has at least and at most.
    pub length: Option<(usize, usize)>,
    /// How small and how great a number may be.
    pub range: Option<(i64, i64)>,
    /// What a value looks like, where its type doesn't say enough.
    pub example: Option<&'static str>,
}

impl PageField {
    /// The fields of a kind that people see, in their order.
    pub fn all(frame: &Frame, kind: &'static Kind, added: &[CustomField]) -> Vec<Self> {
        let own = kind.fields.iter().filter(|field| !field.internal && field.name != COLUMN);
        own.map(|field| Self::declared(frame, kind, field))
            .chain(added.iter().map(|field| Self::added(frame, field)))
            .collect()
    }

    fn declared(frame: &Frame, kind: &Kind, field: &'static Field) -> Self {
        // What people here or a plugin have named has no text but itself.
        let text = |set: &str, word: &str| match kind.is_declared() {
            true => word.to_owned(),
            false => frame.word(&group(set), word),
        };
        let words = match field.of {
            Type::Word(set) | Type::Words(set) => {
                set.words.iter().map(|word| ((*word).to_owned(), text(set.name, word))).collect()
            }
            _ => Vec::new(),
        };
        // A record's own id leads nowhere.
        let target = field.of.target().filter(|_| field.name != "id");
        Self {
            name: field.name.to_owned(),
            title: if frame.is_chinese() { field.zh } else { field.en }.to_owned(),
            help: if frame.is_chinese() { field.zh_help } else { field.help }.to_owned(),
            of: field.of,
            words,
            target: KINDS
                .iter()
                .chain(&frame.kinds)
                .copied()
                .find(|kind| target.as_deref() == Some(kind.name)),
            names: field.names.and_then(|name| KINDS.iter().copied().find(|kind| kind.name == name)),
            optional: field.optional,
            required: field.required,
            new: field.new,
            change: field.change,
            class: field.class,
            sorted: field.sorts(),
            given: field.choices,
            length: field.length,
            range: field.range,
            example: field.example,
        }
    }

    fn added(frame: &Frame, field: &CustomField) -> Self {
        let of = match field.value_type {
            CustomType::Text | CustomType::Word => Type::Text,
            CustomType::LongText => Type::LongText,
            CustomType::Boolean => Type::Boolean,
            CustomType::Integer => Type::Integer,
            CustomType::Number => Type::Number,
            CustomType::Date => Type::Date,
        };
        Self {
            name: format!("{COLUMN}.{}", field.name),
            title: if frame.is_chinese() { &field.zh } else { &field.en }.clone(),
            help: field.help.clone(),
            of,
            words: field.choices.iter().map(|choice| (choice.clone(), choice.clone())).collect(),
            target: None,
            names: None,
            optional: true,
            required: false,
            new: true,
            change: true,
            class: FieldClass::Plain,
            sorted: true,
            given: &[],
            length: None,
            range: None,
            example: None,
        }
    }

    /// The text of a word that it can be.
    pub fn word(&self, word: &str) -> String {
        self.words.iter().find(|(known, _)| known == word).map_or(word, |(_, text)| text).to_owned()
    }

    /// Whether people may give it this word.
    pub fn is_given(&self, word: &str) -> bool {
        self.given.is_empty() || self.given.contains(&word)
    }

    /// Whether one of a few values is chosen.
    pub fn is_chosen(&self) -> bool {
        let few =
            self.target.is_some_and(|kind| matches!(kind.name, "user" | "team" | "partner" | "pipeline"));
        few || self.of == Type::Boolean || !self.words.is_empty() && !matches!(self.of, Type::Words(_))
    }

    /// Whether a form can have it.
    pub fn is_entered(&self) -> bool {
        match self.of {
            Type::Attributes | Type::Json | Type::Reason | Type::Reasons | Type::Bytes => false,
            // An id that nobody can look up is nothing for people.
            Type::Id(_) => self.target.is_some(),
            _ => self.name != "subject_kind",
        }
    }
}

/// The group of texts of a set of words: `task-status` for `TaskStatus`.
fn group(set: &str) -> String {
    if set == "TicketStatus" {
        return "status".to_owned();
    }
    let mut group = String::new();
    for letter in set.chars() {
        if letter.is_uppercase() && !group.is_empty() {
            group.push('-');
        }
        group.extend(letter.to_lowercase());
    }
    group
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::texts::Texts;
    use crate::ops::records;

    #[test]
    fn every_word_of_every_page_has_a_text_in_both_languages() {
        for kind in KINDS.iter().filter(|kind| records::has_pages(kind)) {
            for field in kind.fields {
                let (Type::Word(set) | Type::Words(set)) = field.of else { continue };
                for word in set.words {
                    for texts in [Texts::English, Texts::Chinese] {
                        let known = texts.known_word(&group(set.name), word);
                        assert!(known.is_some(), "{}: {word} of {} in {texts:?}", kind.name, group(set.name));
                    }
                }
            }
        }
    }
}
