//! Contracts and instalments.

use super::*;

fn contract(memory: &Memory, settings: &Settings, fields: &[(&str, Value)]) {
    let mut all = vec![
        ("number", "—".into()),
        ("customer_id", CUSTOMER.into()),
        ("state", "signed".into()),
        ("value", yuan("1000.00")),
        ("subject", "维保".into()),
    ];
    all.extend_from_slice(fields);
    made(memory, settings, "contract", "k", &all);
}

fn run(memory: &Memory, settings: &Settings) {
    memory.call(settings, |books| crate::daily::run(books, memory.now())).expect("the run goes well");
}

#[test]
fn a_signed_one_begins_on_its_day_and_ends_after_its_last() {
    let memory = host();
    contract(
        &memory,
        &chinese(),
        &[
            ("starts_on", day("2028-02-03")),
            ("ends_on", day("2028-02-29")),
            ("notice_days", Value::Integer(5)),
        ],
    );
    assert_eq!(memory.text("contract", "k", "number"), "CON-2028-00001");
    assert_eq!(memory.text("contract", "k", "state"), "signed");
    memory.wait(2 * DAY);
    run(&memory, &chinese());
    assert_eq!(memory.text("contract", "k", "state"), "active");
    assert_eq!(
        memory.value("contract", "k", "next_check_on"),
        day("2028-02-24"),
        "29 February less five days"
    );
    memory.wait(26 * DAY);
    run(&memory, &chinese());
    assert_eq!(memory.text("contract", "k", "state"), "active", "its last day");
    memory.wait(DAY);
    run(&memory, &chinese());
    assert_eq!(memory.text("contract", "k", "state"), "ended");
}

#[test]
fn its_owner_gets_one_task_in_the_notice_period() {
    for (settings, renewal, title, description) in [
        (chinese(), "automatic", "合同 CON-2028-00001 将于 2028-02-20 到期：维保", "自动续期 12 个月"),
        (english(), "manual", "Contract CON-2028-00001 ends on 2028-02-20: 维保", "It doesn't renew itself."),
    ] {
        let memory = host();
        let fields = [
            ("ends_on", day("2028-02-20")),
            ("renewal", renewal.into()),
            ("renewal_months", Value::Integer(12)),
        ];
        contract(&memory, &settings, &fields);
        for _ in 0..3 {
            run(&memory, &settings);
            memory.wait(DAY);
        }
        let tasks = memory.ids("task");
        assert_eq!(tasks.len(), 1);
        assert_eq!(memory.text("task", &tasks[0], "title"), title);
        assert!(memory.text("task", &tasks[0], "description").contains(description));
        assert_eq!(memory.text("task", &tasks[0], "assignee_id"), "user-1", "the customer's owner");
        assert_eq!(memory.text("task", &tasks[0], "subject_id"), CUSTOMER);
    }
}

#[test]
fn an_automatic_renewal_moves_the_end_and_reminds_anew() {
    let memory = host();
    let fields = [
        ("ends_on", day("2028-01-31")),
        ("renewal", "automatic".into()),
        ("renewal_months", Value::Integer(1)),
        ("notice_days", Value::Integer(3)),
    ];
    contract(&memory, &chinese(), &fields);
    assert_eq!(memory.value("contract", "k", "ends_on"), day("2028-02-29"));
    memory.wait(27 * DAY);
    run(&memory, &chinese());
    assert_eq!(memory.ids("task").len(), 1);
    memory.wait(3 * DAY);
    run(&memory, &chinese());
    assert_eq!(memory.value("contract", "k", "ends_on"), day("2028-03-29"));
    memory.wait(26 * DAY);
    run(&memory, &chinese());
    assert_eq!(memory.ids("task").len(), 2, "once for each end");
}

#[test]
fn an_end_before_the_start_is_a_problem() {
    for (settings, expected) in
        [(chinese(), "结束日期早于开始日期。"), (english(), "It ends before it starts.")]
    {
        let memory = host();
        contract(&memory, &settings, &[("starts_on", day("2028-03-01")), ("ends_on", day("2028-02-29"))]);
        assert_eq!(memory.text("contract", "k", "problem"), expected);
        assert_eq!(memory.value("contract", "k", "next_check_on"), Value::None);
    }
}

#[test]
fn instalments_add_up_and_keep_the_last_day_of_a_month() {
    let memory = host();
    contract(&memory, &english(), &[]);
    let arguments = json!({"contract": "k", "count": 3, "first_on": "2028-01-31", "months": 1});
    let planned = tool(&memory, &english(), "plan-instalments", &arguments).unwrap();
    let part =
        |due: &str, amount: &str| json!({"due_on": due, "amount": {"amount": amount, "currency": "CNY"}});
    let expected = [part("2028-01-31", "333.33"), part("2028-02-29", "333.33"), part("2028-03-31", "333.34")];
    assert_eq!(planned["instalments"], json!(expected));
    let again = tool(&memory, &english(), "plan-instalments", &arguments).unwrap_err();
    assert_eq!(again.message, "Nothing of the contract's value is left to divide so.");
    assert_eq!(memory.text("instalment", "made-00001", "name"), "CON-2028-00001 instalment 1");
}

#[test]
fn two_plans_at_once_divide_the_value_once() {
    let memory = host();
    contract(&memory, &chinese(), &[]);
    let plan = |books: &crate::books::Books| {
        crate::tools::call(books, "plan-instalments", r#"{"contract": "k", "count": 2}"#)
    };
    let late = memory.call_amid(&chinese(), plan, |memory| {
        memory.call(&chinese(), plan).unwrap();
    });
    assert!(late.is_err());
    assert_eq!(memory.ids("instalment").len(), 2);
}

#[test]
fn an_instalment_is_invoiced_once_and_again_after_its_invoice_was_cancelled() {
    let memory = host();
    contract(&memory, &chinese(), &[]);
    tool(&memory, &chinese(), "plan-instalments", &json!({"contract": "k", "count": 2})).unwrap();
    let id = memory.ids("instalment")[0].clone();
    let arguments = json!({"instalment": id, "issue": true});
    let made = tool(&memory, &chinese(), "make-invoice", &arguments).unwrap();
    assert_eq!(made["total"], json!({"amount": "500.00", "currency": "CNY"}));
    let again = tool(&memory, &chinese(), "make-invoice", &arguments).unwrap_err();
    assert_eq!((again.code.as_str(), again.message.as_str()), ("conflict", "该期已开票或已取消。"));
    let invoice = made["id"].as_str().unwrap();
    memory.change("invoice", invoice, "state", "cancelled".into());
    let data = json!({"state": {"old": "issued", "new": "cancelled"}});
    happens(&memory, &chinese(), "invoice.updated", invoice, &data).unwrap();
    let made = tool(&memory, &chinese(), "make-invoice", &arguments).unwrap();
    assert_eq!(made["number"], "INV-2028-00002");
}

#[test]
fn no_more_is_invoiced_than_was_agreed_and_the_whole_has_its_lines() {
    let memory = host();
    memory.insert(
        "quotation",
        "q",
        &[("lines", "a | 1 | 600 | 13\nb | 1 | 400 | 6".into()), ("total", yuan("1000.00"))],
    );
    contract(&memory, &english(), &[("quotation_id", "q".into()), ("tax_rate", "mixed".into())]);
    let part = json!({"contract": "k", "amount": "300"});
    let refused = tool(&memory, &english(), "make-invoice", &part).unwrap_err();
    assert!(refused.message.contains("several tax rates"), "{}", refused.message);
    let whole = tool(&memory, &english(), "make-invoice", &json!({"contract": "k", "issue": true})).unwrap();
    assert_eq!(whole["tax"], json!({"amount": "91.67", "currency": "CNY"}), "69.03 and 22.64");
    let more =
        tool(&memory, &english(), "make-invoice", &json!({"contract": "k", "amount": "0.01"})).unwrap_err();
    assert_eq!(more.message, "0.00 CNY of the contract's value can still be invoiced.");
}
