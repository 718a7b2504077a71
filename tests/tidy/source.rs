//! The files of the tree, and Rust without what is not code.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A broken rule.
#[derive(Debug)]
pub struct Finding {
    path: String,
    line: usize,
    rule: String,
    remedy: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}; {}", self.path, self.line, self.rule, self.remedy)
    }
}

/// All files that are committed or could be.
pub struct Tree {
    /// Files that hold text.
    pub sources: Vec<Source>,
}

impl Tree {
    /// Reads the tree that this test stands in. Git says which files belong to it.
    pub fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the tree");
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .expect("git is needed to know which files belong to the tree");
        let why = String::from_utf8_lossy(&listed.stderr);
        assert!(listed.status.success(), "git ls-files failed in {}: {why}", root.display());
        let names = String::from_utf8(listed.stdout).expect("file names are UTF-8");
        let read = |name: &str| Some(Source::new(name, &text(root.join(name))?));
        Self { sources: names.split('\0').filter(|name| !name.is_empty()).filter_map(read).collect() }
    }

    /// The file of this path.
    pub fn file(&self, path: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.path == path)
    }
}

/// The content of a text file; what is not UTF-8 (a picture, a font) or deleted but not yet committed is none.
fn text(path: PathBuf) -> Option<String> {
    String::from_utf8(std::fs::read(path).ok()?).ok()
}

/// A file, and three readings of it. All have the same length, so that a place in one is a place in all.
pub struct Source {
    /// From the top of the tree, with slashes.
    pub path: String,
    /// The whole.
    pub text: String,
    /// Rust without comments. Other files: the whole.
    pub spoken: String,
    /// Rust without comments and without what stands in quotes. Other files: the whole.
    pub code: String,
    /// `code` without the items under `#[cfg(test)]`; nothing in a file of tests.
    pub shipped: String,
}

impl Source {
    /// A file of this path and content.
    pub fn new(path: &str, text: &str) -> Self {
        let (spoken, code) =
            if path.ends_with(".rs") { without(text) } else { (text.to_owned(), text.to_owned()) };
        let of_tests = path.ends_with("/tests.rs") || path.contains("/tests/");
        let shipped = if of_tests { String::new() } else { without_test_items(&code) };
        Self { path: path.to_owned(), text: text.to_owned(), spoken, code, shipped }
    }

    /// A finding at a place, given in bytes.
    pub fn finding(&self, place: usize, rule: impl Into<String>, remedy: &'static str) -> Finding {
        let line = self.text[..place].matches('\n').count() + 1;
        Finding { path: self.path.clone(), line, rule: rule.into(), remedy }
    }

    /// Whether the path is the file `FOLDER.rs` or lies below `FOLDER/`.
    pub fn is_in(&self, folder: &str) -> bool {
        let rest = self.path.strip_prefix(folder);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest == ".rs")
    }

    /// Whether it is Rust.
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Whether somebody else wrote it and we only keep a copy.
    pub fn is_vendored(&self) -> bool {
        self.path.split('/').any(|part| part == "vendor" || part == "deps") || self.path == "Cargo.lock"
    }
}

/// The places where a word stands by itself, not as a part of a longer name.
pub fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let in_name = |character: char| character.is_alphanumeric() || character == '_';
    text.match_indices(word).map(|(place, _)| place).filter(move |&place| {
        let open = word.starts_with(in_name) && text[..place].ends_with(in_name);
        let close = word.ends_with(in_name) && text[place + word.len()..].starts_with(in_name);
        !open && !close
    })
}

/// Rust without comments, and without comments and quoted text. What is left out becomes spaces.
fn without(text: &str) -> (String, String) {
    let bytes = text.as_bytes();
    let (mut spoken, mut code) = (bytes.to_vec(), bytes.to_vec());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        let boundary = !text[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
        let (length, comment) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), true)
        } else if rest.starts_with("/*") {
            (block_comment(rest), true)
        } else if let Some(length) = boundary.then(|| raw_string(rest)).flatten() {
            (length, false)
        } else if rest.starts_with('"') {
            (string(rest), false)
        } else if let Some(length) = character(rest) {
            (length, false)
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        for place in at..at + length {
            if bytes[place] != b'\n' {
                code[place] = b' ';
                if comment {
                    spoken[place] = b' ';
                }
            }
        }
        at += length;
    }
    let text = |bytes| String::from_utf8(bytes).expect("whole characters were replaced");
    (text(spoken), text(code))
}

/// The length of a block comment, which may hold others.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of a text in quotes.
fn string(rest: &str) -> usize {
    let mut escaped = false;
    for (place, character) in rest.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return place + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of `r"..."`, `r#"..."#`, `br"..."`, if that is what starts here.
fn raw_string(rest: &str) -> Option<usize> {
    let prefix = if rest.starts_with('r') { 1 } else { 2 };
    let marked =
        rest.strip_prefix("br").or_else(|| rest.strip_prefix("cr")).or_else(|| rest.strip_prefix('r'))?;
    let hashes = marked.len() - marked.trim_start_matches('#').len();
    let inner = marked[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let start = prefix + hashes + 1;
    Some(inner.find(&close).map_or(rest.len(), |end| start + end + close.len()))
}

/// The length of a character in quotes; a lifetime is none.
fn character(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('\'')?;
    if inner.starts_with('\\') {
        return Some(inner[2..].find('\'')? + 4);
    }
    let length = inner.chars().next()?.len_utf8();
    inner[length..].starts_with('\'').then_some(length + 2)
}

/// Code without the items that only exist under test.
fn without_test_items(code: &str) -> String {
    let mut shipped = code.to_owned();
    let marks = ["#[cfg(test)]", "#[cfg(all(test", "#[test]"];
    for start in marks.iter().flat_map(|mark| code.match_indices(mark)).map(|(place, _)| place) {
        let end = start + item(&code[start..]);
        let blank: String = code[start..end]
            .chars()
            .map(|one| if one == '\n' { "\n".to_owned() } else { " ".repeat(one.len_utf8()) })
            .collect();
        shipped.replace_range(start..end, &blank);
    }
    shipped
}

/// The length of an item with its attributes: to the end of its first block, or to a semicolon before that.
fn item(code: &str) -> usize {
    let (mut braces, mut brackets) = (0_usize, 0_usize);
    for (place, character) in code.char_indices() {
        match character {
            '[' | '(' => brackets += 1,
            ']' | ')' => brackets = brackets.saturating_sub(1),
            '{' => braces += 1,
            '}' => {
                braces = braces.saturating_sub(1);
                if braces == 0 {
                    return place + 1;
                }
            }
            ';' if braces == 0 && brackets == 0 => return place + 1,
            _ => {}
        }
    }
    code.len()
}

#[test]
fn comments_and_quotes_are_told_from_code() {
    let text = r###"let a = "x // no"; // said: b"
/* c /* d */ */ let e = r#"f " g"#; let h = '"'; fn i<'a>(j: &'a str) {} // 中文
"###;
    let source = Source::new("host/src/x.rs", text);
    assert_eq!(source.code.len(), text.len());
    for gone in ["no", "said", "c", "d", "f", "g", "中文"] {
        assert_eq!(words(&source.code, gone).count(), 0, "{gone} is not code: {}", source.code);
    }
    for kept in ["a", "e", "h", "i", "j", "str"] {
        assert!(words(&source.code, kept).next().is_some(), "{kept} is code: {}", source.code);
    }
    assert!(source.spoken.contains("x // no") && !source.spoken.contains("said"));
}

#[test]
fn test_items_are_not_shipped() {
    let text = "fn one() {}\n#[cfg(test)]\nmod tests {\n  fn two() { x[0]; }\n}\nfn three() {}\n#[cfg(test)]\nuse four;\nfn five() {}";
    let source = Source::new("host/src/x.rs", text);
    for (word, kept) in [("one", true), ("two", false), ("three", true), ("four", false), ("five", true)] {
        assert_eq!(words(&source.shipped, word).next().is_some(), kept, "{word}: {}", source.shipped);
    }
    assert_eq!(Source::new("host/src/ops/tests.rs", "fn one() {}").shipped, "");
}

#[test]
fn a_finding_reads_as_place_rule_and_remedy() {
    let source = Source::new("a/b.rs", "one\ntwo\n");
    let finding = source.finding(4, "two is too much", "take one");
    assert_eq!(finding.to_string(), "a/b.rs:2: two is too much; take one");
}
