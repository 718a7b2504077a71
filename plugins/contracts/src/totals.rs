//! A document's amounts, worked out from its lines.

use hospes_sdk::Value;

use crate::books::Books;
use crate::lines;
use crate::money::Amount;
use crate::record::Record;
use crate::tax::{self, Totals};
use crate::texts::{line_fault, tax_fault};

/// Works out `net`, `tax`, `total` and `tax_rate` of a quotation or a draft of an invoice, and notes in `problem` why that
/// isn't possible. Without lines a total, or a net amount, that somebody has entered is divided at the document's rate.
pub fn settle(books: &Books, document: &mut Record) {
    let entered = document.amount("total").or_else(|| document.amount("net"));
    let entered = entered.filter(|_| document.is_empty("lines")).map(|amount| amount.currency);
    document.fill("currency", entered.unwrap_or_else(|| books.settings.currency.clone()));
    match worked_out(books, document) {
        Ok(Some(totals)) => {
            let currency = document.text("currency").to_owned();
            for (field, cents) in [("net", totals.net), ("tax", totals.tax), ("total", totals.total)] {
                document.set_amount(field, Some(Amount::new(cents, &currency)));
            }
            match totals.rate {
                Some(rate) => document.set("tax_rate", rate.to_string()),
                None => document.set("tax_rate", MIXED),
            }
            document.set("problem", Value::None);
        }
        Ok(None) => document.set("problem", Value::None),
        Err(problem) => {
            if !document.is_empty("lines") {
                ["net", "tax", "total"].into_iter().for_each(|field| document.set(field, Value::None));
            }
            document.set("problem", problem);
        }
    }
}

/// What stands as the rate of a document whose lines have several.
pub const MIXED: &str = "mixed";

fn worked_out(books: &Books, document: &Record) -> Result<Option<Totals>, String> {
    let language = books.language();
    let currency = document.text("currency");
    let known = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
    if !known {
        let problem = language
            .pick("币种应为三个大写字母，例如 CNY。", "A currency has three capital letters, such as CNY.");
        return Err(problem.to_owned());
    }
    let in_words = |fault| tax_fault(fault, language);
    if !document.is_empty("lines") {
        let lines = lines::parse(document.text("lines"), books.settings.rate);
        let lines = lines.map_err(|fault| line_fault(&fault, language))?;
        return tax::totals(&lines, books.settings.rules, currency).map(Some).map_err(in_words);
    }
    let entered = |field| document.amount(field);
    let rate = match document.text("tax_rate") {
        "" => books.settings.rate,
        text => tax::rate(text).ok_or_else(|| {
            let problem = language
                .pick("请填写税率（百分数），或填写明细。", "Enter the tax rate in percent, or lines.");
            problem.to_owned()
        })?,
    };
    let (total, net) = (entered("total"), entered("net"));
    let (amount, totals) = match (total, net) {
        (Some(total), _) => {
            let totals = tax::within(total.cents, rate, &total.currency);
            (total, totals)
        }
        (None, Some(net)) => {
            let totals = tax::upon(net.cents, rate, &net.currency);
            (net, totals)
        }
        (None, None) => return Ok(None),
    };
    if amount.currency != currency {
        let problem =
            language.pick("金额的币种与单据不同。", "The amount is in another currency than the document.");
        return Err(problem.to_owned());
    }
    totals.map(Some).map_err(in_words)
}
