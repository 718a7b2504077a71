//! What a comment is about.

/// Topics and the words that they are known by, in lower case.
const TOPICS: [(&str, &[&str]); 4] = [
    (
        "speed",
        &[
            "慢",
            "等了",
            "等太久",
            "拖",
            "及时",
            "很快",
            "快速",
            "slow",
            "wait",
            "late",
            "delay",
            "quick",
            "fast",
            "prompt",
        ],
    ),
    (
        "attitude",
        &[
            "态度", "礼貌", "耐心", "热情", "客气", "rude", "friendly", "polite", "patient", "attitude",
            "helpful",
        ],
    ),
    (
        "quality",
        &[
            "质量",
            "坏",
            "没修好",
            "没解决",
            "专业",
            "漏",
            "quality",
            "broken",
            "not fixed",
            "not solved",
            "defect",
        ],
    ),
    ("price", &["价格", "贵", "便宜", "收费", "price", "expensive", "cheap", "cost"]),
];

/// What a comment is about: `speed`, `attitude`, `quality`, `price`, none, one or several.
pub fn topics(comment: &str) -> Vec<&'static str> {
    let comment = comment.to_lowercase();
    let about = TOPICS.iter().filter(|(_, words)| words.iter().any(|word| comment.contains(word)));
    about.map(|(topic, _)| *topic).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_has_the_topics_that_it_names() {
        assert_eq!(topics("太慢了，态度也不好"), ["speed", "attitude"]);
        assert_eq!(topics("Friendly and FAST"), ["speed", "attitude"]);
        assert!(topics("").is_empty());
    }
}
