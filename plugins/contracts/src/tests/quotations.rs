//! Quotations.

use super::*;

const LINES: &str = "净水器 | 2 台 | 1,999.00\n安装 | 1 | 300 | 6";

fn quotation(memory: &Memory, settings: &Settings, id: &str, more: &[(&str, Value)]) {
    let mut fields =
        vec![("customer_id", CUSTOMER.into()), ("state", "draft".into()), ("number", "—".into())];
    fields.extend_from_slice(more);
    made(memory, settings, "quotation", id, &fields);
}

#[test]
fn a_draft_gets_number_amounts_and_a_day() {
    let memory = host();
    quotation(&memory, &chinese(), "q", &[("lines", LINES.into())]);
    assert_eq!(memory.text("quotation", "q", "number"), "QUO-2028-00001");
    assert_eq!(memory.value("quotation", "q", "total"), yuan("4298.00"));
    assert_eq!(memory.value("quotation", "q", "net"), yuan("3821.07"));
    assert_eq!(memory.value("quotation", "q", "tax"), yuan("476.93"));
    assert_eq!(memory.text("quotation", "q", "tax_rate"), "mixed");
    assert_eq!(memory.value("quotation", "q", "valid_until"), day("2028-03-02"), "over the leap day");
    assert_eq!(memory.value("quotation", "q", "next_check_on"), day("2028-03-03"));
}

#[test]
fn lines_that_cannot_be_read_are_named_in_the_language() {
    for (settings, expected) in [
        (chinese(), "明细第 2 行：数量应为大于零的数字。"),
        (english(), "Line 2: the quantity has to be a number greater than zero."),
    ] {
        let memory = host();
        quotation(&memory, &settings, "q", &[("lines", "a | 1 | 2\nb | viel | 2".into())]);
        assert_eq!(memory.text("quotation", "q", "problem"), expected);
        assert_eq!(memory.value("quotation", "q", "total"), Value::None);
        memory.change("quotation", "q", "lines", "a | 1 | 2".into());
        happens(&memory, &settings, "quotation.updated", "q", &json!({})).unwrap();
        assert_eq!(memory.value("quotation", "q", "problem"), Value::None);
        assert_eq!(memory.value("quotation", "q", "total"), yuan("2.00"));
    }
}

#[test]
fn odd_currencies_and_sums_are_refused() {
    for (lines, currency, expected) in [
        ("a | 1 | 1", "yuan", "A currency has three capital letters, such as CNY."),
        ("a | 1 | -1", "EUR", "The total is less than zero."),
        ("a | 999999999999 | 999999999999", "EUR", "The amount is too large."),
    ] {
        let memory = host();
        quotation(&memory, &english(), "q", &[("lines", lines.into()), ("currency", currency.into())]);
        assert_eq!(memory.text("quotation", "q", "problem"), expected);
    }
}

#[test]
fn an_accepted_one_becomes_one_contract_however_often_the_event_comes() {
    let memory = host();
    quotation(&memory, &english(), "q", &[("lines", "a | 1 | 113".into()), ("subject", "Purifier".into())]);
    memory.change("quotation", "q", "state", "accepted".into());
    for _ in 0..2 {
        happens(&memory, &english(), "quotation.updated", "q", &json!({})).unwrap();
    }
    let contracts = memory.ids("contract");
    assert_eq!(contracts.len(), 1);
    assert_eq!(memory.value("contract", &contracts[0], "value"), yuan("113.00"));
    assert_eq!(memory.text("contract", &contracts[0], "state"), "draft");
    assert_eq!(memory.text("contract", &contracts[0], "subject"), "Purifier");
    assert_eq!(memory.text("contract", &contracts[0], "tax_rate"), "13");
    assert_eq!(memory.text("quotation", "q", "contract_number"), "CON-2028-00001");
}

#[test]
fn a_deal_that_is_won_while_its_quotation_is_accepted_has_one_contract() {
    let memory = host();
    memory.insert("deal", "d", &[("name", "D".into()), ("customer_id", CUSTOMER.into())]);
    quotation(&memory, &chinese(), "q", &[("deal_id", "d".into()), ("lines", "a | 1 | 1".into())]);
    memory.change("quotation", "q", "state", "accepted".into());
    let accept = |books: &crate::books::Books| crate::quotation::settle(books, "q");
    memory
        .call_amid(&chinese(), accept, |memory| {
            happens(memory, &chinese(), "deal.won", "d", &json!({})).unwrap();
        })
        .unwrap();
    assert_eq!(memory.ids("contract").len(), 1);
    assert_eq!(memory.races.get(), 1);
}

#[test]
fn a_won_deal_takes_the_quotation_that_fits_best_or_its_own_amount() {
    let memory = host();
    memory.insert(
        "deal",
        "d",
        &[("name", "20 desks".into()), ("customer_id", CUSTOMER.into()), ("amount", yuan("5000.00"))],
    );
    for (id, state) in [("q1", "sent"), ("q2", "sent"), ("q3", "declined"), ("q4", "draft")] {
        quotation(
            &memory,
            &english(),
            id,
            &[("deal_id", "d".into()), ("state", state.into()), ("lines", "a | 1 | 1".into())],
        );
    }
    happens(&memory, &english(), "deal.won", "d", &json!({})).unwrap();
    assert_eq!(memory.text("quotation", "q2", "state"), "accepted", "the newest that was sent");
    let contract = &memory.ids("contract")[0];
    assert_eq!(memory.text("contract", contract, "quotation_id"), "q2");

    let memory = host();
    let deal = [("name", "升降桌".into()), ("customer_id", CUSTOMER.into()), ("amount", yuan("5000.00"))];
    memory.insert("deal", "d", &deal);
    for _ in 0..2 {
        happens(&memory, &chinese(), "deal.won", "d", &json!({})).unwrap();
    }
    assert_eq!(memory.ids("contract").len(), 1);
    let contract = &memory.ids("contract")[0];
    assert_eq!(memory.value("contract", contract, "value"), yuan("5000.00"));
    assert_eq!(memory.text("contract", contract, "subject"), "升降桌");
}

#[test]
fn a_deal_without_quotation_and_amount_has_no_contract() {
    let memory = host();
    memory.insert("deal", "d", &[("name", "D".into()), ("customer_id", CUSTOMER.into())]);
    happens(&memory, &english(), "deal.won", "d", &json!({})).unwrap();
    happens(&memory, &english(), "deal.won", "gone", &json!({})).unwrap();
    assert!(memory.ids("contract").is_empty());
}

#[test]
fn one_that_is_accepted_at_once_has_its_amounts_first() {
    let memory = host();
    quotation(&memory, &chinese(), "q", &[("state", "accepted".into()), ("lines", "a | 2 | 5".into())]);
    let contract = &memory.ids("contract")[0];
    assert_eq!(memory.value("contract", contract, "value"), yuan("10.00"));
}
