//! Invoices: issued once and then as they are, paid in parts, overdue.

use hospes_sdk::{Error, Value};
use jiff::civil::Date;

use crate::books::Books;
use crate::event::Change;
use crate::money::Amount;
use crate::numbers::{self, Series};
use crate::owners::{Given, Owners};
use crate::record::Record;
use crate::reminders;
use crate::{dates, payment, tasks, totals};

/// What doesn't change any more once an invoice is issued.
const PROTECTED: [&str; 9] =
    ["number", "customer_id", "currency", "lines", "tax_rate", "net", "tax", "total", "issued_on"];

/// Brings an invoice in order after it was made or changed.
pub fn settle(books: &Books, id: &str, change: &Change) -> Result<(), Error> {
    let Some(mut invoice) = books.get("invoice", id)? else { return Ok(()) };
    let restored = protect(&mut invoice, change);
    match invoice.text("state") {
        "" | "draft" => {
            totals::settle(books, &mut invoice);
            invoice.set("open", false);
            invoice.set_day("next_check_on", None);
        }
        "cancelled" => cancel(books, &mut invoice)?,
        _ => {
            if numbers::is_missing(invoice.text("number")) || invoice.value("issued_at") == Value::None {
                issue(books, &mut invoice)?;
            }
            let payments = books.all("payment", "invoice_id", id)?;
            balance(books, &mut invoice, &payments)?;
            // Those that were recorded before it had a number of its own.
            payment::number_all(books, &invoice, payments);
        }
    }
    if restored {
        let problem = books.language().pick(
            "已开具的发票不能修改，已恢复原内容；请作废后重新开具。",
            "An issued invoice can't be changed; it was put back. Cancel it and make a new one.",
        );
        invoice.set("problem", problem);
    }
    books.put(invoice);
    Ok(())
}

/// Puts back what somebody has changed of an issued invoice; whether there was something.
fn protect(invoice: &mut Record, change: &Change) -> bool {
    let was = change.old_text("state").unwrap_or_else(|| invoice.text("state").to_owned());
    let Value::Time(issued_at) = invoice.value("issued_at") else { return false };
    if matches!(was.as_str(), "" | "draft") || change.at <= issued_at {
        return false;
    }
    let mut restored = false;
    for field in PROTECTED {
        // Where it was changed once more since, the event of that later change is the one to look at.
        let Some(old) = change.undone(field, &invoice.value(field)) else { continue };
        invoice.set(field, old);
        restored = true;
    }
    let now = invoice.text("state");
    let back = now == "draft" || was == "cancelled" && now != "cancelled";
    if back && was != now {
        invoice.set("state", was.as_str());
    }
    restored || back
}

/// Gives a draft its number and its days; one that isn't complete becomes a draft again and says why.
fn issue(books: &Books, invoice: &mut Record) -> Result<(), Error> {
    totals::settle(books, invoice);
    if invoice.is_empty("problem") && invoice.amount("total").is_none_or(|total| total.cents == 0) {
        let problem = books.language().pick("发票没有金额。", "The invoice has no amount.");
        invoice.set("problem", problem);
    }
    if !invoice.is_empty("problem") {
        invoice.set("state", "draft");
        return Ok(());
    }
    let issued_on = invoice.day("issued_on").unwrap_or(books.today);
    invoice.set_day("issued_on", Some(issued_on));
    if numbers::is_missing(invoice.text("number")) {
        invoice.set("number", numbers::next(books, Series::Invoice, issued_on.year())?);
    }
    if invoice.day("due_on").is_none() {
        let contract = books.get("contract", invoice.text("contract_id"))?;
        let agreed = contract.filter(|contract| contract.value("payment_days") != Value::None);
        let days = agreed.map_or(books.settings.payment_days, |contract| contract.integer("payment_days"));
        invoice.set_day("due_on", Some(dates::plus_days(issued_on, days.clamp(0, 3_650))));
    }
    invoice.set("issued_at", Value::Time(books.host().now()));
    Ok(())
}

/// Makes an invoice that has all but its number; whether it is issued at once.
pub fn make(books: &Books, mut invoice: Record, at_once: bool) -> Result<Record, Error> {
    invoice.set("number", numbers::NONE);
    invoice.set("open", false);
    if at_once {
        invoice.set("state", "issued");
        issue(books, &mut invoice)?;
        if invoice.text("state") == "draft" {
            return Err(Error::invalid(invoice.text("problem")));
        }
        balance(books, &mut invoice, &[])?;
    } else {
        invoice.set("state", "draft");
        totals::settle(books, &mut invoice);
    }
    let id = books.create(invoice.clone())?;
    invoice.id = id;
    Ok(invoice)
}

/// Counts what was paid of an issued invoice, and what follows from it. Payments in another currency don't count.
pub fn balance(books: &Books, invoice: &mut Record, payments: &[Record]) -> Result<(), Error> {
    if matches!(invoice.text("state"), "" | "draft" | "cancelled") {
        return Ok(());
    }
    let Some(total) = invoice.amount("total") else { return Ok(()) };
    let counted = payments.iter().filter_map(|payment| payment.amount("amount"));
    let counted = counted.filter(|amount| amount.currency == total.currency);
    let paid = counted.fold(0_i64, |sum, amount| sum.saturating_add(amount.cents));
    let amount = |cents: i64| Amount::new(cents.min(crate::money::LARGEST), &total.currency);
    let outstanding = total.cents.saturating_sub(paid).max(0);
    let overpaid = paid.saturating_sub(total.cents);
    invoice.set_amount("paid", Some(amount(paid)));
    invoice.set_amount("outstanding", Some(amount(outstanding)));
    invoice.set_amount("overpaid", (overpaid > 0).then(|| amount(overpaid)));
    invoice.set("open", outstanding > 0);
    let is_overdue = invoice.day("due_on").is_some_and(|due| due < books.today);
    let state = match (outstanding, paid) {
        (0, _) => "paid",
        _ if is_overdue => "overdue",
        (_, 0) => "issued",
        _ => "partly-paid",
    };
    invoice.set("state", state);
    if outstanding == 0 {
        tasks::cancel(books, invoice.text("reminder_task_id"))?;
    }
    invoice.set_day("next_check_on", next_check(books, invoice));
    Ok(())
}

/// The day on which it becomes overdue or its customer is reminded next.
fn next_check(books: &Books, invoice: &Record) -> Option<Date> {
    let due = invoice.day("due_on").filter(|_| invoice.value("open") == Value::Boolean(true))?;
    let overdue = (invoice.text("state") != "overdue").then(|| dates::tomorrow(due));
    let reminder = reminders::next(books, invoice, due);
    [overdue, reminder].into_iter().flatten().min()
}

/// What the daily run does with one whose day has come: it is overdue, and its customer is reminded. False where that waits
/// for the next run.
pub fn check(books: &Books, mut invoice: Record, owners: &mut Owners) -> Result<bool, Error> {
    let is_open = invoice.value("open") == Value::Boolean(true);
    if let Some(due) = invoice.day("due_on").filter(|due| is_open && *due < books.today) {
        invoice.set("state", "overdue");
        if reminders::next(books, &invoice, due).is_some_and(|day| day <= books.today) {
            let owner = tasks::owner(books, &invoice)?;
            match owners.decide(books, &owner) {
                Given::Later => return Ok(false),
                Given::Owner => reminders::remind(books, &mut invoice, due, owner)?,
                Given::Nobody => reminders::remind(books, &mut invoice, due, String::new())?,
            }
        }
    }
    let next = next_check(books, &invoice).map(|day| day.max(dates::tomorrow(books.today)));
    invoice.set_day("next_check_on", next);
    books.put(invoice);
    Ok(true)
}

/// Nothing is owed on a cancelled invoice, and its instalment can be invoiced anew.
fn cancel(books: &Books, invoice: &mut Record) -> Result<(), Error> {
    if numbers::is_missing(invoice.text("number")) {
        // A draft that was given up has taken no number.
        invoice.set_day("issued_on", None);
    }
    for field in ["outstanding", "next_check_on"] {
        invoice.set(field, Value::None);
    }
    invoice.set("open", false);
    tasks::cancel(books, invoice.text("reminder_task_id"))?;
    release_instalments(books, &invoice.id)
}

fn release_instalments(books: &Books, invoice: &str) -> Result<(), Error> {
    for mut instalment in books.all("instalment", "invoice_id", invoice)? {
        instalment.set("state", "planned");
        instalment.set("invoice_id", Value::None);
        crate::instalment::plan_check(books, &mut instalment);
        books.put(instalment);
    }
    Ok(())
}

/// What follows from the deletion of an invoice: its number is remembered, its payments belong to no invoice, and its
/// instalment can be invoiced anew.
pub fn deleted(books: &Books, id: &str, number: &str) -> Result<(), Error> {
    if !numbers::is_missing(number) {
        numbers::remember_deleted(books, number)?;
    }
    for mut payment in books.all("payment", "invoice_id", id)? {
        payment.set("invoice_id", Value::None);
        let problem = match books.language() {
            crate::texts::Language::Chinese => format!("发票 {number} 已删除，请把该收款对应到其他发票。"),
            crate::texts::Language::English => {
                format!("The invoice {number} was deleted; give the payment another invoice.")
            }
        };
        payment.set("problem", problem);
        books.put(payment);
    }
    release_instalments(books, id)
}
