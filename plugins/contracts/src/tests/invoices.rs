//! Invoices and their numbers.

use super::*;

#[test]
fn numbers_have_no_gaps_and_begin_anew_with_the_year() {
    let memory = host();
    for id in ["a", "b"] {
        issued(&memory, &chinese(), id, yuan("113.00"));
    }
    assert_eq!(memory.text("invoice", "b", "number"), "INV-2028-00002");
    // One that isn't complete takes none.
    made(
        &memory,
        &chinese(),
        "invoice",
        "odd",
        &[("customer_id", CUSTOMER.into()), ("state", "issued".into())],
    );
    assert_eq!(memory.text("invoice", "odd", "state"), "draft");
    assert_eq!(memory.text("invoice", "odd", "problem"), "发票没有金额。");
    issued(&memory, &chinese(), "c", yuan("1.00"));
    assert_eq!(memory.text("invoice", "c", "number"), "INV-2028-00003");
    made(
        &memory,
        &chinese(),
        "invoice",
        "old",
        &[
            ("customer_id", CUSTOMER.into()),
            ("state", "issued".into()),
            ("total", yuan("1.00")),
            ("issued_on", day("2027-12-31")),
        ],
    );
    assert_eq!(memory.text("invoice", "old", "number"), "INV-2027-00001", "the year of its issue");
}

#[test]
fn two_that_are_issued_at_once_have_two_numbers() {
    let memory = host();
    for id in ["a", "b"] {
        let fields = [("customer_id", CUSTOMER.into()), ("state", "issued".into()), ("total", yuan("5.00"))];
        memory.insert("invoice", id, &fields);
    }
    let settle = |id: &'static str| {
        move |books: &crate::books::Books| crate::invoice::settle(books, id, &crate::event::Change::default())
    };
    memory
        .call_amid(&chinese(), settle("a"), |memory| memory.call(&chinese(), settle("b")).unwrap())
        .unwrap();
    let numbers = [memory.text("invoice", "a", "number"), memory.text("invoice", "b", "number")];
    assert_eq!(numbers, ["INV-2028-00002", "INV-2028-00001"]);
    assert_eq!(memory.races.get(), 1);
}

#[test]
fn numbers_given_by_hand_and_by_an_earlier_installation_are_kept() {
    let memory = host();
    for id in ["a", "b", "c"] {
        issued(&memory, &english(), id, yuan("1.00"));
    }
    memory.insert("invoice", "hand", &[("number", "INV-2028-00005".into()), ("state", "paid".into())]);
    memory.forget_keys();
    for (id, number) in [("d", "INV-2028-00004"), ("e", "INV-2028-00006")] {
        issued(&memory, &english(), id, yuan("1.00"));
        assert_eq!(memory.text("invoice", id, "number"), number);
    }
    let settings = Settings { first_invoice_number: 1_042, ..english() };
    let memory = host();
    issued(&memory, &settings, "a", yuan("1.00"));
    assert_eq!(memory.text("invoice", "a", "number"), "INV-2028-01042");
}

#[test]
fn a_total_is_divided_and_due_on_a_leap_day() {
    let memory = host();
    let settings = Settings { payment_days: 28, ..english() };
    issued(&memory, &settings, "a", yuan("113.00"));
    assert_eq!(memory.value("invoice", "a", "issued_on"), day("2028-02-01"));
    assert_eq!(memory.value("invoice", "a", "due_on"), day("2028-02-29"));
    assert_eq!(memory.value("invoice", "a", "net"), yuan("100.00"));
    assert_eq!(memory.value("invoice", "a", "tax"), yuan("13.00"));
    assert_eq!(memory.value("invoice", "a", "outstanding"), yuan("113.00"));
    assert_eq!(memory.value("invoice", "a", "open"), Value::Boolean(true));
    assert_eq!(memory.value("invoice", "a", "next_check_on"), day("2028-03-01"));
}

#[test]
fn a_contract_has_payment_terms_of_its_own() {
    let memory = host();
    memory.insert("contract", "k", &[("payment_days", Value::Integer(7))]);
    made(
        &memory,
        &chinese(),
        "invoice",
        "a",
        &[
            ("customer_id", CUSTOMER.into()),
            ("contract_id", "k".into()),
            ("state", "issued".into()),
            ("total", yuan("1.00")),
        ],
    );
    assert_eq!(memory.value("invoice", "a", "due_on"), day("2028-02-08"));
}

#[test]
fn an_issued_one_is_put_back_when_somebody_changes_it() {
    for (settings, expected) in
        [(chinese(), "已开具的发票不能修改"), (english(), "An issued invoice can't be changed")]
    {
        let memory = host();
        issued(&memory, &settings, "a", yuan("113.00"));
        memory.change("invoice", "a", "total", yuan("1.00"));
        let data = json!({"total": {
            "old": {"amount": "113.00", "currency": "CNY"}, "new": {"amount": "1.00", "currency": "CNY"},
        }});
        happens(&memory, &settings, "invoice.updated", "a", &data).unwrap();
        assert_eq!(memory.value("invoice", "a", "total"), yuan("113.00"));
        assert_eq!(memory.value("invoice", "a", "outstanding"), yuan("113.00"));
        assert!(memory.text("invoice", "a", "problem").starts_with(expected));
        memory.change("invoice", "a", "state", "draft".into());
        let data = json!({"state": {"old": "issued", "new": "draft"}});
        happens(&memory, &settings, "invoice.updated", "a", &data).unwrap();
        assert_eq!(memory.text("invoice", "a", "state"), "issued");
    }
}

#[test]
fn a_draft_changes_with_its_lines_and_a_cancelled_one_owes_nothing() {
    let memory = host();
    let fields =
        [("customer_id", CUSTOMER.into()), ("state", "draft".into()), ("lines", "a | 1 | 113".into())];
    made(&memory, &english(), "invoice", "a", &fields);
    memory.change("invoice", "a", "lines", "a | 2 | 113".into());
    happens(&memory, &english(), "invoice.updated", "a", &json!({})).unwrap();
    assert_eq!(memory.value("invoice", "a", "total"), yuan("226.00"));
    issued(&memory, &english(), "b", yuan("1.00"));
    memory.change("invoice", "b", "state", "cancelled".into());
    let data = json!({"state": {"old": "issued", "new": "cancelled"}});
    happens(&memory, &english(), "invoice.updated", "b", &data).unwrap();
    assert_eq!(memory.value("invoice", "b", "open"), Value::Boolean(false));
    assert_eq!(memory.value("invoice", "b", "outstanding"), Value::None);
    assert_eq!(memory.text("invoice", "b", "number"), "INV-2028-00001", "it keeps its number");
    memory.change("invoice", "b", "state", "issued".into());
    let data = json!({"state": {"old": "cancelled", "new": "issued"}});
    happens(&memory, &english(), "invoice.updated", "b", &data).unwrap();
    assert_eq!(memory.text("invoice", "b", "state"), "cancelled");
}

#[test]
fn a_deleted_one_leaves_an_explained_gap() {
    for (settings, expected) in
        [(chinese(), "发票 INV-2028-00001 已删除"), (english(), "The invoice INV-2028-00001 was deleted")]
    {
        let memory = host();
        issued(&memory, &settings, "a", yuan("100.00"));
        let paid = [("invoice_id", "a".into()), ("amount", yuan("40.00"))];
        made(&memory, &settings, "payment", "p", &paid);
        memory.insert("instalment", "i", &[("invoice_id", "a".into()), ("state", "invoiced".into())]);
        memory.delete("invoice", "a");
        for _ in 0..2 {
            let data = json!({"number": "INV-2028-00001"});
            happens(&memory, &settings, "invoice.deleted", "a", &data).unwrap();
        }
        assert!(memory.text("payment", "p", "problem").starts_with(expected));
        assert_eq!(memory.value("payment", "p", "invoice_id"), Value::None);
        assert_eq!(memory.text("instalment", "i", "state"), "planned");
        issued(&memory, &settings, "b", yuan("1.00"));
        assert_eq!(memory.text("invoice", "b", "number"), "INV-2028-00002", "the number isn't given again");
        let numbers = tool(&memory, &settings, "numbers", &json!({})).unwrap();
        assert_eq!(
            numbers["deleted_invoices"],
            json!([{"number": "INV-2028-00001", "deleted_on": "2028-02-01"}])
        );
        assert_eq!(numbers["series"][2], json!({"kind": "invoice", "prefix": "INV-2028-", "last": 2}));
    }
}

#[test]
fn an_order_is_invoiced_once() {
    let memory = host();
    let order =
        [("number", "SO-1".into()), ("customer_id", CUSTOMER.into()), ("total", money("119.00", "EUR"))];
    memory.insert("order", "o", &order);
    let arguments = json!({"order": "o", "tax_rate": "19", "issue": true});
    let made = tool(&memory, &english(), "make-invoice", &arguments).unwrap();
    assert_eq!(made["net"], json!({"amount": "100.00", "currency": "EUR"}));
    assert_eq!(made["number"], "INV-2028-00001");
    let again = tool(&memory, &english(), "make-invoice", &arguments).unwrap_err();
    assert_eq!(
        (again.code.as_str(), again.message.as_str()),
        ("conflict", "the order has an invoice already: INV-2028-00001")
    );
}

#[test]
fn ugly_arguments_are_refused_with_their_name() {
    let memory = host();
    for (arguments, expected) in [
        (json!({}), "name one of"),
        (json!({"order": "o", "customer": "c"}), "name one of"),
        (json!({"customer": "nobody"}), "customer: there is no nobody"),
        (json!({"customer": CUSTOMER, "tax_rate": "101"}), "tax_rate"),
        (json!({"customer": CUSTOMER, "issued_on": "2027-02-29"}), "issued_on"),
        (json!({"customer": CUSTOMER, "amount": "1e9"}), "amount"),
        (json!({"customer": CUSTOMER, "amount": "1.005"}), "amount"),
        (json!({"customer": CUSTOMER, "amount": "5", "due_on": "2020-01-01"}), "It would be due"),
        (json!({"customer": CUSTOMER, "issue": true}), "The invoice has no amount."),
        (json!({"customer": CUSTOMER, "lines": "a | 1", "issue": true}), "Line 1"),
    ] {
        let refused = tool(&memory, &english(), "make-invoice", &arguments).unwrap_err();
        assert!(refused.message.starts_with(expected), "{arguments}: {}", refused.message);
    }
    assert!(memory.ids("invoice").is_empty());
    assert_eq!(memory.key("number/invoice/INV-2028-"), None, "no number was drawn");
}
