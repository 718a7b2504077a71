//! What the model sees of a text. `train/features.py` does exactly the same: what is changed here has to be changed there,
//! and the model trained again.

use crate::fold::is_han;
use crate::lists::Lists;

/// The longest n-gram of Han characters.
const LONGEST: usize = 3;
/// So many words after a negation are marked as denied.
const REACH: u8 = 3;
const NEGATIONS: [&str; 7] = ["not", "no", "never", "without", "cannot", "nothing", "hardly"];
const NUMERALS: &str = "一二两三四五六七八九十百千几";
const LINKS: [&str; 3] = ["http://", "https://", "www."];
/// Tokens up to each of these numbers make a class of length of their own.
const LENGTHS: [usize; 5] = [1, 3, 8, 20, 60];

/// Something in a text that the model may know.
#[derive(Debug, Clone, Copy)]
pub struct Feature<'a> {
    /// By which the model knows it.
    pub hash: u32,
    /// The words in the text, as far as they can be shown to people; otherwise empty.
    pub words: &'a str,
    /// Whether it is a single word or Han character.
    pub is_unit: bool,
    /// Whether the words are of a list, so that they are whole words in Chinese, too.
    pub is_listed: bool,
}

/// What is in a folded text.
pub struct Features<'a> {
    /// Each feature once, in the order of the hashes.
    pub all: Vec<Feature<'a>>,
    /// The topics that it speaks of, with the first word of each.
    pub tags: Vec<(&'static str, &'a str)>,
    /// Whether it has a link.
    pub has_link: bool,
    /// Whether it has three exclamation marks or nothing but capitals.
    pub is_loud: bool,
}

/// Finds the features of a folded text.
pub fn features<'a>(folded: &'a str, is_shouted: bool, tags: &Lists, groups: &Lists) -> Features<'a> {
    let mut reader = Reader { text: folded, ..Reader::default() };
    reader.read();
    let tags = tags.found(folded);
    for (tag, words) in &tags {
        reader.add_listed(&["tag:", tag], words);
    }
    for (group, words) in groups.found(folded) {
        reader.add_listed(&["group:", group], words);
    }
    if is_shouted {
        reader.add(&["<capitals>"], "");
    }
    let (marks, has_link) = (reader.marks, reader.has_link);
    Features { all: reader.sorted(), tags, has_link, is_loud: is_shouted || marks >= 3 }
}

#[derive(Default)]
struct Reader<'a> {
    text: &'a str,
    found: Vec<Feature<'a>>,
    /// The word before in the clause, with where it begins.
    before: Option<(usize, &'a str)>,
    /// How many of the next words a negation denies.
    denied: u8,
    tokens: usize,
    marks: usize,
    questions: usize,
    has_link: bool,
}

impl<'a> Reader<'a> {
    fn read(&mut self) {
        let mut at = 0;
        while let Some(c) = self.text[at..].chars().next() {
            let rest = &self.text[at..];
            let length = match c {
                _ if LINKS.iter().any(|link| rest.starts_with(link)) => {
                    self.has_link = true;
                    self.add(&["<link>"], "");
                    span(rest, |c| !c.is_whitespace() && !is_han(c))
                }
                _ if is_han(c) => {
                    let length = span(rest, is_han);
                    self.han(&rest[..length]);
                    length
                }
                'a'..='z' | '\'' => {
                    let length = span(rest, |c| c.is_ascii_lowercase() || c == '\'');
                    self.latin(at, &rest[..length]);
                    length
                }
                '0'..='9' => {
                    let length = span(rest, |c| c.is_ascii_digit());
                    self.word(at, if length < 5 { "#" } else { "##" }, false);
                    if let Some(next) = rest[length..].chars().next().filter(|c| is_han(*c)) {
                        self.add(&["#", &rest[length..length + next.len_utf8()]], "");
                    }
                    self.tokens += 1;
                    length
                }
                _ => {
                    self.sign(c, &rest[..c.len_utf8()]);
                    c.len_utf8()
                }
            };
            at += length;
        }
        if self.marks >= 3 {
            self.add(&["!!!"], "");
        }
        if self.questions >= 2 {
            self.add(&["??"], "");
        }
        let length = LENGTHS.iter().filter(|length| self.tokens > **length).count();
        self.add(&["length:", &length.to_string()], "");
    }

    fn sign(&mut self, c: char, text: &'a str) {
        match c {
            '?' => {
                self.questions += 1;
                self.add(&["?"], "");
            }
            '!' => {
                self.marks += 1;
                self.add(&["!"], "");
            }
            '$' | '€' | '£' | '¥' => return self.add(&["<money>"], ""),
            ' ' | '\t' | '-' => return,
            _ if is_symbol(c) => {
                self.tokens += 1;
                return self.add(&[text], text);
            }
            _ => {}
        }
        self.end_clause();
    }

    fn end_clause(&mut self) {
        self.before = None;
        self.denied = 0;
    }

    fn latin(&mut self, at: usize, run: &'a str) {
        let begin = run.len() - run.trim_start_matches('\'').len();
        let word = run.trim_matches('\'');
        if word.is_empty() {
            return;
        }
        self.word(at + begin, word, true);
        if word.len() > 5 && !word.contains('\'') {
            self.add(&[&word[..5], "*"], word);
        }
        self.tokens += 1;
    }

    /// A word of a clause, or the sign of a number.
    fn word(&mut self, at: usize, word: &'a str, is_unit: bool) {
        let shown = if is_unit { word } else { "" };
        self.found.push(Feature { hash: hash(&[word]), words: shown, is_unit, is_listed: false });
        // As in training, where a number's sign is long enough for no prefix.
        if let Some((begin, before)) = self.before {
            let both = if is_unit { &self.text[begin..at + word.len()] } else { "" };
            self.add(&[before, " ", word], both);
        }
        if self.denied > 0 {
            self.add(&["!", word], "");
            self.denied -= 1;
        }
        if NEGATIONS.contains(&word) || word.ends_with("n't") {
            self.denied = REACH;
        }
        self.before = Some((at, word));
    }

    fn han(&mut self, run: &'a str) {
        let ends: Vec<usize> = run.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
        let mut begin = 0;
        for (at, end) in ends.iter().enumerate() {
            for to in &ends[at..ends.len().min(at + LONGEST)] {
                let words = &run[begin..*to];
                self.found.push(Feature {
                    hash: hash(&[words]),
                    words,
                    is_unit: to == end,
                    is_listed: false,
                });
            }
            let next = ends.get(at + 1).map(|next| &run[*end..*next]);
            let counts = NUMERALS.contains(&run[begin..*end]);
            if let Some(next) = next.filter(|next| counts && !NUMERALS.contains(*next)) {
                self.add(&["#", next], "");
            }
            begin = *end;
        }
        let second = ends.get(1).copied().unwrap_or(run.len());
        let last_two = if ends.len() > 2 { ends[ends.len() - 3] } else { 0 };
        self.add(&["^", &run[..second]], "");
        self.add(&[&run[last_two..], "$"], "");
        self.tokens += ends.len();
        self.end_clause();
    }

    fn add(&mut self, parts: &[&str], words: &'a str) {
        self.found.push(Feature { hash: hash(parts), words, is_unit: false, is_listed: false });
    }

    fn add_listed(&mut self, parts: &[&str], words: &'a str) {
        self.found.push(Feature { hash: hash(parts), words, is_unit: false, is_listed: true });
    }

    fn sorted(mut self) -> Vec<Feature<'a>> {
        self.found.sort_by_key(|feature| feature.hash);
        self.found.dedup_by_key(|feature| feature.hash);
        self.found
    }
}

/// How many bytes at the beginning are of a kind.
fn span(text: &str, kind: impl Fn(char) -> bool) -> usize {
    text.find(|c| !kind(c)).unwrap_or(text.len())
}

/// Emoji and the like, without what only modifies them.
fn is_symbol(c: char) -> bool {
    let modifies = matches!(c, '\u{1f3fb}'..='\u{1f3ff}' | '\u{200d}' | '\u{fe0f}');
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1ffff}') && !modifies
}

/// FNV-1a with 32 bits of the parts, one after the other.
fn hash(parts: &[&str]) -> u32 {
    let bytes = parts.iter().flat_map(|part| part.bytes());
    bytes.fold(0x811c_9dc5, |value, byte| (value ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_training() {
        assert_eq!(hash(&[]), 0x811c_9dc5);
        assert_eq!(hash(&["foo", "bar"]), 0xbf9c_f968);
    }

    fn has(text: &str, feature: &str) -> bool {
        let none = Lists::read("");
        features(text, false, &none, &none).all.iter().any(|found| found.hash == hash(&[feature]))
    }

    #[test]
    fn features_are_those_of_the_training() {
        let english = "i can't open https://a.example, 3 boxes!!!";
        let wanted = ["can't open", "!open", "<link>", "boxes", "# boxes", "!!!", "length:2", "!#"];
        for feature in wanted {
            assert!(has(english, feature), "{feature}");
        }
        assert!(!has(english, "open <link>") && !has(english, "https") && !has("no. it works", "!works"));
        for feature in ["^请问", "候开$", "什么时", "什", "?", "length:3", "#台", "👍"] {
            assert!(has("请问什么时候开?要两台👍🏽", feature), "{feature}");
        }
        assert!(!has("请问什么时候开", "请问什么"), "n-grams end with three");
    }
}
