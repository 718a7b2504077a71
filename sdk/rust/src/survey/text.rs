//! Texts as people type them in a chat.

/// A text without what stands around it: full-width letters, digits and `／＋` in their ordinary form, the variation marks
/// of emoji dropped. Chinese punctuation stays, for the comment's sake.
pub fn plain(text: &str) -> String {
    text.trim()
        .chars()
        .filter(|character| !matches!(character, '\u{fe0e}' | '\u{fe0f}' | '\u{20e3}'))
        .map(|character| match character {
            '\u{ff10}'..='\u{ff19}'
            | '\u{ff21}'..='\u{ff3a}'
            | '\u{ff41}'..='\u{ff5a}'
            | '\u{ff0f}'
            | '\u{ff0b}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
            '\u{3000}' => ' ',
            _ => character,
        })
        .collect()
}

/// The comment in what follows a rating: without what joins them, and empty when it says nothing.
pub fn comment(rest: &str) -> String {
    let joins = |character: char| is_separator(character) || "!！~～)）".contains(character);
    let rest = rest.trim_start_matches(joins);
    // What only closes the sentence says nothing.
    if rest.chars().any(char::is_alphanumeric) { rest.trim_end().to_owned() } else { String::new() }
}

/// Whether a mark may stand between a rating and a comment.
pub fn is_separator(character: char) -> bool {
    character.is_whitespace() || ",，.。;；:：、-—–|".contains(character)
}

/// Whether a character is an emoji or one of the older signs that look like one.
pub fn is_emoji(character: char) -> bool {
    matches!(u32::from(character), 0x2600..=0x27bf | 0x2b50 | 0x1f300..=0x1faff)
}

/// Whether a text asks something.
pub fn asks(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["?", "？", "吗", "怎么", "什么时候", "多少", "哪里", "几点", "能不能", "可不可以", "有没有"]
        .iter()
        .any(|mark| lower.contains(mark))
}

/// Whether a text wants something done, so that a kind word before it is only politeness.
pub fn wants(text: &str) -> bool {
    let lower = text.to_lowercase();
    [
        "我要",
        "我想",
        "想要",
        "请问",
        "麻烦",
        "帮我",
        "下单",
        "i want",
        "i need",
        "i'd like",
        "can you",
        "could you",
        "please send",
        "please call",
        "let's",
        "see you",
    ]
    .iter()
    .any(|mark| lower.contains(mark))
}
