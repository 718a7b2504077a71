//! Addresses that a text only shows by a word: links and mentions, put behind what they stand on.

use serde_json::Value as Json;

/// The text with the address of each hidden link behind its words: `the quote (https://...)`. Offsets count UTF-16 units;
/// one that points nowhere is moved to the nearest place, so that no address is lost.
pub fn with_addresses(text: &str, entities: &Json) -> String {
    let mut found: Vec<(usize, String)> = Vec::new();
    for entity in entities.as_array().into_iter().flatten() {
        let Some(address) = address(entity) else { continue };
        let end = end(text, entity);
        // Words that are the address already, and two links on the same words, need it once.
        if !text[..end].ends_with(&address) && !found.contains(&(end, address.clone())) {
            found.push((end, address));
        }
    }
    found.sort_by_key(|(end, _)| *end);
    let mut whole = String::with_capacity(text.len());
    let mut from = 0;
    for (end, address) in found {
        whole.push_str(&text[from..end]);
        if !whole.is_empty() && !whole.ends_with(char::is_whitespace) {
            whole.push(' ');
        }
        whole.push('(');
        whole.push_str(&address);
        whole.push(')');
        from = end;
    }
    whole + &text[from..]
}

/// The address that an entity hides; none when its words show all there is.
fn address(entity: &Json) -> Option<String> {
    match entity["type"].as_str()? {
        "text_link" => entity["url"].as_str().filter(|url| !url.is_empty()).map(str::to_owned),
        // Somebody without a user name: the account's number is the only way to find them.
        "text_mention" => entity["user"]["id"].as_i64().map(|id| format!("tg://user?id={id}")),
        _ => None,
    }
}

/// Where an entity ends, in bytes; never within what belongs together on screen.
fn end(text: &str, entity: &Json) -> usize {
    let offset = entity["offset"].as_i64().unwrap_or(i64::MAX);
    let length = entity["length"].as_i64().unwrap_or(0);
    // An offset before the text can't be where its words end.
    let wanted = if offset < 0 || length < 0 { i64::MAX } else { offset.saturating_add(length) };
    let mut units = 0_i64;
    let mut end = text.len();
    for (at, character) in text.char_indices() {
        if units >= wanted {
            end = at;
            break;
        }
        units += if character > '\u{ffff}' { 2 } else { 1 };
    }
    let clings = |character: char| matches!(character, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{0300}'..='\u{036f}' | '\u{1f3fb}'..='\u{1f3ff}');
    while let Some(next) = text[end..].chars().next() {
        if !clings(next) && !text[..end].ends_with('\u{200d}') {
            break;
        }
        end += next.len_utf8();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn link(offset: i64, length: i64, url: &str) -> Json {
        json!({"type": "text_link", "offset": offset, "length": length, "url": url})
    }

    #[test]
    fn addresses_stand_behind_their_words() {
        let text = "👩‍👩‍👧‍👦🔥 请看报价单和这个视频，价格对吗？";
        let entities = json!([
            link(20, 4, "https://b.example/?a=1&b=2"),
            link(16, 3, "https://a.example/"),
            {"type": "bold", "offset": 0, "length": 11},
        ]);
        assert_eq!(
            with_addresses(text, &entities),
            "👩‍👩‍👧‍👦🔥 请看报价单 (https://a.example/)和这个视频 (https://b.example/?a=1&b=2)，价格对吗？"
        );
        let mention = json!([{"type": "text_mention", "offset": 0, "length": 2, "user": {"id": 42}}]);
        assert_eq!(with_addresses("Al, hi", &mention), "Al (tg://user?id=42), hi");
    }

    #[test]
    fn offsets_that_point_nowhere_lose_nothing_and_cut_nothing() {
        for (offset, length) in [(4, 900), (-3, 1), (0, -1), (900, 1), (i64::MAX, i64::MAX), (i64::MIN, 5)] {
            let entities = json!([link(offset, length, "https://x.example/")]);
            assert_eq!(with_addresses("偏移", &entities), "偏移 (https://x.example/)", "{offset} {length}");
        }
        // Within a surrogate pair, within a family, and without numbers.
        let within = |offset, length, text| with_addresses(text, &json!([link(offset, length, "u:")]));
        assert_eq!(within(0, 1, "😀b"), "😀 (u:)b");
        assert_eq!(within(0, 3, "👩‍👩‍👧b"), "👩‍👩‍👧 (u:)b");
        assert_eq!(within(0, 1, ""), "(u:)");
        let odd = json!([{"type": "text_link", "url": "u:", "offset": "0"}, {"type": "text_link"}, 7, null]);
        assert_eq!(with_addresses("ab", &odd), "ab (u:)");
        assert_eq!(with_addresses("ab", &json!({"type": "text_link"})), "ab");
    }

    #[test]
    fn an_address_that_is_seen_is_not_said_again() {
        let twice = json!([link(0, 18, "https://x.example/"), link(0, 18, "https://x.example/")]);
        assert_eq!(with_addresses("https://x.example/", &twice), "https://x.example/");
        let twice = json!([link(0, 4, "https://x.example/"), link(0, 4, "https://x.example/")]);
        assert_eq!(with_addresses("here", &twice), "here (https://x.example/)");
    }
}
