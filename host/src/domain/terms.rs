//! What texts are found by: the terms of a text, and the terms that somebody looks for.
//!
//! Chinese has no spaces, so a run of its characters (and of other such scripts) is kept as its pairs: 我的订单 as 我的,
//! 的订, 订单 and, so that the last character is found by itself, 单. Everything else is kept word by word, in small letters;
//! a number with signs in it by its parts and as a whole, 2026-0117 as 2026, 0117 and 20260117; a word with accents without
//! them, too. No term has a sign that a database would take it apart by.
//!
//! Texts and queries go through [`fold`], so that how a character is encoded makes no difference.

use std::collections::BTreeSet;

use pinyin::ToPinyinMulti;

use super::fold::{fold, without_accents};

/// The most terms that one record is found by; what comes later in a long text isn't.
const MOST: usize = 1_000;
/// The most terms that are looked for at once.
const MOST_WANTED: usize = 16;
/// The most characters of a text that are read.
const MOST_READ: usize = 50_000;
/// The most parts of a number that is kept as a whole.
const MOST_PARTS: usize = 8;
/// The longest term, in characters; longer words are cut.
const LONGEST: usize = 64;
/// A name with more Chinese characters than this has no pinyin.
const LONGEST_NAME: usize = 16;
/// The most readings of one name.
const MOST_READINGS: usize = 8;

/// The terms of a record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms(BTreeSet<String>);

impl Terms {
    /// Whether all that is wanted is among them.
    pub fn have(&self, wanted: &[Wanted]) -> bool {
        let has = |wanted: &Wanted| match wanted.open {
            true => {
                self.0.range(wanted.text.clone()..).next().is_some_and(|term| term.starts_with(&wanted.text))
            }
            false => self.0.contains(&wanted.text),
        };
        wanted.iter().all(has)
    }

    /// Adds a text.
    pub fn text(&mut self, text: &str) {
        let mut whole: Vec<String> = Vec::new();
        for run in runs(&fold(part(text))) {
            match run {
                Run::Word { text, joined } => {
                    if !joined {
                        self.number(&whole);
                        whole.clear();
                    }
                    self.add(&text);
                    if let Some(plain) = without_accents(&text) {
                        self.add(&plain);
                    }
                    whole.push(text);
                }
                Run::Unspaced(characters) => {
                    for pair in characters.windows(2) {
                        self.add(&pair.iter().collect::<String>());
                    }
                    self.add(&characters.iter().skip(characters.len() - 1).collect::<String>());
                }
            }
        }
        self.number(&whole);
    }

    /// Adds words that signs join, as one, if they make a number: `2026-0117`, `KM40-77`.
    fn number(&mut self, parts: &[String]) {
        if (2..=MOST_PARTS).contains(&parts.len()) {
            let whole = parts.concat();
            if whole.contains(|character: char| character.is_ascii_digit()) && whole.len() <= LONGEST {
                self.add(&whole);
            }
        }
    }

    /// Adds a name: as a text, and as it sounds: 王芳 as wang, fang, wangfang and wf.
    pub fn name(&mut self, name: &str) {
        self.text(name);
        let han: Vec<char> = runs(&fold(part(name)))
            .into_iter()
            .flat_map(|run| match run {
                Run::Unspaced(characters) => characters,
                Run::Word { .. } => Vec::new(),
            })
            .filter(|character| !sounds(*character).is_empty())
            .collect();
        if han.is_empty() || han.len() > LONGEST_NAME {
            return;
        }
        let mut readings: Vec<Vec<String>> = vec![Vec::new()];
        for character in han {
            let sounds = sounds(character);
            let more = readings.len() * sounds.len() > MOST_READINGS;
            let sounds = if more { &sounds[..sounds.len().min(1)] } else { &sounds[..] };
            readings = readings
                .iter()
                .flat_map(|reading| {
                    sounds.iter().map(move |sound| [reading.as_slice(), std::slice::from_ref(sound)].concat())
                })
                .collect();
        }
        for reading in readings {
            self.add(&reading.iter().filter_map(|sound| sound.chars().next()).collect::<String>());
            self.add(&reading.concat());
            // The given name, whose family name may come after it.
            self.add(&reading[1..].concat());
            reading.iter().for_each(|sound| self.add(sound));
        }
    }

    /// Adds a phone number, an address or another identity: as a text, and a number by its last digits, too.
    pub fn identity(&mut self, value: &str) {
        self.text(value);
        if let Some(digits) = number(&fold(part(value))) {
            for last in [4, 7, 8, 10, 11] {
                if digits.len() > last {
                    self.add(&digits[digits.len() - last..]);
                }
            }
            self.add(&digits);
        }
    }

    /// The terms, with a space between each two.
    pub fn joined(&self) -> String {
        self.0.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn add(&mut self, term: &str) {
        if !term.is_empty() && self.0.len() < MOST {
            self.0.insert(term.chars().take(LONGEST).collect());
        }
    }
}

/// A term that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its letters and digits.
    pub text: String,
    /// Whether terms that only begin with it are found, too.
    pub open: bool,
}

/// What somebody looks for, as terms that a record has all of; none when there is nothing to look for.
pub fn wanted(query: &str) -> Vec<Wanted> {
    let query = fold(part(query));
    if let Some(digits) = number(&query) {
        return vec![Wanted { text: digits.chars().take(LONGEST).collect(), open: true }];
    }
    let mut found: Vec<Wanted> = Vec::new();
    for word in query.split_whitespace() {
        let runs = runs(word);
        let last = runs.len().saturating_sub(1);
        for (index, run) in runs.into_iter().enumerate() {
            match run {
                // One letter alone begins too many words to be the beginning of any.
                Run::Word { text: word, .. } => {
                    let text: String = word.chars().take(LONGEST).collect();
                    let open = index == last && text.chars().count() > 1;
                    found.push(Wanted { text, open });
                }
                Run::Unspaced(characters) if characters.len() == 1 => {
                    found.push(Wanted { text: characters.iter().collect(), open: true });
                }
                Run::Unspaced(characters) => {
                    let pairs = characters.windows(2);
                    found.extend(pairs.map(|pair| Wanted { text: pair.iter().collect(), open: false }));
                }
            }
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|term| seen.insert(term.text.clone()));
    found.truncate(MOST_WANTED);
    found
}

/// The part of a text that is read.
fn part(text: &str) -> &str {
    // A character has at most four bytes, so that most texts needn't be counted.
    if text.len() <= MOST_READ {
        return text;
    }
    text.char_indices().nth(MOST_READ).map_or(text, |(end, _)| &text[..end])
}

/// The digits of a folded text that is a number as people write phone numbers.
fn number(folded: &str) -> Option<String> {
    let plain = folded.trim();
    let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
    let only = plain.chars().all(|c| c.is_ascii_digit() || "+-() .".contains(c));
    (only && digits.len() >= 4).then_some(digits)
}

enum Run {
    Unspaced(Vec<char>),
    Word {
        text: String,
        /// Whether only a sign stands between it and the word before.
        joined: bool,
    },
}

/// The runs of Chinese characters and the words of a folded text, in order.
fn runs(folded: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open = false;
    let mut signs = usize::MAX;
    for character in folded.chars() {
        if is_unspaced(character) {
            match runs.last_mut() {
                Some(Run::Unspaced(characters)) if open => characters.push(character),
                _ => runs.push(Run::Unspaced(vec![character])),
            }
            (open, signs) = (true, usize::MAX);
        } else if character.is_alphanumeric() {
            match runs.last_mut() {
                Some(Run::Word { text, .. }) if open => text.push(character),
                _ => runs.push(Run::Word { text: character.to_string(), joined: signs == 1 }),
            }
            (open, signs) = (true, 0);
        } else if !is_mark(character) {
            let sign = matches!(character, '-' | '.' | '/' | '_' | ':');
            signs = if sign { signs.saturating_add(1) } else { usize::MAX };
            open = false;
        }
    }
    runs
}

/// A mark that has no letter of its own to be one with; it belongs to the word that it stands in.
fn is_mark(character: char) -> bool {
    unicode_normalization::char::is_combining_mark(character)
}

/// Characters of scripts that are written without spaces (Chinese, and with it Japanese and Korean; Thai, Lao, Burmese and
/// Khmer), and emoji.
fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{e01}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17b3}' | '\u{2600}'..='\u{27bf}'
        | '\u{1f000}'..='\u{1faff}'
        | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// How a character may be read, without its tone; its usual reading first.
fn sounds(character: char) -> Vec<String> {
    let mut sounds: Vec<String> = Vec::new();
    for reading in character.to_pinyin_multi().into_iter().flatten() {
        // ü is typed as v.
        let sound = reading.plain().replace('ü', "v");
        if !sounds.contains(&sound) {
            sounds.push(sound);
        }
    }
    sounds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(fill: impl Fn(&mut Terms)) -> Vec<String> {
        let mut terms = Terms::default();
        fill(&mut terms);
        terms.0.into_iter().collect()
    }

    fn sought(query: &str) -> Vec<(String, bool)> {
        wanted(query).into_iter().map(|term| (term.text, term.open)).collect()
    }

    #[test]
    fn chinese_is_kept_in_pairs_and_words_as_they_are() {
        assert_eq!(
            of(|terms| terms.text("我的订单 A-17 没到！")),
            ["17", "a", "a17", "到", "单", "我的", "没到", "的订", "订单"]
        );
        assert_eq!(of(|terms| terms.text("ＡＢＣ１２３　Müller")), ["abc123", "muller", "müller"]);
        assert_eq!(of(|terms| terms.text("'; drop table \"x\"* AND")), ["and", "drop", "table", "x"]);
    }

    #[test]
    fn words_of_other_scripts_without_spaces_are_found_from_their_middle() {
        for (text, query) in [
            ("บริษัทไทยเบฟ จำกัด", "ไทยเบฟ"),
            ("ກະຊວງການຄ້າ", "ການ"),
            ("ក្រុមហ៊ុនទឹក", "ទឹក"),
            ("我的👍", "👍"),
            ("🌸🌸", "🌸"),
        ] {
            let mut terms = Terms::default();
            terms.name(text);
            let wanted = wanted(query);
            assert!(!wanted.is_empty() && terms.have(&wanted), "{query} in {terms:?}");
        }
        assert!(of(|terms| terms.name("王芳🌸")).contains(&"wf".to_owned()));
    }

    #[test]
    fn a_name_is_found_as_it_sounds() {
        let terms = of(|terms| terms.name("王芳"));
        for term in ["王芳", "芳", "wf", "wangfang", "wang", "fang"] {
            assert!(terms.contains(&term.to_owned()), "{term}: {terms:?}");
        }
        // 曾 is read zeng as a surname and ceng otherwise.
        let terms = of(|terms| terms.name("曾吕"));
        for term in ["zl", "cl", "zenglv", "lv"] {
            assert!(terms.contains(&term.to_owned()), "{term}: {terms:?}");
        }
        assert!(of(|terms| terms.name(&"重".repeat(17))).iter().all(|term| !term.is_ascii()));
        assert!(of(|terms| terms.name(&"重行曾".repeat(5))).len() < 100);
    }

    #[test]
    fn a_number_is_found_by_its_end() {
        let terms = of(|terms| terms.identity("+8613800138000"));
        for term in ["8613800138000", "13800138000", "8000"] {
            assert!(terms.contains(&term.to_owned()), "{term}: {terms:?}");
        }
        assert_eq!(of(|terms| terms.identity("ann.li@example.com")), ["ann", "com", "example", "li"]);
    }

    #[test]
    fn a_number_is_found_whole_and_by_its_parts() {
        let terms =
            of(|terms| terms.text("发票2026‑0117、KM40-77 和 550e8400-e29b-41d4-a716-446655440000。"));
        for term in ["2026", "0117", "20260117", "km40", "77", "km4077", "550e8400e29b41d4a716446655440000"] {
            assert!(terms.contains(&term.to_owned()), "{term}: {terms:?}");
        }
        for query in ["2026-0117", "2026", "0117", "20260117", "2026－0117", "２０２６‐０１１７", "٢٠٢٦-٠١١٧"]
        {
            let wanted = wanted(query);
            assert!(!wanted.is_empty());
            for wanted in wanted {
                assert!(terms.contains(&wanted.text), "{query}: {wanted:?} {terms:?}");
            }
        }
        // Signs that join nothing, and words without a digit, make no number.
        let terms = of(|terms| terms.text("3 - 4, ann.li, 1--2, a-b"));
        assert_eq!(terms, ["1", "2", "3", "4", "a", "ann", "b", "li"]);
        assert!(of(|terms| terms.text(&"1-".repeat(3_000))).len() < 5);
    }

    #[test]
    fn how_it_is_encoded_makes_no_difference() {
        for (text, query) in [
            ("mu\u{308}ller", "müller"),
            ("Müller", "mu\u{308}ller"),
            ("Müller", "muller"),
            ("ｶﾒﾗを買う", "カメラ"),
            ("カメラ", "ｶﾒﾗ"),
            ("\u{2f45}\u{2f4c}", "方止"),
            ("⻓城⻔", "长城门"),
            ("NGUYỄN VĂN Đức", "nguye\u{302}\u{303}n"),
            ("Nguye\u{302}\u{303}n Va\u{306}n Đức", "nguyễn văn đức"),
            ("Nguyễn Văn Đức", "nguyen van duc"),
            ("STRASSE", "straße"),
            ("ΟΔΟΣ", "οδος"),
            ("①②③ ﬁn ㎏", "123 fin kg"),
            ("İstanbul", "i\u{307}stanbul"),
            ("hot\u{ad}line\u{200b}", "hotline"),
            ("한국어", "\u{1112}\u{1161}\u{11ab}국어"),
        ] {
            let terms = of(|terms| terms.text(text));
            for wanted in wanted(query) {
                assert!(terms.contains(&wanted.text), "{text} by {query}: {wanted:?} {terms:?}");
            }
        }
    }

    #[test]
    fn what_is_looked_for_has_the_same_terms() {
        assert_eq!(sought("王芳"), [("王芳".to_owned(), false)]);
        assert_eq!(sought("王"), [("王".to_owned(), true)]);
        assert_eq!(sought("王小明"), [("王小".to_owned(), false), ("小明".to_owned(), false)]);
        assert_eq!(sought("+86 138-0013 8000"), [("8613800138000".to_owned(), true)]);
        assert_eq!(sought("8000"), [("8000".to_owned(), true)]);
        let address = [("ann", false), ("li", false), ("example", false), ("com", true)];
        assert_eq!(sought("Ann.Li@example.com"), address.map(|(text, open)| (text.to_owned(), open)));
        assert_eq!(sought("a"), [("a".to_owned(), false)]);
        assert_eq!(sought(" %_!* "), []);
        assert_eq!(wanted(&"a b c d e f g h i j k l m n o p q r s t".repeat(9)).len(), MOST_WANTED);
    }
}
