//! Lines by which mail programs show that what follows is repeated from before.

use super::vocabulary::{
    BEGINNINGS, FROM, OTHERS, QUOTING, RULES, SENT, STARTS, SUBJECT, WROTE, WROTE_BETWEEN_DASHES,
    WROTE_WITHIN,
};
use crate::mime::cut;

/// How a repeated stretch begins.
#[derive(Debug, PartialEq, Eq)]
pub enum Mark {
    /// So many filled lines introduce lines behind `>`.
    Quote(usize),
    /// All from here on is repeated.
    History,
}

/// The most characters of an introduction, and the most lines that it is broken over.
const LONGEST: usize = 400;
const MOST_LINES: usize = 5;

/// Whether there is nothing to be seen on a line.
pub fn is_blank(line: &str) -> bool {
    line.chars().all(is_space)
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// Whether a line is marked as repeated. `>From` at a line's beginning is what mailboxes make of `From`.
pub fn is_quoted(line: &str) -> bool {
    let line = line.trim_start_matches(is_space);
    line.starts_with('>') && !line.starts_with(">From ")
}

/// Whether a line separates a repeated mail's header from what stands above.
pub fn separates(line: &str) -> bool {
    let line = line.trim_matches(is_space);
    let dashes = line.chars().filter(|c| is_dash(*c)).count();
    dashes >= 3 && line.chars().all(|c| is_dash(c) || is_space(c))
        || line.len() < 64 && RULES.contains(&line.to_lowercase().as_str())
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '_' | '=' | '—' | '–' | '*' | '─' | '━')
}

/// How a repeated stretch begins at the first of the filled lines.
pub fn begins(lines: &[&str], filled: &[usize]) -> Option<Mark> {
    let line = lines[*filled.first()?].trim_matches(is_space);
    if is_quoted(line) {
        return None;
    }
    if rule(line) || header(lines, filled) || fields_in(line) {
        return Some(Mark::History);
    }
    introduction(lines, filled)
}

/// `-----Original Message-----`, `---- 回复的原邮件 ----`
fn rule(line: &str) -> bool {
    let lower = cut(line, 400).replace("&nbsp;", " ").to_lowercase();
    if BEGINNINGS.contains(&lower.as_str()) {
        return true;
    }
    let before = lower.chars().take_while(|c| is_dash(*c)).count();
    if before < 2 {
        return false;
    }
    let is_frame = |c: char| is_dash(c) || is_space(c);
    let bare = lower.trim_matches(is_frame);
    let bare = bare.trim_matches(['(', ')', '（', '）', '[', ']', '【', '】', ':', '：']);
    if line.len() <= 200 && RULES.contains(&bare) {
        return true;
    }
    // Where lines were joined, the header that follows stands on the same one.
    RULES.iter().filter_map(|words| bare.strip_prefix(words)).any(|rest| {
        let header = rest.trim_start_matches(is_frame);
        let dashes = rest[..rest.len() - header.len()].chars().filter(|c| is_dash(*c)).count();
        dashes >= 2 && field(header).is_some_and(|label| FROM.contains(&label.as_str()))
    })
}

/// The header of the mail before, as Outlook, Foxmail, QQ, Lark and DingTalk write it: who, when, about what.
fn header(lines: &[&str], filled: &[usize]) -> bool {
    let is_first = |index: &usize| field(lines[*index]).is_some_and(|label| FROM.contains(&label.as_str()));
    if !filled.first().is_some_and(is_first) {
        return false;
    }
    let labels: Vec<String> = filled.iter().take(10).filter_map(|index| field(lines[*index])).collect();
    // The fields follow one another; a list of recipients may go on for a line or two.
    let follows = filled.iter().skip(1).take(2).any(|index| field(lines[*index]).is_some());
    let has = |wanted: &[&str]| labels.iter().any(|label| wanted.contains(&label.as_str()));
    follows && labels.len() >= 3 && (has(SUBJECT) || has(SENT))
}

/// The same on one line, as it comes out of some pages.
fn fields_in(line: &str) -> bool {
    if line.len() > 4_000 || !field(line).is_some_and(|label| FROM.contains(&label.as_str())) {
        return false;
    }
    let has = |wanted: &[&str]| {
        wanted.iter().any(|label| {
            !label.is_ascii() && [':', '：'].iter().any(|colon| line.contains(&format!("{label}{colon}")))
        })
    };
    has(SUBJECT) && has(OTHERS)
}

/// The field that a line of a mail's header holds: `*From:* Ann`, `| 日期 | ...`, `主　题：...`.
fn field(line: &str) -> Option<String> {
    let line = line.trim_start_matches(|c: char| is_space(c) || matches!(c, '*' | '|'));
    let end = line.char_indices().take(24).find(|(_, c)| matches!(c, ':' | '：' | '|'))?.0;
    let label: String = line[..end].chars().filter(|c| !is_space(*c) && *c != '*').collect();
    let label = label.to_lowercase();
    let known = [FROM, SUBJECT, SENT, OTHERS].iter().any(|all| all.contains(&label.as_str()));
    known.then_some(label)
}

/// What introduces a quote.
struct Introduction {
    /// How many of the filled lines it takes.
    lines: usize,
    /// What they say.
    said: String,
    /// How it ends.
    closing: Closing,
}

/// How an introduction ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Closing {
    /// With words that say that somebody wrote: `Ann wrote:`
    Wrote,
    /// With an address, after a date: `2026年1月5日(月) 9:12 Ann <ann@customer.example>:`
    Address,
}

/// `On ... wrote:`, `在 ... 写道：` and their like, which programs break over several lines.
fn introduction(lines: &[&str], filled: &[usize]) -> Option<Mark> {
    let Introduction { lines: count, said, closing } = introducing(lines, filled)?;
    let has_address = said.contains('@') || said.contains('<');
    if let Some(next) = filled.get(count)
        && is_quoted(lines[*next])
    {
        // A person writes "on Monday I wrote:" too; a program names an address or a date, or nothing but a name.
        let is_one = closing == Closing::Address || digits(&said) > 0 || has_address || is_name_alone(&said);
        return is_one.then_some(Mark::Quote(count));
    }
    // Without marks on what follows, it takes more.
    let is_one = match closing {
        Closing::Wrote => has_address && digits(&said) >= 3 || has_time(&said) && digits(&said) >= 6,
        Closing::Address => is_dated(&said) && stands_alone(lines, filled[0]),
    };
    is_one.then_some(Mark::History)
}

/// The lines that introduce a quote.
fn introducing(lines: &[&str], filled: &[usize]) -> Option<Introduction> {
    let first = lines[*filled.first()?].trim_matches(is_space);
    let mut said = String::new();
    for (count, index) in filled.iter().take(MOST_LINES).enumerate() {
        let line = lines[*index].trim_matches(is_space);
        // The lines of an introduction follow one another, and no other one begins within it.
        let begins_another = count > 0 && line.starts_with(char::is_uppercase) && starts_with_words(line);
        let is_other = is_quoted(line) && !closes_bracket(&said, line) || begins_another;
        if is_other || said.len() + line.len() > LONGEST * 3 || *index != filled[0] + count {
            return None;
        }
        if count > 0 && !line.starts_with('>') {
            said.push(' ');
        }
        said.push_str(line);
        if said.chars().count() > LONGEST {
            return None;
        }
        if let Some(closing) = closing(&said) {
            let alone = count == 0 || starts_one(first) || is_paragraph(lines, filled[0], &said);
            return alone.then_some(Introduction { lines: count + 1, said, closing });
        }
    }
    None
}

/// Whether a line that looks quoted is the rest of an address that was broken before its `>`.
fn closes_bracket(said: &str, line: &str) -> bool {
    let open = said.matches('<').count() > said.matches('>').count();
    open && line.len() < 64 && line.ends_with([':', '：'])
}

/// How what was said ends, if it introduces a quote.
fn closing(said: &str) -> Option<Closing> {
    let Some(before) = said.strip_suffix([':', '：']) else {
        return is_between_dashes(said).then_some(Closing::Wrote);
    };
    let before = before.trim_end_matches(is_space);
    let lower = before.to_lowercase();
    if WROTE.iter().any(|verb| ends_with_word(&lower, verb)) {
        return Some(Closing::Wrote);
    }
    let is_dated = has_moment(before);
    let has_address = before.contains('@') && before.contains('<');
    if (has_address || is_dated) && has_verb_within(&lower) {
        return Some(Closing::Wrote);
    }
    let (rest, address) = before.rsplit_once([' ', '<', '(', '"'])?;
    let is_address = crate::mime::address(address.trim_end_matches(['>', ')'])).is_some();
    let quoting = QUOTING.iter().any(|words| lower.starts_with(words));
    (is_address && (has_moment(rest) || quoting)).then_some(Closing::Address)
}

fn has_verb_within(lower: &str) -> bool {
    WROTE_WITHIN.iter().any(|verb| lower.contains(verb))
}

/// `---- On Mon, 05 Jan 2026 09:12:00 +0800 Ann wrote ----`
fn is_between_dashes(said: &str) -> bool {
    let is_frame = |c: char| is_dash(c) || is_space(c);
    if !(said.starts_with("--") && said.ends_with("--")) {
        return false;
    }
    let lower = said.trim_matches(is_frame).to_lowercase();
    digits(&lower) >= 6 && WROTE_BETWEEN_DASHES.iter().any(|verb| ends_with_word(&lower, verb))
}

/// Whether a text ends with a word; in scripts without spaces with these characters.
fn ends_with_word(text: &str, word: &str) -> bool {
    let before = text.strip_suffix(word);
    let has_spaces = word.starts_with(|c: char| c < '\u{1100}');
    before.is_some_and(|before| !(has_spaces && before.ends_with(char::is_alphabetic)))
}

/// Whether nothing but a name introduces a quote: `Ann Lee wrote:`
fn is_name_alone(said: &str) -> bool {
    let said = said.trim_end_matches(|c| matches!(c, ':' | '：') || is_space(c));
    let lower = said.to_lowercase();
    let Some(verb) = WROTE.iter().find(|verb| ends_with_word(&lower, verb)) else { return false };
    let words: Vec<&str> = said.split_whitespace().collect();
    let verbs = verb.split_whitespace().count();
    // Chinese and Japanese write name and verb as one word.
    let name = if verb.starts_with(|c: char| c < '\u{1100}') {
        words[..words.len().saturating_sub(verbs)].to_vec()
    } else {
        said.strip_suffix(verb).into_iter().flat_map(str::split_whitespace).collect()
    };
    let is_part = |word: &&str| {
        word.chars().count() <= 20
            && !word.starts_with(char::is_lowercase)
            && word.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’' | '"'))
    };
    let is_myself = matches!(name.as_slice(), ["I" | "Ich" | "Я" | "我"]);
    !is_myself && (1..=4).contains(&name.len()) && name.iter().all(is_part)
}

/// Whether the first of several lines can begin an introduction.
fn starts_one(first: &str) -> bool {
    let is_date = first.starts_with(|c: char| c.is_ascii_digit()) && first.contains('年');
    let has_address = first.contains('@') && first.contains('<');
    let is_name = has_address && (first.ends_with('>') || has_verb_within(&first.to_lowercase()));
    starts_with_words(first) || is_date || is_name || is_dated(first) && !ends_sentence(first)
}

/// `On Mon, Jan 5, 2026`
fn starts_with_words(line: &str) -> bool {
    let line = line.trim_start_matches(|c: char| is_dash(c) || is_space(c));
    if line.starts_with(char::is_lowercase) || !line.contains(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let lower = cut(line, 32).to_lowercase();
    STARTS.iter().any(|start| lower.starts_with(start))
}

/// Whether a line begins with a date and has a time: `pe 20. lokakuuta 2026 klo 17:50`, `05.01.2026 9:12, ...`
fn is_dated(line: &str) -> bool {
    let word: String = line.chars().take_while(|c| c.is_alphabetic()).take(16).collect();
    let rest = &line[word.len()..];
    let length = word.chars().count();
    let after = rest.trim_start_matches([',', '.', ' ']);
    let is_weekday = length <= 4 || length <= 12 && rest.starts_with([',', '.']);
    is_weekday && after.starts_with(|c: char| c.is_ascii_digit()) && has_moment(line)
}

fn ends_sentence(line: &str) -> bool {
    line.ends_with(['。', '！', '？', '.', '!', '?', '；', ';'])
}

fn stands_alone(lines: &[&str], first: usize) -> bool {
    first == 0 || is_blank(lines[first - 1])
}

/// Whether the lines are a paragraph of their own that names an address and a date, the first of them full, as a long
/// company's name makes it.
fn is_paragraph(lines: &[&str], first: usize, said: &str) -> bool {
    let line = lines[first].trim();
    let width: usize = line.chars().map(|c| if c >= '\u{1100}' { 2 } else { 1 }).sum();
    stands_alone(lines, first)
        && width >= 50
        && !ends_sentence(line)
        && said.contains('<')
        && said.contains('@')
        && digits(said) > 0
}

fn digits(said: &str) -> usize {
    said.bytes().filter(u8::is_ascii_digit).count()
}

/// A date and a time: `5 Jan 2026, 9:12`, `5.1.2026 9.12`
fn has_moment(said: &str) -> bool {
    let is_time = |word: &str| {
        let (hour, minute) = word.trim_end_matches(',').split_once('.').unwrap_or_default();
        let is_number = |text: &str| !text.is_empty() && text.len() <= 2 && digits(text) == text.len();
        is_number(hour) && minute.len() == 2 && is_number(minute)
    };
    has_time(said) && digits(said) >= 6 || digits(said) >= 8 && said.split(' ').any(is_time)
}

/// `15:12`
fn has_time(said: &str) -> bool {
    let bytes = said.as_bytes();
    bytes.windows(4).any(|four| {
        four[0].is_ascii_digit() && four[1] == b':' && four[2].is_ascii_digit() && four[3].is_ascii_digit()
    })
}
