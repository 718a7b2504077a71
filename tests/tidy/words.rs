//! Words that must not be committed.

use crate::source::{Finding, Source, words};

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
