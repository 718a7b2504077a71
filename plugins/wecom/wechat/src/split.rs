//! Cuts long texts into messages that a platform takes.

/// Splits a text into parts of at most `longest` bytes of UTF-8, in order: between paragraphs where there is a break in the
/// second half, else between lines, sentences or words, else between characters. White space at the cuts is dropped; parts
/// are never empty.
pub fn split(text: &str, longest: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while rest.len() > longest {
        let cut = place(rest, longest);
        let part = rest[..cut].trim_end();
        if !part.is_empty() {
            parts.push(part.to_owned());
        }
        rest = rest[cut..].trim_start();
    }
    if !rest.is_empty() {
        parts.push(rest.to_owned());
    }
    parts
}

/// Where to cut, in bytes.
fn place(text: &str, longest: usize) -> usize {
    let mut end = text.floor_char_boundary(longest);
    // A limit below one character can't happen with the platforms' numbers; going on beats standing still.
    if end == 0 {
        end = text.chars().next().map_or(text.len(), char::len_utf8);
    }
    let window = &text[..end];
    let after = |at: usize| at + window[at..].chars().next().map_or(0, char::len_utf8);
    let sentence = |character: char| matches!(character, '。' | '！' | '？' | '；' | '…');
    let breaks = [
        window.rfind("\n\n").map(|at| at + 2),
        window.rfind('\n').map(|at| at + 1),
        window.rfind(sentence).map(after),
        window.rfind(char::is_whitespace).map(after),
    ];
    breaks.into_iter().flatten().find(|at| *at >= end / 2).unwrap_or_else(|| joint(text, end))
}

/// Moves a cut between characters back so that it doesn't separate what belongs together on screen: emoji that are joined
/// or coloured, letters with combining marks.
fn joint(text: &str, end: usize) -> usize {
    let joins = |character: char| matches!(character, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{300}'..='\u{36f}' | '\u{1f3fb}'..='\u{1f3ff}');
    let mut cut = end;
    for _ in 0..16 {
        let (last, next) = (text[..cut].chars().next_back(), text[cut..].chars().next());
        match (last, next) {
            (Some(last), Some(next)) if joins(next) || last == '\u{200d}' => cut -= last.len_utf8(),
            _ => break,
        }
    }
    if cut == 0 { end } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_between_paragraphs_then_lines_then_sentences_then_words() {
        assert_eq!(split(" 你好 ", 2048), ["你好"]);
        assert!(split(" \n ", 2048).is_empty());
        assert_eq!(split("aaaa bbbb\n\ncccc dddd", 14), ["aaaa bbbb", "cccc dddd"]);
        assert_eq!(split("aaaa bbbb\ncccc dddd", 14), ["aaaa bbbb", "cccc dddd"]);
        assert_eq!(split("一二三四。五六七八", 21), ["一二三四。", "五六七八"]);
        assert_eq!(split("aaaa bbbb cccc", 10), ["aaaa bbbb", "cccc"]);
        assert_eq!(split("aaaaaaaa", 3), ["aaa", "aaa", "aa"]);
    }

    #[test]
    fn nothing_is_lost_and_no_part_is_too_long() {
        let emoji = "👩‍🔧👍🏽".repeat(1000);
        let chinese = "发票、保修和安装。".repeat(1500);
        for text in [emoji, chinese, "x".repeat(9000), "w ".repeat(6000)] {
            let parts = split(&text, 2048);
            assert!(parts.iter().all(|part| part.len() <= 2048 && !part.is_empty()));
            let joined: String = parts.concat().split_whitespace().collect();
            assert_eq!(joined, text.split_whitespace().collect::<String>());
        }
        assert_eq!(split("ab👩‍🔧", 12), ["ab", "👩‍🔧"]);
    }
}
