//! Customers whose score people would agree about.

use super::*;

const NOW: i64 = 1_767_600_000_000_000;
const DAY_US: i64 = 86_400_000_000;

fn said(text: &str, days_ago: i64) -> Touch {
    Touch { kind: "message".into(), inbound: true, at: NOW - days_ago * DAY_US, text: text.into() }
}

fn customer(touches: Vec<Touch>, attributes: Vec<Attribute>) -> Subject {
    Subject { id: "018f0000-0000-7000-8000-000000000001".into(), attributes, touches }
}

fn zh(subject: &Subject) -> Scored {
    score(subject, &Weights::default(), Language::Chinese, NOW)
}

#[test]
fn somebody_who_asks_to_order_is_hot() {
    let scored = zh(&customer(
        vec![said("可以下单了吗", 0), said("有没有优惠？", 1), said("多少钱", 2)],
        vec![Attribute::new("stage", "prospect"), Attribute::new("csat", 0.75)],
    ));
    assert_eq!(scored.grade, "hot", "{scored:?}");
    assert!(
        scored.reasons.iter().any(|reason| reason.contains("下单") && reason.contains("今天")),
        "{scored:?}"
    );
}

#[test]
fn a_first_question_about_the_price_is_warm_and_fades() {
    let at = |days| zh(&customer(vec![said("多少钱", days)], vec![Attribute::new("stage", "lead")])).value;
    assert!((30.0..60.0).contains(&at(0)), "{}", at(0));
    assert!(at(0) > at(14) && at(14) > at(60));
    assert!(at(60) < 12.0);
}

#[test]
fn a_touch_counts_half_after_the_half_life() {
    let mut weights = Weights { activity: 0.0, half_life_days: 7.0, ..Weights::default() };
    weights.intent = 100.0;
    let scored = score(&customer(vec![said("price?", 7)], Vec::new()), &weights, Language::English, NOW);
    // 0.7 signs at half freshness: 0.35 / (0.35 + 0.6).
    assert!((scored.value - 36.8).abs() < 0.05, "{scored:?}");
    assert_eq!(scored.reasons, ["Asked about the price (“price”, 7 days ago): +37"]);
}

#[test]
fn a_complaint_lowers_the_score_and_voids_its_own_words() {
    let asks = vec![said("想要报价", 3)];
    let mut complains = vec![said("价格那么高还坏了，我要投诉", 0)];
    complains.extend(asks.clone());
    let (before, after) = (zh(&customer(asks, Vec::new())), zh(&customer(complains, Vec::new())));
    assert!(after.value < before.value - 10.0, "{before:?} {after:?}");
    assert!(after.reasons.iter().any(|reason| reason.contains("投诉") && reason.contains('−')), "{after:?}");
}

#[test]
fn a_refusal_voids_what_was_asked_before_it_and_not_after() {
    let refused = zh(&customer(vec![said("不感兴趣，谢谢", 1), said("多少钱", 2)], Vec::new()));
    assert_eq!(refused.grade, "cold");
    assert!(refused.reasons.iter().any(|reason| reason.contains("不感兴趣")), "{refused:?}");
    let again = zh(&customer(vec![said("还是想买", 0), said("不感兴趣，谢谢", 1)], Vec::new()));
    assert!(again.value > refused.value + 20.0);
}

#[test]
fn only_what_the_customer_said_counts() {
    let ours = Touch { inbound: false, ..said("现在下单有优惠，多少钱都可以谈", 0) };
    let scored = zh(&customer(vec![ours], Vec::new()));
    assert_eq!((scored.value, scored.grade), (0.0, "cold"));
    assert_eq!(scored.reasons.len(), 1);
}

#[test]
fn the_score_stays_between_0_and_100_and_the_weightiest_reason_comes_first() {
    let many: Vec<Touch> = (0..200).map(|_| said("下单，多少钱，报价", 0)).collect();
    let best = zh(&customer(
        many,
        vec![
            Attribute::new("stage", "repeat"),
            Attribute::new("orders", 40_i64),
            Attribute::new("csat", 1.0),
        ],
    ));
    assert!((95.0..=100.0).contains(&best.value), "{best:?}");
    assert!(best.reasons[0].contains("下单"), "{best:?}");
    let worst = zh(&customer(vec![said("退款", 0), said("投诉", 0)], vec![Attribute::new("csat", 0.0)]));
    assert_eq!(worst.value, 0.0);
    assert!(worst.reasons[0].contains("退款"), "{worst:?}");
}

#[test]
fn reasons_are_in_the_language_that_was_set() {
    let subject = customer(
        vec![said("How much is it? 多少钱", 1)],
        vec![Attribute::new("stage", "lead"), Attribute::new("orders", 1_i64), Attribute::new("csat", 0.0)],
    );
    let english = score(&subject, &Weights::default(), Language::English, NOW);
    assert!(english.reasons.iter().any(|reason| reason.contains("1 order")), "{english:?}");
    assert!(english.reasons.iter().any(|reason| reason.contains("yesterday")), "{english:?}");
    let chinese = zh(&subject);
    assert!(chinese.reasons.iter().any(|reason| reason.contains("昨天")), "{chinese:?}");
    assert!(chinese.reasons.iter().any(|reason| reason.contains("满意度")), "{chinese:?}");
}
