//! Texts in Chinese and English.

use crate::lines::{LineFault, Part};
use crate::tax::TaxFault;

/// A language that texts are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 简体中文.
    Chinese,
    /// English.
    English,
}

impl Language {
    /// The language of a BCP 47 tag: Chinese for any `zh`, else English.
    pub fn of(tag: &str) -> Self {
        match tag.get(..2).is_some_and(|primary| primary.eq_ignore_ascii_case("zh")) {
            true => Self::Chinese,
            false => Self::English,
        }
    }

    /// The text in this language.
    pub fn pick<'t>(self, chinese: &'t str, english: &'t str) -> &'t str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }
}

/// What is wrong with lines that can't be read.
pub fn line_fault(fault: &LineFault, language: Language) -> String {
    let line = fault.line;
    let (chinese, english) = match fault.part {
        Part::Form => {
            ("应写作“名称 | 数量 | 单价 | 税率”", "write: description | quantity | unit price | tax rate")
        }
        Part::Description => {
            ("缺少名称，或名称超过 500 字", "the description is missing or longer than 500 characters")
        }
        Part::Quantity => ("数量应为大于零的数字", "the quantity has to be a number greater than zero"),
        Part::Price => ("单价不是数字", "the unit price is no number"),
        Part::Rate => ("税率应为 0 到 100 的百分数", "the tax rate is a percentage from 0 to 100"),
        Part::Count => ("明细最多 200 行", "there are 200 lines at most"),
    };
    match language {
        Language::Chinese => format!("明细第 {line} 行：{chinese}。"),
        Language::English => format!("Line {line}: {english}."),
    }
}

/// What is wrong with a document's sum.
pub fn tax_fault(fault: TaxFault, language: Language) -> String {
    let (chinese, english) = match fault {
        TaxFault::TooLarge => ("金额过大。", "The amount is too large."),
        TaxFault::Negative => ("合计小于零。", "The total is less than zero."),
    };
    language.pick(chinese, english).to_owned()
}

/// How somebody has paid.
pub fn method(word: &str, language: Language) -> &str {
    match word {
        "bank-transfer" => language.pick("银行转账", "Bank transfer"),
        "alipay" => language.pick("支付宝", "Alipay"),
        "wechat-pay" => language.pick("微信支付", "WeChat Pay"),
        "card" => language.pick("银行卡", "Card"),
        "cash" => language.pick("现金", "Cash"),
        "cheque" => language.pick("支票", "Cheque"),
        "acceptance-bill" => language.pick("承兑汇票", "Acceptance bill"),
        _ => language.pick("其他", "Other"),
    }
}

/// How somebody can pay, in the order that forms have it.
pub const METHODS: [&str; 8] =
    ["bank-transfer", "alipay", "wechat-pay", "card", "cash", "cheque", "acceptance-bill", "other"];

/// A state of a document.
pub fn state(word: &str, language: Language) -> &str {
    let (chinese, english) = match word {
        "draft" => ("草稿", "Draft"),
        "signed" => ("已签署", "Signed"),
        "active" => ("履行中", "Active"),
        "ended" => ("已到期", "Ended"),
        "terminated" => ("已终止", "Terminated"),
        "issued" => ("已开具", "Issued"),
        "partly-paid" => ("部分收款", "Partly paid"),
        "overdue" => ("已逾期", "Overdue"),
        "paid" => ("已结清", "Paid"),
        "cancelled" => ("已作废", "Cancelled"),
        "planned" => ("待开票", "Planned"),
        "invoiced" => ("已开票", "Invoiced"),
        other => return other,
    };
    language.pick(chinese, english)
}

/// The beginning of a text, of so many characters at most.
pub fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}
