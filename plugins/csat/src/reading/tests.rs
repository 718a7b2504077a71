//! Replies as customers write them in a chat, and what they mean.

use super::*;

fn found(text: &str) -> Option<(i32, String)> {
    read(text).map(|found| (found.rating, found.comment))
}

#[test]
fn numbers_are_ratings() {
    for (text, rating, comment) in [
        ("5", 5, ""),
        (" ５ ", 5, ""),
        ("4!", 4, ""),
        ("5分", 5, ""),
        ("5 分", 5, ""),
        ("五分，谢谢", 5, "谢谢"),
        ("五分谢谢", 5, "谢谢"),
        ("四星", 4, ""),
        ("3颗星", 3, ""),
        ("五星好评", 5, ""),
        ("我给5分", 5, ""),
        ("打五分", 5, ""),
        ("给个四星吧", 4, "吧"),
        ("评分：4", 4, ""),
        ("满分", 5, ""),
        ("五", 5, ""),
        ("5, 谢谢", 5, "谢谢"),
        ("5，态度很好", 5, "态度很好"),
        ("2。等了三天才有人来", 2, "等了三天才有人来"),
        ("1分！太慢了", 1, "太慢了"),
        ("4/5, thanks", 4, "thanks"),
        ("4 out of 5", 4, ""),
        ("5 stars", 5, ""),
        ("3 stars - slow delivery", 3, "slow delivery"),
        ("5 thanks", 5, "thanks"),
        ("5 - great service", 5, "great service"),
        ("2, can you call me back?", 2, "can you call me back?"),
        ("I give it a 4", 4, ""),
        ("Rating: 3", 3, ""),
        ("5👍", 5, ""),
        ("5 good service", 5, "good service"),
        ("4 stars for the driver", 4, "for the driver"),
    ] {
        assert_eq!(found(text), Some((rating, comment.to_owned())), "{text}");
    }
}

#[test]
fn emoji_are_ratings() {
    for (text, rating) in [
        ("⭐⭐⭐⭐", 4),
        ("⭐️⭐️⭐️⭐️⭐️ 谢谢", 5),
        ("★★★☆☆", 3),
        ("👍", 5),
        ("👍🏽👍🏽", 5),
        ("👎", 1),
        ("😐", 3),
        ("🙂 thanks", 4),
        ("😡😡", 1),
    ] {
        assert_eq!(read(text).map(|found| found.rating), Some(rating), "{text}");
    }
}

#[test]
fn words_are_ratings() {
    for (text, rating, comment) in [
        ("非常满意", 5, ""),
        ("很满意！", 5, ""),
        ("满意", 4, ""),
        ("比较满意", 4, ""),
        ("还算满意吧", 4, ""),
        ("一般", 3, ""),
        ("不满意", 2, ""),
        ("不太满意", 2, ""),
        ("不是很满意，等太久了", 2, "等太久了"),
        ("很不满意", 1, ""),
        ("非常不满意。没有人回电话", 1, "没有人回电话"),
        ("你们的服务我很满意", 5, ""),
        ("满意，谢谢", 4, "谢谢"),
        ("不满意，我要退货", 2, "我要退货"),
        ("服务态度很好", 5, ""),
        ("太差了", 1, ""),
        ("没能让我满意", 2, ""),
        ("你们的服务让我很满意", 5, ""),
        ("没什么不满意的", 4, ""),
        ("还行吧", 3, ""),
        ("不错，谢谢", 4, "谢谢"),
        ("very satisfied", 5, ""),
        ("Satisfied.", 4, ""),
        ("I am very satisfied with the service", 5, ""),
        ("not satisfied, still broken", 2, "still broken"),
        ("very dissatisfied", 1, ""),
        ("Dissatisfied", 2, ""),
        ("Neutral", 3, ""),
        ("Excellent!", 5, ""),
        ("It was terrible", 1, ""),
        ("very good service, thank you", 5, "thank you"),
    ] {
        assert_eq!(found(text), Some((rating, comment.to_owned())), "{text}");
    }
}

#[test]
fn the_scales_own_labels_are_read_back() {
    for labels in crate::texts::LABELS {
        for (rating, label) in (1..).zip(labels) {
            assert_eq!(found(label), Some((rating, String::new())), "{label}");
        }
    }
}

#[test]
fn what_is_no_answer_is_left_alone() {
    for text in [
        "",
        "?",
        "我要买5个",
        "5个",
        "5台多少钱",
        "5 boxes please",
        "5 more please",
        "5分钟后到",
        "三分之一",
        "3分20秒",
        "5点能送到吗",
        "5:30",
        "5-6天",
        "5.5",
        "5元",
        "5%",
        "给 5 台",
        "5 good filters",
        "5 very large boxes",
        "4/5 到货",
        "5 points to discuss",
        "-5",
        "0",
        "6",
        "10",
        "10分钟",
        "55",
        "13800138000",
        "+4930123456",
        "2026-01-05",
        "5, 6 and 7 are broken",
        "1. 发票没收到\n2. 少了一个滤芯",
        "1、怎么退货？",
        "好的",
        "ok",
        "谢谢",
        "收到",
        "什么时候发货？",
        "您满意吗？",
        "如果满意我就下单",
        "等你们让我满意",
        "希望下次能满意",
        "一般多久到货",
        "不错，多少钱？",
        "太好了，我要下单",
        "perfect, can you send me the invoice?",
        "good morning",
        "I would be satisfied",
        "👍 什么时候到？",
        "⭐⭐⭐⭐⭐⭐",
        "五楼没有水",
        "两个月了还没修好",
        "4号线坏了",
        "三星手机还有货吗",
    ] {
        assert_eq!(found(text), None, "{text}");
    }
}
