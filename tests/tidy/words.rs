//! Words that must not be committed.

use crate::source::{Finding, Source, Tree, words};

/// These rules name what they look for.
const RULES: &str = "tests/tidy";

/// Nothing is left for later in the tree: what is not done is written down where plans are kept.
pub fn unfinished(source: &Source) -> Vec<Finding> {
    if source.is_in(RULES) || source.is_vendored() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for word in ["TODO", "FIXME", "XXX"] {
        findings.extend(
            words(&source.text, word).map(|place| {
                source.finding(place, format!("{word} is committed"), "finish it or leave it out")
            }),
        );
    }
    findings
}

/// Paths of the machine that somebody worked on mean nothing to others.
const PATHS: &[&str] = &["/work/", "/root/", "/home/", "/Users/", "/mnt/"];
/// And so do the ways in which the work was done.
const WAYS: &[&str] = &["worktree", "co-authored-by", "generated-by"];

/// The project speaks of itself alone, not of the place where it was made.
pub fn workplace(source: &Source) -> Vec<Finding> {
    if source.is_in(RULES) || source.is_vendored() {
        return Vec::new();
    }
    let remedy = "name places by variables or relative to the tree, and leave out how the work was done";
    let text = source.text.to_ascii_lowercase();
    let mut findings = Vec::new();
    for path in PATHS {
        let starts_path = |place: &usize| {
            !source.text[..*place].ends_with(|one: char| one.is_alphanumeric() || "-._~}/".contains(one))
        };
        let places = source.text.match_indices(path).map(|(place, _)| place).filter(starts_path);
        findings.extend(
            places.map(|place| source.finding(place, format!("{path} is a place of one machine"), remedy)),
        );
    }
    for way in WAYS {
        findings.extend(
            words(&text, way)
                .map(|place| source.finding(place, format!("{way} speaks of a workplace"), remedy)),
        );
    }
    findings
}

/// Words that meant something to those who began only, and what the field says.
const DIALECT: &[(&str, &str)] = &[
    ("wish", "say request"),
    ("Wish", "say ListQuery, or what it asks for"),
    ("told", "say what it is: a timeline, a response, what was notified"),
    ("hear", "say receive"),
    ("heard", "say received"),
    ("setback", "say retries"),
    ("strayed", "say diverged"),
    ("tape", "say recording"),
    ("fare", "say status, metrics, statistics"),
];

/// A newcomer finds the words that the field uses.
pub fn dialect(source: &Source) -> Vec<Finding> {
    if !source.is_in("host/src") {
        return Vec::new();
    }
    let of = |(word, remedy): &(&'static str, &'static str)| {
        let (word, remedy) = (*word, *remedy);
        words(&source.code, word)
            .map(move |place| source.finding(place, format!("{word} is a word of our own"), remedy))
    };
    DIALECT.iter().flat_map(of).collect()
}

/// General words that would fit many types.
const GENERAL: &[&str] = &["Answer", "Fault", "Installation", "Kind", "Place", "Staged"];

/// One name has one meaning: a general word names one type of the host's inner rooms at most. What the API shows of a
/// record is called as the record.
pub fn one_meaning(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in GENERAL {
        let declared = tree
            .sources
            .iter()
            .filter(|source| source.is_in("host/src") && !source.is_in("host/src/http/api"));
        let declared = declared.flat_map(|source| {
            let declares = |place: &usize| {
                let before = source.code[..*place].trim_end();
                ["struct", "enum", "type"].iter().any(|word| before.ends_with(word))
            };
            words(&source.code, name).filter(declares).map(move |place| (source, place)).collect::<Vec<_>>()
        });
        findings.extend(declared.skip(1).map(|(source, place)| {
            source.finding(place, format!("{name} names another type, too"), "say what it is of")
        }));
    }
    findings
}

#[test]
fn words_of_our_own_are_found() {
    let count = |path, text| dialect(&Source::new(path, text)).len();
    assert_eq!(count("host/src/ops/a.rs", "let wish = told(); // a wish that was told"), 2);
    assert_eq!(count("host/src/ops/a.rs", "let wishes = untold; let text = \"a wish\";"), 0);
    assert_eq!(count("tests/api/a.rs", "let wish = 1;"), 0);
}

#[test]
fn a_name_of_two_types_is_found() {
    let count = |texts: [&str; 2]| {
        let [one, other] = texts;
        let sources = vec![Source::new("host/src/ops/a.rs", one), Source::new("host/src/store/b.rs", other)];
        one_meaning(&Tree { sources }).len()
    };
    assert_eq!(count(["pub struct Kind;", "enum Kind {}"]), 1);
    assert_eq!(count(["pub struct Kind;", "pub struct RecordKind; fn of(kind: Kind) {}"]), 0);
}

#[test]
fn unfinished_work_is_found() {
    let count = |path, text| unfinished(&Source::new(path, text)).len();
    assert_eq!(count("host/src/ops/a.rs", "// TODO: later\nlet a = 1; // FIXME"), 2);
    assert_eq!(count("README.md", "XXX"), 1);
    assert_eq!(count("host/assets/vendor/x.js", "// TODO"), 0);
    assert_eq!(count("host/src/ops/a.rs", "mktemp XXXXXXXX; let todo = TODOS;"), 0);
}

#[test]
fn a_workplace_is_found() {
    let count = |text| workplace(&Source::new("README.md", text)).len();
    assert_eq!(count("see /work/notes and `/home/me/x`"), 2);
    assert_eq!(count("Co-Authored-By: somebody"), 1);
    assert_eq!(count("https://example.com/work/1, $HOME/work/ and ${A}/root/x"), 0);
}
