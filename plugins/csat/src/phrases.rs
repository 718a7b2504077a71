//! Ratings given in words: `非常满意`, `不太满意`, `very satisfied`, `excellent`.

use hospes_sdk::survey::{clause, words};

/// What stands before `满意`, and the rating it makes. Longer ones first, because `不太` would else be
/// found as `太`.
const BEFORE_MANYI: [(&str, i32); 46] = [
    ("没什么不", 4),
    ("没有什么不", 4),
    ("没有任何不", 4),
    ("没有不", 4),
    ("没能", 2),
    ("并没有", 2),
    ("没", 2),
    ("从来不", 1),
    ("一点也不", 1),
    ("一点都不", 1),
    ("完全不", 1),
    ("非常不", 1),
    ("十分不", 1),
    ("特别不", 1),
    ("相当不", 1),
    ("极其不", 1),
    ("很不", 1),
    ("极不", 1),
    ("太不", 1),
    ("不是很", 2),
    ("不是太", 2),
    ("不怎么", 2),
    ("不能", 2),
    ("不太", 2),
    ("不大", 2),
    ("不够", 2),
    ("没有", 2),
    ("不", 2),
    ("比较", 4),
    ("还算", 4),
    ("基本上", 4),
    ("基本", 4),
    ("总体", 4),
    ("还", 4),
    ("挺", 4),
    ("较", 4),
    ("非常的", 5),
    ("非常", 5),
    ("十分", 5),
    ("特别", 5),
    ("超级", 5),
    ("相当", 5),
    ("极其", 5),
    ("超", 5),
    ("很", 5),
    ("太", 5),
];

/// What stands before `satisfied`. Longer ones first.
const BEFORE_SATISFIED: [(&str, i32); 24] = [
    ("not dis", 3),
    ("not un", 3),
    ("never ", 2),
    ("not at all ", 1),
    ("very dis", 1),
    ("extremely dis", 1),
    ("completely dis", 1),
    ("totally dis", 1),
    ("very un", 1),
    ("extremely un", 1),
    ("not very ", 2),
    ("not really ", 2),
    ("not fully ", 2),
    ("not ", 2),
    ("n't ", 2),
    ("dis", 2),
    ("un", 2),
    ("very ", 5),
    ("extremely ", 5),
    ("completely ", 5),
    ("totally ", 5),
    ("highly ", 5),
    ("fully ", 5),
    ("more than ", 5),
];

/// Words that are an answer when they are all of a clause. They are looser than the scale's own words, so
/// they don't count when the text also asks or wants something.
const LOOSE: [(&str, i32); 66] = [
    ("差评", 1),
    ("太差了", 1),
    ("太差", 1),
    ("很差", 1),
    ("非常差", 1),
    ("糟透了", 1),
    ("糟糕", 1),
    ("垃圾", 1),
    ("很失望", 1),
    ("非常失望", 1),
    ("不好", 2),
    ("不太好", 2),
    ("不怎么样", 2),
    ("有点失望", 2),
    ("失望", 2),
    ("差", 2),
    ("一般", 3),
    ("一般般", 3),
    ("一般吧", 3),
    ("还行", 3),
    ("还行吧", 3),
    ("还可以", 3),
    ("凑合", 3),
    ("马马虎虎", 3),
    ("中等", 3),
    ("普通", 3),
    ("不错", 4),
    ("挺好", 4),
    ("挺好的", 4),
    ("还不错", 4),
    ("蛮好的", 4),
    ("很好", 5),
    ("非常好", 5),
    ("太好了", 5),
    ("很棒", 5),
    ("太棒了", 5),
    ("棒", 5),
    ("完美", 5),
    ("好评", 5),
    ("很不错", 5),
    ("非常不错", 5),
    ("terrible", 1),
    ("awful", 1),
    ("horrible", 1),
    ("very bad", 1),
    ("very poor", 1),
    ("worst", 1),
    ("the worst", 1),
    ("bad", 2),
    ("poor", 2),
    ("not good", 2),
    ("not happy", 2),
    ("unhappy", 2),
    ("disappointed", 2),
    ("neutral", 3),
    ("average", 3),
    ("so so", 3),
    ("so-so", 3),
    ("good", 4),
    ("happy", 4),
    ("pretty good", 4),
    ("very good", 5),
    ("excellent", 5),
    ("perfect", 5),
    ("very happy", 5),
    ("awesome", 5),
];

/// Reads a rating in the first clause of a text; returns it with the rest of the text.
pub fn read(text: &str) -> Option<(i32, &str)> {
    let (first, rest) = clause(text)?;
    match scale_words(&first.to_ascii_lowercase()) {
        Some(rating) => Some((rating, rest)),
        None => words(text, &LOOSE),
    }
}

/// The scale's own words, `满意` and `satisfied`, at the end of a clause.
fn scale_words(clause: &str) -> Option<i32> {
    let end = clause.trim_end_matches(|character: char| !character.is_alphanumeric());
    let end = [
        "极了",
        "了",
        "的",
        "啊",
        "哦",
        "吧",
        "呢",
        "哈",
        "啦",
        " thanks",
        " thank you",
        "谢谢",
        " with it",
        " with the service",
        " overall",
    ]
    .iter()
    .fold(end, |end, tail| end.strip_suffix(tail).unwrap_or(end))
    .trim_end();
    if clause.contains("满意极了") {
        return Some(5);
    }
    if let Some(before) = end.strip_suffix("满意") {
        // Somebody who speaks of a condition or a wish gives no rating.
        let conditional = ["如果", "要是", "希望", "直到", "才能", "才", "让您", "让客户"]
            .iter()
            .any(|word| before.contains(word));
        let conditional = conditional || before.starts_with('等');
        // `没能让我满意`: the degree stands before.
        let before = before.strip_suffix("让我").unwrap_or(before);
        return (!conditional).then(|| weigh(before, &BEFORE_MANYI));
    }
    let before = end.strip_suffix("satisfied")?;
    let conditional =
        ["if ", "until ", "would be ", "will be ", "once "].iter().any(|word| before.contains(word));
    let whole =
        before.is_empty() || before.ends_with(' ') || before.ends_with("dis") || before.ends_with("un");
    (whole && !conditional).then(|| weigh(before, &BEFORE_SATISFIED))
}

/// 4 without any word of degree.
fn weigh(before: &str, degrees: &[(&str, i32)]) -> i32 {
    degrees.iter().find(|(words, _)| before.ends_with(words)).map_or(4, |(_, rating)| *rating)
}
