//! The language of a text, by its script, as the host tells it.

use crate::fold::is_han;

/// `zh-CN` or `en`; none for what the model wasn't trained on. `known` is the share of words that the model knows, which
/// tells English from other languages in Latin script.
pub fn language(folded: &str, known: f64) -> Option<&'static str> {
    let (mut han, mut latin, mut other) = (0_usize, 0_usize, 0_usize);
    for c in folded.chars() {
        match c {
            _ if is_han(c) => han += 1,
            'a'..='z' => latin += 1,
            // A few kana make Japanese of any number of Han characters.
            '\u{3040}'..='\u{30ff}' => other += 100,
            _ if c.is_alphabetic() => other += 1,
            _ => {}
        }
    }
    if other > han + latin / 4 {
        None
    } else if han > 0 && han * 4 >= latin {
        Some("zh-CN")
    } else {
        (latin > 0 && known >= LEAST_KNOWN).then_some("en")
    }
}

/// Of an English message at least this share of the words is known.
const LEAST_KNOWN: f64 = 0.5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_tells() {
        assert_eq!(language("请问 iphone 15 pro max 有货吗", 0.4), Some("zh-CN"));
        assert_eq!(language("is this in stock?", 1.0), Some("en"));
        assert_eq!(language("wann ist geöffnet", 0.0), None);
        assert_eq!(language("これはいくらですか", 1.0), None);
        assert_eq!(language("сколько стоит?", 1.0), None);
        assert_eq!(language("", 1.0), None);
    }
}
