//! Finds the words of a list in a text.

/// A list of words, each with what it means; looked up by what a text starts with.
pub(super) struct Matcher<T> {
    /// Sorted by first character, longer words first.
    entries: Vec<(char, &'static str, T)>,
}

impl<T> Matcher<T> {
    /// From words and their meanings; empty words are left out.
    pub(super) fn new(words: impl IntoIterator<Item = (&'static str, T)>) -> Self {
        let mut entries: Vec<_> = words
            .into_iter()
            .filter_map(|(word, meaning)| Some((word.chars().next()?, word, meaning)))
            .collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.len().cmp(&a.1.len())));
        Self { entries }
    }

    /// The words that stand at this byte of the text, longest first. Latin words count only whole.
    pub(super) fn at<'a>(
        &'a self,
        text: &'a str,
        at: usize,
    ) -> impl Iterator<Item = (&'static str, &'a T)> + 'a {
        let rest = &text[at..];
        let first = rest.chars().next();
        // Inside a Latin word nothing can begin, so most letters of English text are passed over here.
        let inside = first.is_some_and(|c| c.is_ascii_alphanumeric())
            && at > 0
            && text.as_bytes()[at - 1].is_ascii_alphanumeric();
        let from = match first {
            Some(first) if !inside => self.entries.partition_point(|entry| entry.0 < first),
            _ => self.entries.len(),
        };
        self.entries[from..]
            .iter()
            .take_while(move |entry| Some(entry.0) == first)
            .filter(move |(_, word, _)| {
                rest.starts_with(word)
                    && !(word.ends_with(|c: char| c.is_ascii_alphanumeric())
                        && rest[word.len()..].starts_with(|c: char| c.is_ascii_alphanumeric()))
            })
            .map(|(_, word, meaning)| (*word, meaning))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_words_count_whole_and_han_words_anywhere() {
        let matcher = Matcher::new([("fire", 1), ("退", 2), ("退款", 3)]);
        let found = |text: &str, at| matcher.at(text, at).map(|(_, id)| *id).collect::<Vec<_>>();
        assert_eq!(found("fire!", 0), [1]);
        assert_eq!(found("fired", 0), [] as [i32; 0]);
        assert_eq!(found("misfire", 3), [] as [i32; 0]);
        assert_eq!(found("要退款了", 3), [3, 2]);
    }
}
