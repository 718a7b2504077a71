//! The installation's settings.

use hospes_sdk::{Error, config};

use crate::money::Decimal;
use crate::tax::{self, Rounding, Rules};
use crate::texts::Language;

/// The installation's settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// IANA zone of the company's days.
    pub zone: String,
    /// Hour of the day from which on the daily run is made.
    pub hour: i8,
    /// Language of what the plugin writes into records and tasks.
    pub language: Language,
    /// Language of whoever has sent a form, for refusals.
    pub reader: Option<Language>,
    /// Language of reminders; none: the customer's.
    pub reminder_language: Option<Language>,
    /// The company's name, below reminders.
    pub company: String,
    /// Where customers pay to, in reminders.
    pub bank_account: String,
    /// Currency of documents that say none.
    pub currency: String,
    /// Numbers of quotations, contracts and invoices begin so.
    pub prefixes: Prefixes,
    /// The first number of a new series of invoices.
    pub first_invoice_number: i64,
    /// Days until an invoice is due.
    pub payment_days: i64,
    /// Days for which a quotation is valid.
    pub quotation_days: i64,
    /// Days before a contract's end until which notice can be given.
    pub notice_days: i64,
    /// Days before an instalment is due on which its invoice is drafted; none: never.
    pub draft_days: Option<i64>,
    /// Days after the due date of the first, second and third reminder.
    pub reminder_days: Vec<i64>,
    /// The usual tax rate, in percent.
    pub rate: Decimal,
    /// Rates that forms offer.
    pub rates: Vec<String>,
    /// How taxes are worked out.
    pub rules: Rules,
    /// Whether panels show amounts.
    pub panel_amounts: bool,
}

/// What numbers begin with; `{year}` stands for the year.
#[derive(Debug, Clone)]
pub struct Prefixes {
    /// Of quotations.
    pub quotation: String,
    /// Of contracts.
    pub contract: String,
    /// Of invoices.
    pub invoice: String,
}

impl Settings {
    /// Reads the settings of the installation.
    pub fn read() -> Result<Self, Error> {
        let usual = Self::default();
        let text = |name: &str, usual: &str| config::text(name).unwrap_or_else(|| usual.to_owned());
        let number = |name: &str, usual: i64| config::integer(name).unwrap_or(usual);
        let rate = |text: &str| {
            tax::rate(text).ok_or_else(|| Error::invalid(format!("The setting {text:?} is no tax rate.")))
        };
        let rates = config::json("tax-rates")?.unwrap_or(usual.rates);
        for each in &rates {
            rate(each)?;
        }
        let mut reminder_days: Vec<i64> = config::json("reminder-days")?.unwrap_or(usual.reminder_days);
        reminder_days.sort_unstable();
        let draft_days = config::integer("instalment-draft-days").or(usual.draft_days);
        Ok(Self {
            zone: text("zone", &usual.zone),
            hour: i8::try_from(number("hour", i64::from(usual.hour))).unwrap_or(usual.hour),
            language: Language::of(&text("language", "zh-CN")),
            reader: None,
            reminder_language: match text("reminder-language", "customer").as_str() {
                "customer" => None,
                tag => Some(Language::of(tag)),
            },
            company: text("company", ""),
            bank_account: text("bank-account", ""),
            currency: text("currency", &usual.currency),
            prefixes: Prefixes {
                quotation: text("quotation-prefix", &usual.prefixes.quotation),
                contract: text("contract-prefix", &usual.prefixes.contract),
                invoice: text("invoice-prefix", &usual.prefixes.invoice),
            },
            first_invoice_number: number("first-invoice-number", usual.first_invoice_number),
            payment_days: number("payment-days", usual.payment_days),
            quotation_days: number("quotation-days", usual.quotation_days),
            notice_days: number("notice-days", usual.notice_days),
            draft_days: draft_days.filter(|days| *days >= 0),
            reminder_days,
            rate: rate(&text("tax-rate", "13"))?,
            rates,
            rules: Rules {
                rounding: match text("tax-rounding", "line").as_str() {
                    "total" => Rounding::Total,
                    _ => Rounding::Line,
                },
                included: config::boolean("prices-include-tax").unwrap_or(usual.rules.included),
            },
            panel_amounts: config::boolean("panel-amounts").unwrap_or(usual.panel_amounts),
        })
    }
}

impl Default for Settings {
    /// What the manifest says of settings that nobody has made.
    fn default() -> Self {
        Self {
            zone: "Asia/Shanghai".into(),
            hour: 8,
            language: Language::Chinese,
            reader: None,
            reminder_language: None,
            company: String::new(),
            bank_account: String::new(),
            currency: "CNY".into(),
            prefixes: Prefixes {
                quotation: "QUO-{year}-".into(),
                contract: "CON-{year}-".into(),
                invoice: "INV-{year}-".into(),
            },
            first_invoice_number: 1,
            payment_days: 30,
            quotation_days: 30,
            notice_days: 30,
            draft_days: Some(7),
            reminder_days: vec![3, 14, 30],
            rate: Decimal(13 * crate::money::ONE),
            rates: ["13", "9", "6", "3", "1", "0"].map(str::to_owned).to_vec(),
            rules: Rules { rounding: Rounding::Line, included: true },
            panel_amounts: true,
        }
    }
}
