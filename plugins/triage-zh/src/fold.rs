//! Brings texts into one spelling.

/// No more than this many characters of a text are looked at: what a message is about stands at its beginning.
const JUDGED: usize = 2_000;

/// Traditional characters and the simplified ones that they are read as, in pairs, in the order of the traditional ones.
static TRADITIONAL: &str = include_str!("traditional.txt");

/// Reads texts in one spelling: simplified characters, lower case, plain letters and signs instead of full-width ones.
pub struct Folding {
    pairs: Vec<(char, char)>,
}

impl Folding {
    /// Reads the table.
    pub fn new() -> Self {
        let mut chars = TRADITIONAL.chars().filter(|c| *c != '\n');
        let mut pairs = Vec::with_capacity(TRADITIONAL.len() / 6);
        while let (Some(traditional), Some(simplified)) = (chars.next(), chars.next()) {
            pairs.push((traditional, simplified));
        }
        Self { pairs }
    }

    /// The beginning of a text in that spelling.
    pub fn fold(&self, text: &str) -> String {
        text.chars().take(JUDGED).map(|c| self.plain(c)).collect()
    }

    fn plain(&self, c: char) -> char {
        let plain = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '\u{3000}' => ' ',
            '\u{2018}' | '\u{2019}' => '\'',
            '\u{ffe5}' => '¥',
            '\u{4e00}'..='\u{9fff}' => match self.pairs.binary_search_by_key(&c, |pair| pair.0) {
                Ok(at) => self.pairs[at].1,
                Err(_) => c,
            },
            _ => c,
        };
        plain.to_ascii_lowercase()
    }
}

/// Whether nearly all Latin letters of a text are capitals.
pub fn is_shouted(text: &str) -> bool {
    let letters = || text.chars().take(JUDGED).filter(char::is_ascii_alphabetic);
    let capitals = letters().filter(char::is_ascii_uppercase).count();
    letters().count() >= 12 && capitals * 10 >= letters().count() * 8
}

/// Whether it is a Chinese character.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling() {
        let folding = Folding::new();
        assert!(folding.pairs.is_sorted(), "the table is searched");
        assert_eq!(folding.fold("請問發票什麼時候開？很著急"), "请问发票什么时候开?很着急");
        assert_eq!(folding.fold("ＡＢＣ　It’s ￥５"), "abc it's ¥5");
        assert_eq!(folding.fold(&"長".repeat(9_000)).chars().count(), JUDGED);
    }

    #[test]
    fn capitals_are_shouting_from_twelve_on() {
        assert!(is_shouted("WHERE IS MY PARCEL"));
        assert!(!is_shouted("OK THANKS") && !is_shouted("where is my PARCEL") && !is_shouted("我要退款"));
    }
}
