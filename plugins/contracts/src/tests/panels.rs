//! Panels, their forms, and the report by age.

use hospes_sdk::panel::{Action, Block, Context, Form};
use hospes_sdk::{Attribute, Entity};

use super::*;

fn context(place: &str, language: &str) -> Context {
    let (kind, id) = if place == "customer" { ("customer", CUSTOMER) } else { (place, "other") };
    let attributes = vec![Attribute::new("customer_id", CUSTOMER)];
    let subject = Entity { kind: kind.into(), id: id.into(), version: 1, attributes };
    Context { place: place.into(), subject: Some(subject), language: language.into() }
}

fn drawn(memory: &Memory, settings: &Settings, place: &str, language: &str) -> Vec<Block> {
    memory.call(settings, |books| crate::panel::render(books, &context(place, language))).unwrap()
}

fn headings(blocks: &[Block]) -> Vec<&str> {
    blocks
        .iter()
        .filter_map(|block| if let Block::Heading(text) = block { Some(text.as_str()) } else { None })
        .collect()
}

fn forms(blocks: &[Block]) -> Vec<&Form> {
    blocks.iter().filter_map(|block| if let Block::Form(form) = block { Some(form) } else { None }).collect()
}

fn press(memory: &Memory, settings: &Settings, name: &str, entered: &[(&str, Value)]) -> Result<(), Error> {
    let parameters = entered.iter().map(|(name, value)| Attribute::new(*name, value.clone())).collect();
    let action = Action { context: context("customer", "en"), name: name.into(), parameters };
    memory.call(settings, |books| crate::forms::act(books, &action))
}

fn filled() -> Memory {
    let memory = host();
    issued(&memory, &english(), "a", yuan("1000.00"));
    issued(&memory, &english(), "b", money("50.00", "EUR"));
    memory.change("invoice", "a", "due_on", day("2027-12-01"));
    happens(&memory, &english(), "invoice.updated", "a", &json!({})).unwrap();
    let contract = [
        ("customer_id", CUSTOMER.into()),
        ("partner_id", "other".into()),
        ("state", "signed".into()),
        ("value", yuan("300.00")),
    ];
    made(&memory, &english(), "contract", "k", &contract);
    tool(&memory, &english(), "plan-instalments", &json!({"contract": "k", "count": 3})).unwrap();
    memory
}

#[test]
fn a_customer_shows_ages_contracts_and_forms_in_the_readers_language() {
    let memory = filled();
    for (language, expected, labels) in [
        ("zh-CN", ["应收款", "合同"], ["登记收款", "为分期开票", "把合同余额分期"]),
        (
            "en",
            ["Receivables", "Contracts"],
            ["Record a payment", "Invoice an instalment", "Divide a contract into instalments"],
        ),
    ] {
        let blocks = drawn(&memory, &chinese(), "customer", language);
        assert_eq!(headings(&blocks), expected);
        assert_eq!(forms(&blocks).iter().map(|form| form.label.as_str()).collect::<Vec<_>>(), labels);
    }
    let blocks = drawn(&memory, &english(), "customer", "en");
    let Block::Table(ages) = &blocks[1] else { unreachable!("the ages come first") };
    let row = |cells: [&str; 6]| cells.map(Value::from).to_vec();
    let expected = [
        row(["CNY", "0.00", "0.00", "0.00", "1000.00", "0.00"]),
        row(["EUR", "50.00", "0.00", "0.00", "0.00", "0.00"]),
    ];
    assert_eq!(ages.rows, expected, "currencies stand apart");
}

#[test]
fn an_empty_page_says_so() {
    for (language, none) in [("zh-CN", "没有未结清的发票。"), ("en", "There is no open invoice.")] {
        let blocks = drawn(&host(), &chinese(), "customer", language);
        assert!(matches!(&blocks[1], Block::Text(text) if text == none));
        assert!(forms(&blocks).is_empty());
    }
}

#[test]
fn tickets_and_partners_show_what_is_theirs() {
    let memory = filled();
    assert_eq!(headings(&drawn(&memory, &english(), "ticket", "en")), ["Receivables", "Contracts"]);
    assert!(forms(&drawn(&memory, &english(), "ticket", "en")).is_empty());
    assert_eq!(headings(&drawn(&memory, &english(), "partner", "zh-CN")), ["合同"]);
}

#[test]
fn amounts_can_be_left_out() {
    let settings = Settings { panel_amounts: false, ..english() };
    let blocks = drawn(&filled(), &settings, "customer", "en");
    let text = format!("{blocks:?}");
    assert!(!text.contains("1000.00") && !text.contains("100.00"), "{text}");
}

#[test]
fn forms_pay_invoice_and_plan() {
    let memory = filled();
    let pay = |invoice: &str, amount: &str| {
        press(
            &memory,
            &english(),
            "record-payment",
            &[
                ("invoice", invoice.into()),
                ("amount", amount.into()),
                ("received_on", day("2028-02-01")),
                ("method", "alipay".into()),
            ],
        )
    };
    pay("a", "1,000.00").unwrap();
    assert_eq!(memory.text("invoice", "a", "state"), "paid");
    assert_eq!(pay("b", "fünf").unwrap_err().code, "invalid");
    assert_eq!(pay("nobody", "5").unwrap_err().code, "not-found");
    let instalment = memory.ids("instalment")[0].clone();
    press(&memory, &english(), "make-invoice", &[("instalment", instalment.into()), ("issue", true.into())])
        .unwrap();
    assert_eq!(memory.text("instalment", &memory.ids("instalment")[0], "state"), "invoiced");
    let plan = [
        ("contract", "k".into()),
        ("count", Value::Integer(2)),
        ("first_on", day("2028-02-29")),
        ("months", Value::Integer(1)),
    ];
    assert_eq!(press(&memory, &english(), "plan-instalments", &plan).unwrap_err().code, "invalid");
    assert_eq!(press(&memory, &english(), "other", &[]).unwrap_err().code, "unsupported");
}

#[test]
fn the_report_by_age_has_each_currency_and_customer() {
    let memory = filled();
    let report = tool(&memory, &english(), "aging", &json!({})).unwrap();
    assert_eq!(report["invoices"], 2);
    assert_eq!(report["currencies"][0]["days_61_90"], "1000.00");
    assert_eq!(report["currencies"][1]["not_due"], "50.00");
    assert_eq!(report["customers"][0]["customer_id"], CUSTOMER);
    assert_eq!(report["next"], Json::Null);
    let none = tool(&memory, &english(), "aging", &json!({"customer": "nobody"})).unwrap();
    assert_eq!(none["currencies"], json!([]));
}
