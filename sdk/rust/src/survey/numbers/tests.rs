//! Replies as customers write them in a chat, on three scales.

use super::super::{comment, plain};
use super::*;

const TEN: Scale = Scale::new(0, 10);
const SEVEN: Scale = Scale::new(1, 7);

fn rated(text: &str, scale: Scale) -> Option<(i32, String)> {
    let text = plain(text);
    number(&text, scale).map(|(rating, rest)| (rating, comment(rest)))
}

#[test]
fn numbers_from_0_to_10_are_read() {
    for (text, rating, rest) in [
        ("10分", 10, ""),
        ("十分", 10, ""),
        ("十分！", 10, ""),
        ("十分，谢谢", 10, "谢谢"),
        ("9/10", 9, ""),
        ("９／１０", 9, ""),
        ("７", 7, ""),
        ("7️⃣", 7, ""),
        ("eight", 8, ""),
        ("Eight!", 8, ""),
        ("nine out of ten", 9, ""),
        ("8 out of 10", 8, ""),
        ("I'd give it an 8", 8, ""),
        ("Ten, thanks", 10, "thanks"),
        ("0", 0, ""),
        ("０分", 0, ""),
        ("零分", 0, ""),
        ("〇", 0, ""),
        ("zero", 0, ""),
        ("满分", 10, ""),
        ("给满分", 10, ""),
        ("10/10", 10, ""),
        ("我会打八分，送货有点慢", 8, "送货有点慢"),
        ("6分吧，太贵了", 6, "吧，太贵了"),
        ("10", 10, ""),
        ("10 - great service", 10, "great service"),
        ("0, nobody called me back", 0, "nobody called me back"),
    ] {
        assert_eq!(rated(text, TEN), Some((rating, rest.to_owned())), "{text}");
    }
}

#[test]
fn what_is_off_the_scale_or_counts_something_else_is_none() {
    for text in [
        "11",
        "11分",
        "100",
        "100分",
        "一百分",
        "-1",
        "05",
        "8.5",
        "8.5分",
        "9/100",
        "9/10/2026",
        "10/5",
        "9/10 到货",
        "十分愿意",
        "十分满意",
        "十分钟",
        "十一",
        "五六个",
        "八分半",
        "10分钟",
        "10点",
        "10 boxes",
        "8 or 9",
        "8-9",
        "ten boxes please",
        "one moment",
        "one more thing",
        "someone",
        "tenth",
        "两个月了",
        "一",
    ] {
        let found = rated(text, TEN);
        // `一` alone is a rating; the rest isn't.
        assert_eq!(found.is_some(), text == "一", "{text}: {found:?}");
    }
}

#[test]
fn stars_mean_nothing_on_other_scales() {
    for text in ["5星", "五颗星", "5 stars", "全五星"] {
        assert_eq!(rated(text, TEN), None, "{text}");
        assert_eq!(rated(text, SEVEN), None, "{text}");
        assert_eq!(rated(text, Scale::STARS).map(|(rating, _)| rating), Some(5), "{text}");
    }
}

#[test]
fn each_scale_has_its_own_ends() {
    assert_eq!(rated("7/7", SEVEN), Some((7, String::new())));
    assert_eq!(rated("满分", SEVEN), Some((7, String::new())));
    assert_eq!(rated("seven", SEVEN), Some((7, String::new())));
    assert_eq!(rated("five of 7", SEVEN), Some((5, String::new())));
    for text in ["0", "8", "8分", "eight", "零分", "5/5", "5/10"] {
        assert_eq!(rated(text, SEVEN), None, "{text}");
    }
    assert_eq!(rated("十分满意", Scale::STARS), None);
    assert_eq!(rated("6", Scale::STARS), None);
}
