//! Lists of words: which of them are in a text.

/// Named lists of words, one a line: `refund: 退款/refund`.
pub struct Lists {
    /// A word and the name of its list, in the order of the words.
    entries: Vec<(&'static str, &'static str)>,
    /// The names, in the order of the lines.
    names: Vec<&'static str>,
}

impl Lists {
    /// Reads the lines.
    pub fn read(lines: &'static str) -> Self {
        let mut lists = Self { entries: Vec::new(), names: Vec::new() };
        for (name, words) in lines.lines().filter_map(|line| line.split_once(": ")) {
            lists.names.push(name);
            lists.entries.extend(words.split('/').map(|word| (word, name)));
        }
        lists.entries.sort_unstable();
        lists
    }

    /// The lists of which a word is in the text, each with the first such word. Latin words count only whole.
    pub fn found<'a>(&self, folded: &'a str) -> Vec<(&'static str, &'a str)> {
        let mut found: Vec<(&'static str, &'a str)> = Vec::new();
        for (at, first) in folded.char_indices() {
            for (word, name) in self.beginning_with(first) {
                if found.iter().all(|(known, _)| known != name) && stands_at(folded, at, word) {
                    found.push((name, &folded[at..at + word.len()]));
                }
            }
            if found.len() == self.names.len() {
                break;
            }
        }
        found
    }

    fn beginning_with(&self, first: char) -> &[(&'static str, &'static str)] {
        let begin = |word: &str| word.chars().next().unwrap_or_default();
        let from = self.entries.partition_point(|(word, _)| begin(word) < first);
        let length = self.entries[from..].partition_point(|(word, _)| begin(word) == first);
        &self.entries[from..from + length]
    }
}

fn stands_at(text: &str, at: usize, word: &str) -> bool {
    let latin = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text[at..].starts_with(word)
        && !(word.starts_with(latin) && text[..at].ends_with(latin))
        && !(word.ends_with(latin) && text[at + word.len()..].starts_with(latin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_words_count_whole_and_han_words_anywhere() {
        let lists = Lists::read("fire: fire/起火\nback: 退/退款\n");
        assert_eq!(lists.found("fired, misfire"), []);
        assert_eq!(lists.found("a fire!"), [("fire", "fire")]);
        assert_eq!(lists.found("我要退款，快起火了"), [("back", "退"), ("fire", "起火")]);
        assert_eq!(lists.found(""), []);
    }
}
