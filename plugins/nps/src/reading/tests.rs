//! Replies as customers write them in a chat, and what they mean.

use super::*;

fn found(text: &str) -> Option<(i32, String)> {
    read(text).map(|found| (found.rating, found.comment))
}

#[test]
fn scores_are_read() {
    for (text, score, rest) in [
        ("10分", 10, ""),
        ("十分", 10, ""),
        ("9/10", 9, ""),
        ("７", 7, ""),
        ("eight", 8, ""),
        ("0", 0, ""),
        ("8分，送货有点慢", 8, "送货有点慢"),
        ("不会推荐", 0, ""),
        ("我不会推荐，太贵了", 0, "太贵了"),
        ("不会推荐的", 0, ""),
        ("看情况吧", 5, ""),
        ("一定会推荐！", 10, ""),
        ("我会推荐给朋友，服务很好", 9, "服务很好"),
        ("十分愿意", 10, ""),
        ("非常可能", 10, ""),
        ("不太可能", 3, ""),
        ("I would recommend, thanks", 9, "thanks"),
        ("I wouldn't recommend. Still broken", 0, "Still broken"),
        ("Definitely!", 10, ""),
        ("probably not", 3, ""),
    ] {
        assert_eq!(found(text), Some((score, rest.to_owned())), "{text}");
    }
}

#[test]
fn the_ends_labels_are_read_back() {
    for [lowest, highest] in crate::texts::ENDS {
        assert_eq!(found(lowest), Some((0, String::new())), "{lowest}");
        assert_eq!(found(highest), Some((10, String::new())), "{highest}");
        assert_eq!(found(&format!("0 {lowest}")).map(|(score, _)| score), Some(0));
        assert_eq!(found(&format!("10 {highest}")).map(|(score, _)| score), Some(10));
    }
}

#[test]
fn what_is_no_answer_is_left_alone() {
    for text in [
        "11",
        "11分",
        "100分",
        "-3",
        "8.5",
        "5 stars",
        "10分钟后到",
        "10台多少钱",
        "10 boxes please",
        "9/10 到货",
        "十分抱歉",
        "推荐一款净水器",
        "你们推荐哪一款？",
        "会推荐吗",
        "一般多久到货",
        "如果修好了我会推荐",
        "could you recommend a filter?",
        "I recommend that you call me",
        "maybe tomorrow",
        "好的",
        "ok",
        "谢谢",
        "13800138000",
        "",
    ] {
        assert_eq!(found(text), None, "{text}");
    }
}
