//! The catalogue: what kinds of records there are, and what fields they have. A kind is declared once, by
//! `#[derive(Record)]` on its struct; rows, requests, checks, filters, what plugins see and the API's description all
//! read the declaration.

mod check;
mod kinds;
mod values;

pub use hospes_macros::Record;

use super::actor::Permission;
use super::custom_field::COLUMN;
use super::declared::Declaration;
use super::words::{WordSet, words};

pub use self::check::{InvalidField, faults, faults_of_money};
pub use self::kinds::KINDS;
pub(crate) use self::values::kept_as_json;
pub use self::values::{FieldValue, Mismatch, Shown, Source, present, read_word, show_json};

/// A kind of records.
#[derive(Debug)]
pub struct Kind {
    /// What it is called in the API, the contract and events: `customer`.
    pub name: &'static str,
    /// The table that its rows lie in.
    pub table: &'static str,
    /// Its title for people who read English.
    pub en: &'static str,
    /// Its title for people who read Chinese.
    pub zh: &'static str,
    /// What it is, in a sentence.
    pub help: &'static str,
    /// The same in Chinese.
    pub zh_help: &'static str,
    /// The field that people know a record by; empty where there is none.
    pub title: &'static str,
    /// How its lists are sorted when nobody says: a field, `-` before it puts the greatest first.
    pub usual: &'static str,
    /// A condition in SQL that every row of its lists meets.
    pub always: Option<&'static str>,
    /// The column that says which installation a row came from.
    pub source: Option<&'static str>,
    /// Whether its records can be shared with partners, who then see them, too.
    pub shared: bool,
    /// What somebody must be allowed before they see its records.
    pub right: Permission,
    /// The columns that say whose a row is: a person and a team. None of a kind whose rows are nobody's.
    pub holders: Option<(&'static str, &'static str)>,
    /// The kinds whose reach decides about its rows, where they are nobody's: a conversation is reached with its ticket.
    pub follows: &'static [&'static str],
    /// Its fields, in the order of the table's columns.
    pub fields: &'static [Field],
    /// Of a kind that was declared while the host runs: what was said.
    pub declared: Option<&'static Declaration>,
    /// Parts of its fields' values that lie in columns of their own and can be asked for by name: a currency.
    pub parts: &'static [Field],
}

impl Kind {
    /// A field by its name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The fields that conditions may name.
    pub fn filtered(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().chain(self.parts).filter(|field| field.filters())
    }

    /// The fields that plugins may be granted. A record's id and version they have in any case, and fields that were added
    /// they are granted one by one.
    pub fn granted(&self) -> impl Iterator<Item = &'static Field> {
        let fields = self.fields.iter().chain(self.parts);
        fields.filter(|field| !field.internal && !matches!(field.name, "id" | "version" | COLUMN))
    }

    /// Whether it was declared while the host runs.
    pub fn is_declared(&self) -> bool {
        self.declared.is_some()
    }

    /// Whether not all of its records are there for everybody who may see the kind.
    pub fn has_reach(&self) -> bool {
        self.holders.is_some() || !self.follows.is_empty()
    }

    /// What people call several of its records in English.
    pub fn plural(&self) -> String {
        match self.en.strip_suffix('y') {
            Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
            _ => format!("{}s", self.en),
        }
    }

    /// Its name as types of the API have it: `PartnerUser`.
    pub fn schema(&self) -> String {
        let capital = |word: &str| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>())
        };
        self.name.split('-').filter_map(capital).collect()
    }
}

/// A field of a kind. Its name is the same in Rust, SQL, the contract, the API, filters and events.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name, `snake_case`.
    pub name: &'static str,
    /// The column that its value lies in; its name, but for values that need several.
    pub column: &'static str,
    /// What it holds.
    pub of: Type,
    /// Whether it may have no value.
    pub optional: bool,
    /// Its title for people who read English.
    pub en: &'static str,
    /// Its title for people who read Chinese.
    pub zh: &'static str,
    /// What it is, in a sentence or two.
    pub help: &'static str,
    /// The same in Chinese.
    pub zh_help: &'static str,
    /// Whether the request that makes a record may set it.
    pub new: bool,
    /// Whether the request that changes a record may set it.
    pub change: bool,
    /// Whether the request that makes a record must set it.
    pub required: bool,
    /// Whether it is the host's own business: neither shown nor asked for.
    pub internal: bool,
    /// Whether it stays as it was when the record was made, or is changed by statements of its own alone.
    pub fixed: bool,
    /// How many characters a text, or each text of a list, has at least and at most.
    pub length: Option<(usize, usize)>,
    /// How small and how great a whole number may be.
    pub range: Option<(i64, i64)>,
    /// Whether a text is an e-mail address.
    pub email: bool,
    /// How many items a list has at most.
    pub items: Option<usize>,
    /// Whether a list always has an item.
    pub filled: bool,
    /// The words that requests may set, where they aren't all of the set.
    pub choices: &'static [&'static str],
    /// How lists are sorted by it.
    pub order: SortBy,
    /// What masking and rights speak of.
    pub class: FieldClass,
    /// What a value looks like, where its type doesn't say enough.
    pub example: Option<&'static str>,
    /// What the API's description calls JSON of a form that it knows.
    pub schema: Option<&'static str>,
    /// The kind whose records the texts of a list name by their titles.
    pub names: Option<&'static str>,
}

impl Field {
    /// A field of which nothing is said: a text that is neither set nor sorted by.
    pub const PLAIN: Self = Self {
        name: "",
        column: "",
        of: Type::Text,
        optional: false,
        en: "",
        zh: "",
        help: "",
        zh_help: "",
        new: false,
        change: false,
        required: false,
        internal: false,
        fixed: false,
        length: None,
        range: None,
        email: false,
        items: None,
        filled: false,
        choices: &[],
        order: SortBy::Nothing,
        class: FieldClass::Plain,
        example: None,
        schema: None,
        names: None,
    };

    /// Whether conditions may name it.
    pub fn filters(&self) -> bool {
        !self.internal
            && !matches!(self.of, Type::Json | Type::Words(_) | Type::Reason | Type::Reasons | Type::Bytes)
    }

    /// Whether a list can be sorted by it.
    pub fn sorts(&self) -> bool {
        self.order != SortBy::Nothing
    }
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// A line of text.
    Text,
    /// Text of any length.
    LongText,
    /// A word of a closed set.
    Word(WordSet),
    /// A record's id; of which type, where that is always the same.
    Id(Option<&'static str>),
    /// A moment.
    Time,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// Yes or no.
    Boolean,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// An amount of money; in SQL hundredths in one column and the currency in another.
    Money,
    /// A list of texts.
    Texts,
    /// A list of words of a closed set.
    Words(WordSet),
    /// Custom fields by name.
    Attributes,
    /// Why something was done.
    Reason,
    /// Several reasons.
    Reasons,
    /// JSON of a form of its own.
    Json,
    /// Bytes.
    Bytes,
}

impl Type {
    /// What it is, in words for people.
    pub fn described(self) -> &'static str {
        match self {
            Self::Text | Self::LongText => "text",
            Self::Word(_) => "a word",
            Self::Id(_) => "an id",
            Self::Time => "a time",
            Self::Date => "a day",
            Self::Boolean => "true or false",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Money => "an amount of money",
            Self::Texts => "a list of texts",
            Self::Words(_) => "a list of words",
            Self::Attributes => "custom fields",
            Self::Reason => "a reason",
            Self::Reasons => "a list of reasons",
            Self::Json => "JSON",
            Self::Bytes => "bytes",
        }
    }

    /// The kind of records that an id names, where that is always the same: `partner-user` for `PartnerUserId`.
    pub fn target(self) -> Option<String> {
        let Self::Id(Some(name)) = self else { return None };
        let mut kind = String::new();
        for letter in name.strip_suffix("Id").unwrap_or(name).chars() {
            if letter.is_uppercase() && !kind.is_empty() {
                kind.push('-');
            }
            kind.extend(letter.to_lowercase());
        }
        Some(kind)
    }

    /// What it is called in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::LongText => "long-text",
            Self::Word(_) => "word",
            Self::Id(_) => "id",
            Self::Time => "time",
            Self::Date => "date",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Money => "money",
            Self::Texts => "texts",
            Self::Words(_) => "words",
            Self::Attributes | Self::Json => "json",
            Self::Reason => "reason",
            Self::Reasons => "reasons",
            Self::Bytes => "bytes",
        }
    }
}

/// How a list is sorted by a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortBy {
    /// Not at all.
    Nothing,
    /// By the record's id, which grows with the time of its making.
    Id,
    /// By an expression in SQL that is never NULL.
    Expression(&'static str),
    /// The same, with the expression of the text from which a value is read again as it was.
    Written(&'static str, &'static str),
}

words! {
    /// What a field tells about whom: masking and rights speak of these.
    pub enum FieldClass {
        /// Nothing about a person.
        Plain = "plain",
        /// How somebody is reached.
        Contact = "contact",
        /// Who somebody is.
        Personal = "personal",
        /// What somebody pays.
        Financial = "financial",
    }
}

/// A record of a kind that the catalogue knows; derived.
pub trait Record: Sized + Send + 'static {
    /// Its kind.
    const KIND: &'static Kind;

    /// Reads a record, field by field.
    fn read<S: Source>(source: &mut S) -> Result<Self, S::Error>;

    /// The value of the field at a place in [`Kind::fields`].
    fn value(&self, field: usize) -> Shown<'_>;

    /// A record with the values that its fields have when nobody sets them: of nobody, at no time, empty.
    fn blank() -> Self;

    /// Its fields with their values.
    fn values(&self) -> impl Iterator<Item = (&'static Field, Shown<'_>)> {
        Self::KIND.fields.iter().enumerate().map(|(place, field)| (field, self.value(place)))
    }
}

/// What a change did to a record, as events have it: `{"field": {"old": ..., "new": ...}}` of the fields that requests
/// may change.
pub fn difference<R: Record>(before: &R, after: &R) -> serde_json::Value {
    let pairs = before.values().zip(after.values()).filter(|((field, _), _)| field.change);
    let changed = pairs.filter_map(|((field, old), (_, new))| {
        let (old, new) = (old.to_json(), new.to_json());
        (old != new).then(|| (field.name.to_owned(), serde_json::json!({"old": old, "new": new})))
    });
    serde_json::Value::Object(changed.collect())
}
