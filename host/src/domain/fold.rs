//! Texts as they are compared: however a character is encoded, whatever its case and width, it is the same.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text in NFKC, with its case folded, one kind of hyphen and digit, and without characters that nobody sees.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // Letters may come apart when they change case, so they are put together at the end.
    text.nfkc().filter(|character| !is_ignorable(*character)).flat_map(folded).nfc().collect()
}

/// A folded word in plain letters, as people without its keyboard type it; none when it is so already, or when its marks
/// make other letters of it, as in Japanese.
pub fn without_accents(word: &str) -> Option<String> {
    if word.is_ascii() {
        return None;
    }
    let plain =
        word.nfd().filter(|character| !is_combining_mark(*character)).map(|character| match character {
            'đ' => 'd',
            'ł' => 'l',
            'ø' => 'o',
            'ı' => 'i',
            other => other,
        });
    let plain: String = plain.collect();
    plain.is_ascii().then_some(plain)
}

/// Characters without a shape of their own, which come along when text is copied: soft hyphens, joiners, marks of the
/// direction of writing, variation selectors.
pub fn is_ignorable(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// One character of a text in NFKC, folded.
fn folded(character: char) -> impl Iterator<Item = char> {
    let (first, second) = match character {
        'ß' | 'ẞ' => ('s', Some('s')),
        'ς' => ('σ', None),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => ('-', None),
        '\u{660}'..='\u{669}' => (digit(character, '\u{660}'), None),
        '\u{6f0}'..='\u{6f9}' => (digit(character, '\u{6f0}'), None),
        '\u{966}'..='\u{96f}' => (digit(character, '\u{966}'), None),
        '\u{2e80}'..='\u{2eff}' => (whole(character), None),
        other => (other, None),
    };
    first.to_lowercase().chain(second)
}

fn digit(character: char, zero: char) -> char {
    let value = u32::from(character) - u32::from(zero);
    char::from_digit(value, 10).unwrap_or(character)
}

/// The character that a radical is the form of. Programs that read PDFs put radicals where characters were; NFKC knows
/// those of Kangxi alone.
fn whole(radical: char) -> char {
    const RADICALS: &str = "⺠⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰";
    const CHARACTERS: &str = "民虎西见角贝车長长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙";
    RADICALS
        .chars()
        .zip(CHARACTERS.chars())
        .find(|(form, _)| *form == radical)
        .map_or(radical, |(_, whole)| whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_is_the_same() {
        assert_eq!(fold("ＡＢＣ　Müller ①"), "abc müller 1");
        assert_eq!(fold("mu\u{308}ller"), "müller");
        assert_eq!(fold("⻓\u{2f45}"), "长方");
        assert_eq!(fold("2026\u{2011}0117\u{202c}"), "2026-0117");
        assert_eq!(without_accents("nguyễn").as_deref(), Some("nguyen"));
        assert_eq!(without_accents("が"), None);
        assert_eq!(without_accents("plain"), None);
    }
}
