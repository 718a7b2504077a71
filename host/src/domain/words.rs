//! Closed sets of words: the same in Rust, SQL, JSON and the contract.

/// Declares an enum whose cases are words.
macro_rules! words {
    ($($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$case_meta:meta])* $case:ident = $word:literal,)+ })+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        $vis enum $name {
            $($(#[$case_meta])* #[serde(rename = $word)] $case,)+
        }

        impl $name {
            /// Every word of the set.
            pub const WORDS: &'static [&'static str] = &[$($word,)+];

            const SET: $crate::domain::words::WordSet =
                $crate::domain::words::WordSet { name: stringify!($name), words: Self::WORDS };
            const FIRST: Self = $crate::domain::words::first(&[$(Self::$case,)+]);

            /// The word.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$case => $word,)+
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::words::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$case),)+
                    _ => Err($crate::domain::words::UnknownWord { word: word.to_owned(), known: Self::WORDS }),
                }
            }
        }

        impl $crate::domain::catalogue::FieldValue for $name {
            const TYPE: $crate::domain::catalogue::Type = $crate::domain::catalogue::Type::Word(Self::SET);

            fn blank() -> Self {
                Self::FIRST
            }

            fn read<S: $crate::domain::catalogue::Source>(
                source: &mut S,
                field: &'static $crate::domain::catalogue::Field,
            ) -> Result<Option<Self>, S::Error> {
                $crate::domain::catalogue::read_word(source, field)
            }

            fn shown(&self) -> $crate::domain::catalogue::Shown<'_> {
                $crate::domain::catalogue::Shown::Text(self.as_str())
            }
        }

        $crate::domain::catalogue::kept_as_json! {
            Vec<$name>: $crate::domain::catalogue::Type::Words($name::SET), Vec::new();
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )+};
}

pub(crate) use words;

/// A closed set of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordSet {
    /// What the API calls the type of its words.
    pub name: &'static str,
    /// The words.
    pub words: &'static [&'static str],
}

/// The first of a set.
pub const fn first<T: Copy>(all: &[T]) -> T {
    all[0]
}

/// A word that isn't in the set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is not one of: {}", known.join(", "))]
pub struct UnknownWord {
    /// The word.
    pub word: String,
    /// The set.
    pub known: &'static [&'static str],
}
