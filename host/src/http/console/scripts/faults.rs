//! What is wrong with a script, by the place that the message names.

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SourceFault {
    /// The file that it names.
    pub file: Option<String>,
    /// Its line there, from 1 on.
    pub line: Option<u32>,
    /// And its column.
    pub column: Option<u32>,
    /// What is said.
    pub text: String,
}

/// What a message says. It names a place as `plugin.js:3:5`, or as `plugin.toml: ... at line 3, column 5`.
pub(super) fn read(message: &str, files: &[&str]) -> SourceFault {
    let named = files.iter().filter_map(|file| Some((message.find(file)?, *file)));
    // The first that is named, and of two that begin there the longer one.
    let first = named.min_by_key(|(at, file)| (*at, std::cmp::Reverse(file.len())));
    let fault = SourceFault { file: None, line: None, column: None, text: message.to_owned() };
    let Some((at, file)) = first else { return fault };
    let rest = &message[at + file.len()..];
    let mut numbers = rest.strip_prefix(':').unwrap_or_default().split(':').map(leading);
    let (line, column) = match numbers.next().flatten() {
        Some(line) => (Some(line), numbers.next().flatten()),
        None => (after(rest, "line "), after(rest, "column ")),
    };
    SourceFault { file: Some(file.to_owned()), line, column, ..fault }
}

fn leading(text: &str) -> Option<u32> {
    let digits = text.split(|sign: char| !sign.is_ascii_digit()).next()?;
    digits.parse().ok().filter(|number| *number > 0)
}

fn after(text: &str, word: &str) -> Option<u32> {
    text.split_once(word).and_then(|(_, rest)| leading(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_as_engines_and_parsers_name_them() {
        let files = ["plugin.js", "lib/plugin.js", "plugin.toml"];
        for (message, file, line, column) in [
            ("Error: unexpected token ';'\n    at plugin.js:3:22", Some("plugin.js"), Some(3), Some(22)),
            ("lib/plugin.js:7: no", Some("lib/plugin.js"), Some(7), None),
            ("plugin.toml: TOML parse error at line 4, column 9", Some("plugin.toml"), Some(4), Some(9)),
            ("plugin.js imports ./x", Some("plugin.js"), None, None),
            ("the memory is used up", None, None, None),
        ] {
            let fault = read(message, &files);
            assert_eq!((fault.file.as_deref(), fault.line, fault.column), (file, line, column), "{message}");
        }
    }
}
