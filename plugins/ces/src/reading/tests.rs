//! Replies as customers write them in a chat, and what they mean.

use super::*;

fn found(text: &str) -> Option<(i32, String)> {
    read(text).map(|found| (found.rating, found.comment))
}

#[test]
fn ratings_are_read() {
    for (text, rating, rest) in [
        ("7", 7, ""),
        ("６分", 6, ""),
        ("七分", 7, ""),
        ("5/7, took two calls", 5, "took two calls"),
        ("满分", 7, ""),
        ("我给2分，打了三次电话", 2, "打了三次电话"),
        ("同意", 6, ""),
        ("我非常同意", 7, ""),
        ("十分同意，谢谢", 7, "谢谢"),
        ("不太同意，等太久了", 3, "等太久了"),
        ("太麻烦了", 1, ""),
        ("很方便", 7, ""),
        ("I agree", 6, ""),
        ("Strongly disagree. Three calls!", 1, "Three calls!"),
        ("It was very easy, thank you", 7, "thank you"),
    ] {
        assert_eq!(found(text), Some((rating, rest.to_owned())), "{text}");
    }
}

#[test]
fn the_scales_own_labels_are_read_back() {
    for labels in crate::texts::LABELS {
        for (rating, label) in (1..).zip(labels) {
            assert_eq!(found(label), Some((rating, String::new())), "{label}");
            assert_eq!(found(&format!("{rating} {label}")), Some((rating, String::new())), "{label}");
        }
    }
}

#[test]
fn what_is_no_answer_is_left_alone() {
    for text in [
        "0",
        "8",
        "10分",
        "5 stars",
        "7点能送到吗",
        "7天了还没到",
        "麻烦你们再来一趟",
        "麻烦",
        "同意退款",
        "同意，什么时候退款？",
        "easy to say",
        "not sure",
        "好的",
        "谢谢",
    ] {
        assert_eq!(found(text), None, "{text}");
    }
}
