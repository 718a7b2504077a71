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

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )+};
}

pub(crate) use words;

/// A word that isn't in the set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is not one of: {}", known.join(", "))]
pub struct UnknownWord {
    /// The word.
    pub word: String,
    /// The set.
    pub known: &'static [&'static str],
}
