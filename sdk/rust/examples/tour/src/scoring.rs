//! `scoring`: how loyal a customer is. A point for each hundred of orders in CNY, five for each message.

use hospes_sdk::scoring::{CustomerScore, Subject};
use hospes_sdk::{Error, Money, Scoring, Value};

use crate::Radwerk;
use crate::shop::staff_is_chinese;

impl Scoring for Radwerk {
    fn score(subjects: Vec<Subject>) -> Result<Vec<CustomerScore>, Error> {
        let chinese = staff_is_chinese();
        // A customer of whom nothing is known gets no score, not the worst one.
        Ok(subjects.into_iter().filter_map(|subject| loyalty(subject, chinese)).collect())
    }
}

fn loyalty(subject: Subject, chinese: bool) -> Option<CustomerScore> {
    let (mut points, mut reasons) = (0, Vec::new());
    if let Some((amount, earned)) =
        subject.attributes.iter().find_map(|field| earned(&field.name, &field.value))
    {
        points += earned;
        reasons.push(match chinese {
            true => format!("订单 {amount} CNY：{earned}"),
            false => format!("{amount} CNY of orders: {earned}"),
        });
    }
    let written = subject.touches.iter().filter(|touch| touch.inbound).count();
    if written > 0 {
        let earned = 5 * i64::try_from(written).unwrap_or_default();
        points += earned;
        reasons.push(match chinese {
            true => format!("{written} 条消息：{earned}"),
            false => format!("{written} messages: {earned}"),
        });
    }
    if reasons.is_empty() {
        return None;
    }
    let grade = match points {
        50.. => "gold",
        20.. => "silver",
        _ => "bronze",
    };
    #[expect(clippy::cast_precision_loss, reason = "a score is a number on a scale, not an amount")]
    let value = points as f64;
    Some(CustomerScore { subject: subject.id, name: "loyalty".into(), value, grade: grade.into(), reasons })
}

/// The orders in CNY, and the points for them. The figure stands once for each currency; money is decimal text and never
/// a floating-point number.
fn earned<'a>(name: &str, value: &'a Value) -> Option<(&'a str, i64)> {
    let Value::Money(money @ Money { amount, currency }) = value else { return None };
    let hundredths = money.hundredths().filter(|_| name == "order_total" && currency == "CNY")?;
    (hundredths > 0).then_some((amount, hundredths / 10_000))
}
