//! The two languages in which people are written to.

/// A language of the person who is notified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Chinese.
    Chinese,
    /// English, which stands for every other language, too.
    English,
}

impl Language {
    /// The language of a BCP 47 tag such as `zh-CN`.
    pub fn of(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("zh") { Self::Chinese } else { Self::English }
    }

    /// The text in this language.
    pub fn pick<T>(self, chinese: T, english: T) -> T {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_by_their_first_part() {
        for tag in ["zh", "zh-CN", "ZH-Hant", "zh_CN"] {
            assert_eq!(Language::of(tag), Language::Chinese, "{tag}");
        }
        for tag in ["", "en", "de-AT", "zha"] {
            assert_eq!(Language::of(tag), Language::English, "{tag}");
        }
    }
}
