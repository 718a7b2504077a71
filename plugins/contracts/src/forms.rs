//! The forms on a customer's page.

use hospes_sdk::panel::{Action, Block, Choice, Form, Input, InputKind};
use hospes_sdk::{Attribute, Error, Value};

use crate::books::Books;
use crate::instalment::{self, Plan};
use crate::invoicing::{self, InvoiceRequest};
use crate::money::{self, Amount};
use crate::panel::Found;
use crate::payment::{self, Entered};
use crate::record::Record;
use crate::texts::{Language, METHODS, cut, method};
use crate::{dates, tax};

/// The forms that there is something for.
pub fn all(books: &Books, found: &Found, language: Language) -> Vec<Block> {
    let mut forms = Vec::new();
    if !found.invoices.is_empty() {
        forms.push(Block::Form(payment_form(books, found, language)));
    }
    if !found.instalments.is_empty() {
        forms.push(Block::Form(invoice_form(books, found, language)));
    }
    if !found.contracts.is_empty() {
        forms.push(Block::Form(plan_form(books, found, language)));
    }
    forms
}

fn payment_form(books: &Books, found: &Found, language: Language) -> Form {
    let label = |invoice: &Record| {
        let outstanding = invoice.amount("outstanding").filter(|_| books.settings.panel_amounts);
        let outstanding = outstanding.map_or_else(String::new, |amount| format!("  {amount}"));
        format!("{}{outstanding}", invoice.text("number"))
    };
    let methods = METHODS.iter().map(|word| choice(word, method(word, language)));
    let one = (found.invoices.len() == 1).then(|| found.invoices[0].clone());
    let outstanding = one.as_ref().filter(|_| books.settings.panel_amounts);
    let outstanding = outstanding.and_then(|invoice| invoice.amount("outstanding"));
    Form {
        name: "record-payment".into(),
        label: language.pick("登记收款", "Record a payment").into(),
        inputs: vec![
            Input {
                choices: found.invoices.iter().map(|invoice| choice(&invoice.id, &label(invoice))).collect(),
                value: one.map_or(Value::None, |invoice| Value::from(invoice.id)),
                ..input("invoice", language.pick("发票", "Invoice"), InputKind::Choice, true)
            },
            Input {
                // A form's numbers are floating-point; an amount of money is exact.
                value: outstanding.map_or(Value::None, |amount| Value::from(money::text(amount.cents))),
                ..input("amount", language.pick("金额", "Amount"), InputKind::Text, true)
            },
            Input {
                value: dates::value(books.today),
                ..input("received_on", language.pick("收款日期", "Received on"), InputKind::Date, true)
            },
            Input {
                value: Value::from("bank-transfer"),
                choices: methods.collect(),
                ..input("method", language.pick("收款方式", "Method"), InputKind::Choice, true)
            },
            input("reference", language.pick("流水号或备注", "Reference"), InputKind::Text, false),
        ],
    }
}

fn invoice_form(books: &Books, found: &Found, language: Language) -> Form {
    let label = |instalment: &Record| {
        let amount = instalment.amount("amount").filter(|_| books.settings.panel_amounts);
        let amount = amount.map_or_else(String::new, |amount| format!("  {amount}"));
        let due = instalment.day("due_on").map_or_else(String::new, |due| format!("  {due}"));
        cut(&format!("{}{due}{amount}", instalment.text("name")), 200)
    };
    let rates = books.settings.rates.iter().map(|rate| choice(rate, &format!("{rate} %")));
    Form {
        name: "make-invoice".into(),
        label: language.pick("为分期开票", "Invoice an instalment").into(),
        inputs: vec![
            Input {
                choices: found.instalments.iter().map(|each| choice(&each.id, &label(each))).collect(),
                ..input("instalment", language.pick("分期", "Instalment"), InputKind::Choice, true)
            },
            Input {
                choices: rates.collect(),
                ..input(
                    "tax_rate",
                    language.pick("税率（留空按合同）", "Tax rate (empty: the contract's)"),
                    InputKind::Choice,
                    false,
                )
            },
            Input {
                value: Value::Boolean(true),
                ..input(
                    "issue",
                    language.pick("立即开具并编号", "Issue it and give it a number"),
                    InputKind::Boolean,
                    false,
                )
            },
        ],
    }
}

fn plan_form(books: &Books, found: &Found, language: Language) -> Form {
    let label =
        |contract: &Record| cut(&format!("{}  {}", contract.text("number"), contract.text("subject")), 200);
    Form {
        name: "plan-instalments".into(),
        label: language.pick("把合同余额分期", "Divide a contract into instalments").into(),
        inputs: vec![
            Input {
                choices: found.contracts.iter().map(|each| choice(&each.id, &label(each))).collect(),
                ..input("contract", language.pick("合同", "Contract"), InputKind::Choice, true)
            },
            Input {
                value: Value::Integer(3),
                ..input("count", language.pick("期数", "How many"), InputKind::Integer, true)
            },
            Input {
                value: dates::value(books.today),
                ..input("first_on", language.pick("首期日期", "The first on"), InputKind::Date, true)
            },
            Input {
                value: Value::Integer(1),
                ..input("months", language.pick("间隔月数", "Months between two"), InputKind::Integer, true)
            },
        ],
    }
}

fn input(name: &str, label: &str, kind: InputKind, required: bool) -> Input {
    Input { name: name.into(), label: label.into(), kind, required, value: Value::None, choices: Vec::new() }
}

fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.into(), label: label.into() }
}

/// Does what a form says.
pub fn act(books: &Books, action: &Action) -> Result<(), Error> {
    let value = |name: &str| Attribute::find(&action.parameters, name).cloned().unwrap_or(Value::None);
    let text = |name: &str| value(name).as_text().unwrap_or_default().to_owned();
    let language = books.reader();
    let subject = action.context.subject.as_ref().map(|subject| subject.id.as_str()).unwrap_or_default();
    match action.name.as_str() {
        "record-payment" => {
            let invoice = books.get("invoice", &text("invoice"))?;
            let invoice = invoice.filter(|invoice| invoice.text("customer_id") == subject);
            let Some(invoice) = invoice else {
                return Err(Error::not_found(language.pick("找不到这张发票。", "There is no such invoice.")));
            };
            let currency = invoice.amount("total").map(|total| total.currency).unwrap_or_default();
            let typed = text("amount");
            let amount = Amount::parse(&typed, &currency).ok_or_else(|| {
                let wrong = language.pick("不是有效的金额", "is no amount");
                Error::invalid(format!("{typed:?} {wrong} ({currency})"))
            })?;
            let (method, reference) = (text("method"), text("reference"));
            let entered = Entered {
                amount,
                received_on: value("received_on"),
                method,
                reference: cut(&reference, 200),
            };
            payment::record(books, invoice, &entered).map(|_| ())
        }
        "make-invoice" => {
            let request = InvoiceRequest {
                source: "instalment",
                id: &text("instalment"),
                amount: "",
                lines: "",
                rate: tax::rate(&text("tax_rate")),
                issued_on: None,
                due_on: None,
                fapiao: "",
                at_once: value("issue").as_boolean() == Some(true),
            };
            invoicing::make(books, &request).map(|_| ())
        }
        "plan-instalments" => {
            let first_on = value("first_on").as_date().and_then(dates::parse).unwrap_or(books.today);
            let whole = |name: &str| value(name).as_integer().unwrap_or(0);
            let plan = Plan { count: whole("count"), first_on, months: whole("months") };
            instalment::plan(books, &text("contract"), plan).map(|_| ())
        }
        other => Err(Error::new("unsupported", format!("there is no form {other}"))),
    }
}
