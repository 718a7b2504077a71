//! Cuts long texts into messages that Telegram takes.

/// The most that one message may hold, in UTF-16 code units, as Telegram counts.
pub const LONGEST_TEXT: usize = 4096;
/// The most that a caption may hold.
pub const LONGEST_CAPTION: usize = 1024;

/// How long a text is as Telegram counts it.
pub fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Splits a text into parts of at most `longest` UTF-16 units, in order: between paragraphs where there is
/// one, else between lines, sentences or words, else between characters. White space at the cuts is
/// dropped, because Telegram trims it anyway; parts are never empty.
pub fn split(text: &str, longest: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while length(rest) > longest {
        let (cut, resume) = place(rest, longest);
        let part = rest[..cut].trim_end();
        if !part.is_empty() {
            parts.push(part.to_owned());
        }
        rest = rest[resume..].trim_start();
    }
    if !rest.is_empty() {
        parts.push(rest.to_owned());
    }
    parts
}

/// Where to cut (bytes) and where to go on. A break in the first half is passed over for a finer one
/// further on, so that no part is tiny.
fn place(text: &str, longest: usize) -> (usize, usize) {
    let mut units = 0;
    let mut end = 0;
    for (at, character) in text.char_indices() {
        units += character.len_utf16();
        if units > longest {
            break;
        }
        end = at + character.len_utf8();
    }
    // A limit below one character can't happen with Telegram's numbers; going on beats standing still.
    if end == 0 {
        end = text.chars().next().map_or(text.len(), char::len_utf8);
    }
    let window = &text[..end];
    let half = end / 2;
    for pattern in ["\n\n", "\n"] {
        if let Some(at) = window.rfind(pattern).filter(|at| *at >= half) {
            return (at, at + pattern.len());
        }
    }
    let sentence = |character: char| matches!(character, '。' | '！' | '？' | '；' | '…');
    let after = |at: usize| at + window[at..].chars().next().map_or(0, char::len_utf8);
    if let Some(at) = window.rfind(sentence).map(after).filter(|at| *at >= half) {
        return (at, at);
    }
    if let Some(at) = window.rfind(char::is_whitespace).filter(|at| *at >= half) {
        return (at, after(at));
    }
    let joint = joint(text, end);
    (joint, joint)
}

/// Moves a cut between characters back so that it doesn't separate what belongs together on screen:
/// emoji joined or coloured, letters with combining marks.
fn joint(text: &str, end: usize) -> usize {
    let clings = |character: char| matches!(character, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{0300}'..='\u{036f}' | '\u{1f3fb}'..='\u{1f3ff}');
    let mut cut = end;
    for _ in 0..16 {
        let next = text[cut..].chars().next();
        let last = text[..cut].chars().next_back();
        match (last, next) {
            (Some(last), Some(next)) if clings(next) || last == '\u{200d}' => cut -= last.len_utf8(),
            _ => break,
        }
    }
    if cut == 0 { end } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_stay_whole_and_empty_ones_give_nothing() {
        assert_eq!(split(" 你好 ", 4096), ["你好"]);
        assert!(split(" \n ", 4096).is_empty());
    }

    #[test]
    fn cuts_between_paragraphs_then_lines_then_sentences_then_words() {
        assert_eq!(split("aaaa bbbb\n\ncccc dddd", 14), ["aaaa bbbb", "cccc dddd"]);
        assert_eq!(split("aaaa bbbb\ncccc dddd", 14), ["aaaa bbbb", "cccc dddd"]);
        assert_eq!(split("一二三四。五六七八", 7), ["一二三四。", "五六七八"]);
        assert_eq!(split("aaaa bbbb cccc", 10), ["aaaa bbbb", "cccc"]);
        assert_eq!(split("aaaaaaaa", 3), ["aaa", "aaa", "aa"]);
    }

    #[test]
    fn nothing_is_lost_and_no_part_is_too_long() {
        let emoji = "👩‍🔧👍🏽".repeat(1000);
        let chinese = "发票、保修和安装。".repeat(1500);
        for text in [emoji, chinese, "x".repeat(9000), "w ".repeat(6000)] {
            let parts = split(&text, LONGEST_TEXT);
            assert!(parts.iter().all(|part| length(part) <= LONGEST_TEXT && !part.is_empty()));
            let joined: String = parts.concat().split_whitespace().collect();
            assert_eq!(joined, text.split_whitespace().collect::<String>());
        }
    }

    #[test]
    fn characters_outside_the_basic_plane_count_twice() {
        assert_eq!(length("😀"), 2);
        assert_eq!(split("😀😀😀", 5), ["😀😀", "😀"]);
    }

    #[test]
    fn a_joined_emoji_is_not_cut_apart() {
        assert_eq!(split("ab👩‍🔧", 5), ["ab", "👩‍🔧"]);
    }
}
