//! The daily run.

use super::*;

fn run_due(memory: &Memory, settings: &Settings, due: i64) -> Result<(), Error> {
    memory.call(settings, |books| crate::daily::run(books, due))
}

fn run(memory: &Memory, settings: &Settings) {
    run_due(memory, settings, memory.now()).expect("the run goes well");
}

#[test]
fn three_reminders_come_once_each_and_end_with_the_payment() {
    let memory = host();
    let settings =
        Settings { company: "清泉科技".into(), bank_account: "招商银行 6225".into(), ..chinese() };
    issued(&memory, &settings, "a", yuan("1130.00"));
    assert_eq!(memory.value("invoice", "a", "due_on"), day("2028-03-02"));
    let mut days = Vec::new();
    for number in 0..80 {
        let before = memory.ids("task").len();
        run(&memory, &settings);
        run(&memory, &settings);
        if memory.ids("task").len() > before {
            days.push(number);
        }
        memory.wait(DAY);
    }
    assert_eq!(days, [33, 44, 60], "3, 14 and 30 days after 2 March");
    let tasks = memory.ids("task");
    assert_eq!(memory.text("task", &tasks[0], "title"), "第 1 次催款：INV-2028-00001，逾期 3 天：星河物业");
    let text = memory.text("task", &tasks[2], "description");
    for part in ["星河物业，您好！", "1130.00 CNY", "2028-03-02", "最后一次催款", "招商银行 6225", "清泉科技"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(memory.text("task", &tasks[2], "priority"), "urgent");
    assert_eq!(memory.text("invoice", "a", "state"), "overdue");
    memory.change("task", &tasks[2], "status", "open".into());
    tool(&memory, &settings, "record-payment", &json!({"invoice": "a", "amount": "1130"})).unwrap();
    assert_eq!(memory.text("task", &tasks[2], "status"), "cancelled", "nobody reminds of what is paid");
    assert_eq!(memory.text("invoice", "a", "state"), "paid");
}

#[test]
fn a_reminder_is_in_the_customers_language() {
    let memory = host();
    memory.change("customer", CUSTOMER, "language", "en-GB".into());
    memory.change("customer", CUSTOMER, "name", "Acme".into());
    issued(&memory, &english(), "a", money("119.00", "EUR"));
    memory.change("invoice", "a", "due_on", day("2028-01-01"));
    happens(&memory, &english(), "invoice.updated", "a", &json!({})).unwrap();
    run(&memory, &english());
    let task = &memory.ids("task")[0];
    assert_eq!(memory.text("task", task, "title"), "Reminder 1: INV-2028-00001, 31 days overdue: Acme");
    assert!(
        memory
            .text("task", task, "description")
            .starts_with("Dear Acme,\ninvoice INV-2028-00001 of 119.00 EUR")
    );
    let settings = Settings { reminder_language: Some(Language::Chinese), ..english() };
    memory.wait(11 * DAY);
    run(&memory, &settings);
    let task = &memory.ids("task")[1];
    assert!(memory.text("task", task, "description").starts_with("Acme，您好！"));
    memory.wait(DAY);
    run(&memory, &settings);
    assert_eq!(memory.ids("task").len(), 2, "the third follows after as many days as lie between the two");
}

#[test]
fn one_on_hold_is_overdue_and_not_reminded_of() {
    let memory = host();
    issued(&memory, &chinese(), "a", yuan("1.00"));
    memory.change("invoice", "a", "on_hold", Value::Boolean(true));
    happens(&memory, &chinese(), "invoice.updated", "a", &json!({})).unwrap();
    memory.wait(60 * DAY);
    run(&memory, &chinese());
    assert_eq!(memory.text("invoice", "a", "state"), "overdue");
    assert!(memory.ids("task").is_empty());
}

#[test]
fn quotations_expire_the_day_after_their_last() {
    let memory = host();
    let fields =
        [("customer_id", CUSTOMER.into()), ("state", "sent".into()), ("valid_until", day("2028-02-01"))];
    made(&memory, &english(), "quotation", "q", &fields);
    run(&memory, &english());
    assert_eq!(memory.text("quotation", "q", "state"), "sent");
    memory.wait(DAY);
    run(&memory, &english());
    assert_eq!(memory.text("quotation", "q", "state"), "expired");
}

#[test]
fn instalments_are_drafted_before_they_are_due() {
    let memory = host();
    memory.insert(
        "contract",
        "k",
        &[("number", "CON-1".into()), ("customer_id", CUSTOMER.into()), ("value", yuan("200.00"))],
    );
    let arguments = json!({"contract": "k", "count": 2, "first_on": "2028-02-09"});
    tool(&memory, &chinese(), "plan-instalments", &arguments).unwrap();
    run(&memory, &chinese());
    assert!(memory.ids("invoice").is_empty());
    memory.wait(DAY);
    run(&memory, &chinese());
    run(&memory, &chinese());
    let invoices = memory.ids("invoice");
    assert_eq!(invoices.len(), 1);
    assert_eq!(memory.text("invoice", &invoices[0], "state"), "draft");
    assert_eq!(memory.text("invoice", &invoices[0], "number"), "—", "a draft takes no number");
    assert_eq!(memory.value("invoice", &invoices[0], "due_on"), day("2028-02-09"));
    assert_eq!(memory.text("invoice", &invoices[0], "subject"), "CON-1 第 1 期");
}

#[test]
fn an_instalment_whose_contract_was_deleted_is_cancelled() {
    let memory = host();
    let fields = [
        ("contract_id", "gone".into()),
        ("customer_id", CUSTOMER.into()),
        ("amount", yuan("5.00")),
        ("state", "planned".into()),
        ("next_check_on", day("2028-02-01")),
    ];
    memory.insert("instalment", "i", &fields);
    run(&memory, &chinese());
    assert_eq!(memory.text("instalment", "i", "state"), "cancelled");
    assert!(memory.ids("invoice").is_empty());
}

#[test]
fn it_begins_at_the_companys_hour() {
    let settings = Settings { zone: "America/New_York".into(), ..english() };
    let memory = host();
    let fields =
        [("state", "sent".into()), ("valid_until", day("2028-01-01")), ("next_check_on", day("2028-01-02"))];
    memory.insert("quotation", "q", &fields);
    // 20:00 of 31 January in New York; seven hours on it is 3 in the morning.
    memory.wait(7 * 3_600_000_000);
    run(&memory, &settings);
    assert_eq!(memory.text("quotation", "q", "state"), "sent");
    memory.wait(5 * 3_600_000_000);
    run(&memory, &settings);
    assert_eq!(memory.text("quotation", "q", "state"), "expired");
}

#[test]
fn ten_thousand_are_done_in_parts_each_once() {
    let memory = host();
    for number in 0..10_000 {
        let id = format!("i{number:05}");
        let fields = [
            ("number", Value::from(format!("N{number}"))),
            ("customer_id", CUSTOMER.into()),
            ("state", "issued".into()),
            ("total", yuan("10.00")),
            ("outstanding", yuan("10.00")),
            ("open", Value::Boolean(true)),
            ("due_on", day("2028-01-20")),
            ("next_check_on", day("2028-01-21")),
        ];
        memory.insert("invoice", &id, &fields);
    }
    // Each page takes ten milliseconds, so that a call ends by its time.
    memory.slowness.set(10_000);
    let mut runs = 0;
    loop {
        let before = memory.ids("task").len();
        run(&memory, &chinese());
        let made = memory.ids("task").len() - before;
        assert!(made <= 475, "{made} in one call");
        if made == 0 {
            break;
        }
        runs += 1;
    }
    assert!((20..=60).contains(&runs), "{runs}");
    assert_eq!(memory.ids("task").len(), 10_000);
    for id in memory.ids("invoice") {
        assert_eq!(memory.value("invoice", &id, "reminders"), Value::Integer(1), "{id}");
        assert_eq!(memory.value("invoice", &id, "next_check_on"), day("2028-02-12"));
    }
}

#[test]
fn somebody_who_has_left_holds_up_nobody() {
    let memory = host();
    for (number, owner) in [(0, "user-1"), (1, "user-gone"), (2, "user-2"), (3, "user-gone"), (4, "user-1")] {
        let fields = [
            ("customer_id", CUSTOMER.into()),
            ("state", "issued".into()),
            ("total", yuan("1.00")),
            ("owner_id", Value::from(owner)),
        ];
        made(&memory, &english(), "invoice", &format!("i{number}"), &fields);
    }
    memory.wait(50 * DAY);
    let mut refusals = 0;
    for _ in 0..12 {
        let due = memory.now();
        // As the host does: again after five seconds, and after five minutes.
        for wait in [0, 6_000_000, 300_000_000] {
            memory.wait(wait);
            match run_due(&memory, &english(), due) {
                Ok(()) => break,
                Err(_) => refusals += 1,
            }
        }
        memory.wait(120_000_000);
    }
    let tasks = memory.ids("task");
    assert_eq!(tasks.len(), 5, "each invoice has one");
    let of = |owner: &str| tasks.iter().filter(|id| memory.text("task", id, "assignee_id") == owner).count();
    assert_eq!((of("user-1"), of("user-2"), of("")), (2, 1, 2));
    assert_eq!(refusals, 4, "once with those who are known, once alone, each tried twice");
}
