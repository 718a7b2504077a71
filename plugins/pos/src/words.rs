//! The line that stands for a receipt on the timeline.

use crate::money::Amount;
use crate::receipt::{Kind, Line, Receipt};

/// Articles that a line names; the rest is counted.
const NAMED: usize = 5;

/// The language of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// `zh-CN`
    Chinese,
    /// `en`
    English,
}

/// The line: `门店消费 CNY 199.00 · 滤芯 ×2 · 小票 0042 · 上海一店`.
pub fn line(receipt: &Receipt, language: Language) -> String {
    let mut parts = vec![what(receipt, language)];
    let articles = articles(receipt, language);
    let named = |wanted: &str| {
        receipt
            .about
            .iter()
            .find(|(name, text)| *name == wanted && !text.is_empty())
            .map(|(_, text)| text.clone())
    };
    let shop = named("shop_name").or_else(|| named("shop")).unwrap_or_default();
    let number = match language {
        Language::Chinese => format!("小票 {}", receipt.number),
        Language::English => format!("receipt {}", receipt.number),
    };
    parts.extend([articles, number, shop, receipt.note.clone()]);
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

/// What was done, and the money of it.
fn what(receipt: &Receipt, language: Language) -> String {
    let total = receipt.total;
    let back = total.is_some_and(Amount::is_negative);
    let words = match (language, receipt.kind) {
        (Language::Chinese, Kind::Sale) => "门店消费",
        (Language::Chinese, Kind::Refund) => "门店退款",
        (Language::Chinese, Kind::Exchange) if back => "门店换货，退还差价",
        (Language::Chinese, Kind::Exchange) => "门店换货，补差价",
        (Language::Chinese, Kind::Void) => "小票作废",
        (Language::English, Kind::Sale) => "Purchase in the shop",
        (Language::English, Kind::Refund) => "Refund in the shop",
        (Language::English, Kind::Exchange) if back => "Exchange in the shop, given back",
        (Language::English, Kind::Exchange) => "Exchange in the shop, paid on top",
        (Language::English, Kind::Void) => "Receipt voided",
    };
    match total {
        Some(total) => format!("{words} {} {}", receipt.currency, total.size().text()),
        None => words.to_owned(),
    }
}

fn articles(receipt: &Receipt, language: Language) -> String {
    let named = receipt.lines.iter().filter(|line| !line.name.is_empty() || !line.sku.is_empty());
    let one = |line: &Line| {
        let name = if line.name.is_empty() { &line.sku } else { &line.name };
        // What comes back needs no minus where all of it does.
        let is_back = matches!(receipt.kind, Kind::Refund | Kind::Void);
        match line.quantity.strip_prefix('-').filter(|_| is_back).unwrap_or(&line.quantity) {
            "" | "1" => name.clone(),
            quantity => format!("{name} ×{quantity}"),
        }
    };
    let (comma, more) = match language {
        Language::Chinese => ("、", "等"),
        Language::English => (", ", " and more"),
    };
    let all: Vec<String> = named.map(one).collect();
    let shown = all.iter().take(NAMED).cloned().collect::<Vec<_>>().join(comma);
    if all.len() > NAMED { format!("{shown}{more}") } else { shown }
}
