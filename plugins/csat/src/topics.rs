//! Tags of an answer: how it went and what it was about.

/// What a comment may be about, and the words it is known by.
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

/// The tags of a rating and its comment.
pub fn tags(rating: i32, comment: &str) -> Vec<String> {
    let mood = match rating {
        ..=2 => "dissatisfied",
        3 => "neutral",
        _ => "satisfied",
    };
    let comment = comment.to_lowercase();
    let about = TOPICS.iter().filter(|(_, words)| words.iter().any(|word| comment.contains(word)));
    std::iter::once(mood).chain(about.map(|(topic, _)| *topic)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_tagged_by_mood_and_topic() {
        assert_eq!(tags(1, "太慢了，态度也不好"), ["dissatisfied", "speed", "attitude"]);
        assert_eq!(tags(3, ""), ["neutral"]);
        assert_eq!(tags(5, "Friendly and fast"), ["satisfied", "speed", "attitude"]);
    }
}
