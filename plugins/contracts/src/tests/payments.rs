//! Payments and balances.

use super::*;

fn pay(memory: &Memory, settings: &Settings, id: &str, amount: Value) {
    let fields = [
        ("number", "—".into()),
        ("invoice_id", "a".into()),
        ("amount", amount),
        ("received_on", day("2028-02-01")),
    ];
    made(memory, settings, "payment", id, &fields);
}

fn balance(memory: &Memory) -> (String, Value, Value) {
    let value = |field| memory.value("invoice", "a", field);
    (memory.text("invoice", "a", "state"), value("paid"), value("outstanding"))
}

#[test]
fn parts_are_counted_until_it_is_paid_and_more_is_overpaid() {
    let memory = host();
    issued(&memory, &chinese(), "a", yuan("100.00"));
    pay(&memory, &chinese(), "p1", yuan("30.00"));
    assert_eq!(balance(&memory), ("partly-paid".into(), yuan("30.00"), yuan("70.00")));
    assert_eq!(memory.text("payment", "p1", "number"), "INV-2028-00001/1");
    assert_eq!(memory.text("payment", "p1", "customer_id"), CUSTOMER);
    pay(&memory, &chinese(), "p2", yuan("80.00"));
    assert_eq!(balance(&memory), ("paid".into(), yuan("110.00"), yuan("0.00")));
    assert_eq!(memory.value("invoice", "a", "overpaid"), yuan("10.00"));
    assert_eq!(memory.value("invoice", "a", "next_check_on"), Value::None);
    memory.change("payment", "p2", "amount", yuan("70.00"));
    happens(&memory, &chinese(), "payment.updated", "p2", &json!({})).unwrap();
    assert_eq!(balance(&memory), ("paid".into(), yuan("100.00"), yuan("0.00")));
    assert_eq!(memory.value("invoice", "a", "overpaid"), Value::None);
}

#[test]
fn an_event_that_comes_twice_counts_once() {
    let memory = host();
    issued(&memory, &english(), "a", yuan("100.00"));
    pay(&memory, &english(), "p1", yuan("30.00"));
    happens(&memory, &english(), "payment.created", "p1", &json!({"invoice_id": "a"})).unwrap();
    assert_eq!(balance(&memory), ("partly-paid".into(), yuan("30.00"), yuan("70.00")));
    assert_eq!(memory.text("payment", "p1", "number"), "INV-2028-00001/1");
}

#[test]
fn two_payments_at_once_both_count() {
    let memory = host();
    issued(&memory, &english(), "a", yuan("100.00"));
    let arguments = |amount: &str| json!({"invoice": "INV-2028-00001", "amount": amount}).to_string();
    let record = |amount: &'static str| {
        move |books: &crate::books::Books| crate::tools::call(books, "record-payment", &arguments(amount))
    };
    memory
        .call_amid(&english(), record("60"), |memory| {
            memory.call(&english(), record("40")).unwrap();
        })
        .unwrap();
    assert_eq!(memory.races.get(), 1);
    assert_eq!(balance(&memory), ("paid".into(), yuan("100.00"), yuan("0.00")));
    assert_eq!(memory.ids("payment").len(), 2);
}

#[test]
fn another_currency_is_never_added() {
    for (settings, expected) in [
        (chinese(), "收款币种 USD 与发票币种 CNY 不同，未计入。"),
        (english(), "It is in USD and the invoice in CNY, so it isn't counted."),
    ] {
        let memory = host();
        issued(&memory, &settings, "a", yuan("100.00"));
        pay(&memory, &settings, "p", money("100.00", "USD"));
        assert_eq!(balance(&memory), ("issued".into(), yuan("0.00"), yuan("100.00")));
        assert_eq!(memory.text("payment", "p", "problem"), expected);
        let refused = tool(
            &memory,
            &settings,
            "record-payment",
            &json!({"invoice": "a", "amount": "1", "currency": "USD"}),
        );
        assert_eq!(refused.unwrap_err().code, "invalid");
    }
}

#[test]
fn a_deleted_payment_and_one_given_to_another_invoice_are_taken_off() {
    let memory = host();
    issued(&memory, &chinese(), "a", yuan("100.00"));
    issued(&memory, &chinese(), "b", yuan("100.00"));
    pay(&memory, &chinese(), "p1", yuan("30.00"));
    pay(&memory, &chinese(), "p2", yuan("20.00"));
    memory.delete("payment", "p1");
    happens(&memory, &chinese(), "payment.deleted", "p1", &json!({"number": "INV-2028-00001/1"})).unwrap();
    assert_eq!(balance(&memory), ("partly-paid".into(), yuan("20.00"), yuan("80.00")));
    memory.change("payment", "p2", "invoice_id", "b".into());
    happens(&memory, &chinese(), "payment.updated", "p2", &json!({"invoice_id": {"old": "a", "new": "b"}}))
        .unwrap();
    assert_eq!(balance(&memory), ("issued".into(), yuan("0.00"), yuan("100.00")));
    assert_eq!(memory.value("invoice", "b", "outstanding"), yuan("80.00"));
    assert_eq!(memory.text("payment", "p2", "number"), "INV-2028-00002/1");
}

#[test]
fn what_somebody_wrote_as_number_is_kept_as_reference() {
    let memory = host();
    issued(&memory, &english(), "a", yuan("100.00"));
    let fields = [("number", "Bank 4711".into()), ("invoice_id", "a".into()), ("amount", yuan("1.00"))];
    made(&memory, &english(), "payment", "p", &fields);
    assert_eq!(memory.text("payment", "p", "number"), "INV-2028-00001/1");
    assert_eq!(memory.text("payment", "p", "reference"), "Bank 4711");
    made(&memory, &english(), "payment", "loose", &[("amount", yuan("1.00"))]);
    assert_eq!(
        memory.text("payment", "loose", "problem"),
        "It belongs to no invoice and is counted for none."
    );
}

#[test]
fn ugly_payments_are_refused() {
    let memory = host();
    issued(&memory, &english(), "a", yuan("100.00"));
    memory.insert("invoice", "d", &[("state", "draft".into()), ("total", yuan("1.00"))]);
    for (invoice, amount) in
        [("a", "0"), ("a", "-5"), ("a", "abc"), ("a", "0.005"), ("d", "1"), ("nobody", "1")]
    {
        let arguments = json!({"invoice": invoice, "amount": amount});
        assert!(tool(&memory, &english(), "record-payment", &arguments).is_err(), "{arguments}");
    }
    assert!(memory.ids("payment").is_empty());
}

#[test]
fn a_payment_in_advance_counts_and_is_numbered_when_its_invoice_is_issued() {
    let memory = host();
    let fields = [("customer_id", CUSTOMER.into()), ("state", "draft".into()), ("total", yuan("100.00"))];
    made(&memory, &chinese(), "invoice", "a", &fields);
    pay(&memory, &chinese(), "p", yuan("30.00"));
    assert_eq!(memory.text("payment", "p", "number"), "—");
    memory.change("invoice", "a", "state", "issued".into());
    let data = json!({"state": {"old": "draft", "new": "issued"}});
    happens(&memory, &chinese(), "invoice.updated", "a", &data).unwrap();
    assert_eq!(balance(&memory), ("partly-paid".into(), yuan("30.00"), yuan("70.00")));
    assert_eq!(memory.text("payment", "p", "number"), "INV-2028-00001/1");
}
