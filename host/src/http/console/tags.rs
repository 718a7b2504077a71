//! Tags as people write them: one after the other, with commas between.

/// Tags as a text.
pub fn write(tags: &[String]) -> String {
    tags.join(", ")
}

/// The tags of a text, each once. Chinese commas part them, too.
pub fn read(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split([',', '，', '、', ';', '；', '\n']).map(str::trim).filter(|tag| !tag.is_empty())
    {
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_parted_by_commas_of_either_script() {
        assert_eq!(read(" 退款，vip, 退款 、,new tag"), ["退款", "vip", "new tag"]);
        assert_eq!(read(&write(&["a b".to_owned(), "c".to_owned()])), ["a b", "c"]);
    }
}
