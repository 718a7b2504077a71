//! The language of a text, by its script.

use super::lexicon::ENGLISH;

/// BCP 47 by script: `zh-CN` for Han without kana, `en` for Latin with English words in it; otherwise the hint,
/// and the empty text without one. The text is folded to lower case.
pub(super) fn language(folded: &str, hint: Option<&str>) -> String {
    let (mut han, mut latin, mut other) = (0_usize, 0_usize, 0_usize);
    for c in folded.chars() {
        match c {
            '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' => han += 1,
            'a'..='z' => latin += 1,
            // A few kana make Japanese of any number of Han characters.
            '\u{3040}'..='\u{30ff}' => other += 100,
            _ if c.is_alphabetic() => other += 1,
            _ => {}
        }
    }
    let known = if other > han + latin / 4 {
        None
    } else if han > 0 && han * 4 >= latin {
        Some("zh-CN")
    } else if latin > 0 && has_english(folded) {
        Some("en")
    } else {
        None
    };
    match (known, hint) {
        (Some(known), _) => known.to_owned(),
        (None, Some(hint)) if hint == "zh" || hint.starts_with("zh-Hans") => "zh-CN".to_owned(),
        (None, hint) => hint.unwrap_or_default().to_owned(),
    }
}

fn has_english(folded: &str) -> bool {
    folded
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| ENGLISH.split('/').any(|english| english == word))
}
