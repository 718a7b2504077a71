//! The words that speak of buying, complaining and refusing, in Chinese and English, and how they are found.

/// What a customer asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// Wants to buy or order.
    Order,
    /// A quotation.
    Quote,
    /// A trial, a demonstration, a sample.
    Trial,
    /// What it costs.
    Price,
    /// One of the operator's own words.
    Own,
    /// A discount.
    Discount,
    /// Whether and when it can be had.
    Stock,
}

impl Topic {
    /// How much it says about readiness to buy, 0 to 1.
    pub fn strength(self) -> f64 {
        match self {
            Self::Order => 1.0,
            Self::Quote | Self::Trial => 0.8,
            Self::Price | Self::Own => 0.7,
            Self::Discount => 0.6,
            Self::Stock => 0.5,
        }
    }
}

/// Strongest first, so that the first find is what a text counts for.
const BUYING: [(Topic, &[&str]); 6] = [
    (
        Topic::Order,
        &[
            "下单",
            "订购",
            "订货",
            "想买",
            "要买",
            "想购买",
            "要购买",
            "怎么买",
            "在哪买",
            "哪里买",
            "签合同",
            "付定金",
            "want to buy",
            "like to buy",
            "ready to buy",
            "want to order",
            "like to order",
            "place an order",
            "where can i buy",
            "how do i buy",
            "how can i order",
            "like to purchase",
            "want to purchase",
        ],
    ),
    (Topic::Quote, &["报价", "询价", "报个价", "quote", "quotation"]),
    (Topic::Trial, &["试用", "试驾", "演示", "样品", "trial", "demo", "sample", "samples"]),
    (
        Topic::Price,
        &[
            "多少钱",
            "价格",
            "什么价",
            "价位",
            "怎么卖",
            "怎么收费",
            "how much",
            "price",
            "prices",
            "pricing",
            "cost",
            "costs",
        ],
    ),
    (
        Topic::Discount,
        &[
            "优惠",
            "打折",
            "折扣",
            "便宜点",
            "便宜一点",
            "最低价",
            "团购",
            "discount",
            "discounts",
            "coupon",
            "special offer",
        ],
    ),
    (
        Topic::Stock,
        &[
            "现货",
            "有货",
            "库存",
            "交期",
            "多久到货",
            "in stock",
            "availability",
            "lead time",
            "delivery time",
        ],
    ),
];

const COMPLAINTS: [&str; 31] = [
    "投诉",
    "退款",
    "退货",
    "差评",
    "坏了",
    "不能用",
    "用不了",
    "太差",
    "骗子",
    "失望",
    "没发货",
    "没到货",
    "还没到",
    "没收到",
    "赔偿",
    "质量问题",
    "complaint",
    "complain",
    "refund",
    "money back",
    "broken",
    "defective",
    "damaged",
    "not working",
    "doesn't work",
    "does not work",
    "disappointed",
    "terrible",
    "awful",
    "not arrived",
    "never arrived",
];

const REFUSALS: [&str; 16] = [
    "不感兴趣",
    "没兴趣",
    "没有兴趣",
    "不需要了",
    "不用了",
    "不买了",
    "不考虑",
    "别再联系",
    "不要再联系",
    "退订",
    "not interested",
    "no longer interested",
    "unsubscribe",
    "stop contacting",
    "don't contact me",
    "bought elsewhere",
];

/// The strongest thing that a text asks about, and the word it was known by. `own` are the operator's words.
pub fn buying(text: &str, own: &[String]) -> Option<(Topic, String)> {
    let text = text.to_lowercase();
    let mut found = BUYING.iter().find_map(|(topic, words)| {
        words.iter().find(|word| says(&text, word)).map(|word| (*topic, (*word).to_owned()))
    });
    if found.as_ref().is_none_or(|(topic, _)| topic.strength() < Topic::Own.strength())
        && let Some(word) = own.iter().find(|word| says(&text, &word.to_lowercase()))
    {
        found = Some((Topic::Own, word.clone()));
    }
    found
}

/// The word by which a text complains.
pub fn complaint(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    COMPLAINTS.into_iter().find(|word| says(&text, word))
}

/// The word by which a text says that the customer doesn't want to buy.
pub fn refusal(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    REFUSALS.into_iter().find(|word| says(&text, word))
}

/// Whether a word stands in a text, as a whole word where it is written in Latin letters, and without a
/// negation before it.
fn says(text: &str, word: &str) -> bool {
    !word.is_empty()
        && text.match_indices(word).any(|(at, _)| {
            let (before, after) = (&text[..at], &text[at + word.len()..]);
            whole(before, word, after) && !negated(before)
        })
}

fn whole(before: &str, word: &str, after: &str) -> bool {
    let letter = |character: Option<char>| character.is_some_and(|each| each.is_ascii_alphanumeric());
    let starts = letter(word.chars().next()) && letter(before.chars().next_back());
    let ends = letter(word.chars().next_back()) && letter(after.chars().next());
    !starts && !ends
}

fn negated(before: &str) -> bool {
    // These only look like a negation: they ask.
    if ["有没有", "要不要", "能不能", "可不可以", "是不是"].iter().any(|asks| before.ends_with(asks))
    {
        return false;
    }
    let chinese = ["不", "不要", "不用", "不需要", "不想", "无需", "没有", "没", "别", "不是"];
    let english = [
        "no ",
        "not ",
        "n't ",
        "n't need a ",
        "n't need any ",
        "n't want a ",
        "no need for a ",
        "without ",
        "never ",
    ];
    chinese.iter().chain(&english).any(|negation| before.ends_with(negation))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(text: &str) -> Option<Topic> {
        buying(text, &[]).map(|(topic, _)| topic)
    }

    #[test]
    fn buying_is_heard_in_both_languages() {
        for (text, wanted) in [
            ("这款净水器多少钱？", Topic::Price),
            ("请给我一份报价，谢谢", Topic::Quote),
            ("有没有优惠？", Topic::Discount),
            ("我想买两台", Topic::Order),
            ("可以试用吗", Topic::Trial),
            ("S2 有现货吗", Topic::Stock),
            ("How much is it?", Topic::Price),
            ("Could you send me a QUOTE", Topic::Quote),
            ("I'd like to order three", Topic::Order),
            ("Is it in stock?", Topic::Stock),
            ("多少钱？没问题就下单", Topic::Order),
        ] {
            assert_eq!(topic(text), Some(wanted), "{text}");
        }
    }

    #[test]
    fn other_words_and_negations_are_not_heard() {
        for text in [
            "priceless",
            "I don't need a quote",
            "不需要报价",
            "没有优惠就算了",
            "谢谢，已经收到",
            "no discount needed",
            "",
        ] {
            assert_eq!(topic(text), None, "{text}");
        }
    }

    #[test]
    fn the_operators_words_count() {
        let own = ["Aquarius".to_owned()];
        assert_eq!(buying("tell me about AQUARIUS", &own), Some((Topic::Own, "Aquarius".to_owned())));
        assert_eq!(
            buying("how much is Aquarius? I want to buy", &own).map(|(topic, _)| topic),
            Some(Topic::Order)
        );
    }

    #[test]
    fn complaints_and_refusals_are_told_apart() {
        assert_eq!(complaint("我要投诉，屏幕坏了"), Some("投诉"));
        assert_eq!(complaint("I want a refund"), Some("refund"));
        assert_eq!(complaint("all good"), None);
        assert_eq!(refusal("不用了，谢谢"), Some("不用了"));
        assert_eq!(refusal("We are not interested."), Some("not interested"));
    }
}
