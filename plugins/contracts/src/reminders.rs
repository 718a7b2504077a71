//! Reminders of overdue invoices: which is due, and what is written to the customer.

use hospes_sdk::Error;
use jiff::civil::Date;

use crate::books::Books;
use crate::dates;
use crate::record::Record;
use crate::tasks::{self, Task};
use crate::texts::Language;

/// The day of the next reminder; none after the last, or while the invoice is on hold.
///
/// Where the days of several have passed, as after the plugin was switched off for a while, one comes at a time: the next
/// after as many days as lie between the two.
pub fn next(books: &Books, invoice: &Record, due: Date) -> Option<Date> {
    if invoice.value("on_hold").as_boolean() == Some(true) {
        return None;
    }
    let days = &books.settings.reminder_days;
    let sent = usize::try_from(invoice.integer("reminders")).ok()?;
    let planned = dates::plus_days(due, *days.get(sent)?);
    let before = sent.checked_sub(1).and_then(|before| days.get(before)).zip(invoice.day("reminded_on"));
    Some(match before {
        Some((before, on)) => planned.max(dates::plus_days(on, days[sent] - before)),
        None => planned,
    })
}

/// Gives the owner a task with the text of the next reminder, in place of the task of the one before.
pub fn remind(books: &Books, invoice: &mut Record, due: Date, owner: String) -> Result<(), Error> {
    let level = invoice.integer("reminders") + 1;
    let customer = books.get("customer", invoice.text("customer_id"))?;
    let (name, tag) = match &customer {
        Some(customer) => (customer.text("name").to_owned(), customer.text("language").to_owned()),
        None => (String::new(), String::new()),
    };
    let language = books.settings.reminder_language.unwrap_or(match tag.is_empty() {
        true => books.language(),
        false => Language::of(&tag),
    });
    let text = text(books, invoice, &name, due, level, language);
    let (number, days) = (invoice.text("number"), dates::days_between(due, books.today));
    let title = match books.language() {
        Language::Chinese => format!("第 {level} 次催款：{number}，逾期 {days} 天：{name}"),
        Language::English => format!("Reminder {level}: {number}, {days} days overdue: {name}"),
    };
    let priority = if level > 2 { "urgent" } else { "normal" };
    tasks::cancel(books, invoice.text("reminder_task_id"))?;
    let task = tasks::create(books, invoice, &Task { title, description: text, priority, owner })?;
    invoice.set("reminders", level);
    invoice.set_day("reminded_on", Some(books.today));
    invoice.set("reminder_task_id", task);
    Ok(())
}

/// What is written to the customer.
fn text(books: &Books, invoice: &Record, name: &str, due: Date, level: i64, language: Language) -> String {
    let number = invoice.text("number");
    let amount = |field: &str| invoice.amount(field).map(|amount| amount.to_string()).unwrap_or_default();
    let (total, outstanding) = (amount("total"), amount("outstanding"));
    let days = dates::days_between(due, books.today);
    let (account, company) = (books.settings.bank_account.trim(), books.settings.company.trim());
    let mut lines: Vec<String> = Vec::new();
    match language {
        Language::Chinese => {
            lines.push(format!("{name}，您好！"));
            lines.push(format!(
                "发票 {number}（金额 {total}）已于 {due} 到期，目前尚有 {outstanding} 未付，已逾期 {days} 天。"
            ));
            lines.push(
                match level {
                    1 => "可能是一时疏忽，烦请尽快安排付款。如已付款，请忽略本通知。",
                    2 => "我们此前已提醒过一次，请在七日内付款；如对发票有疑问，请与我们联系。",
                    _ => "这是最后一次催款。如七日内仍未收到款项，我们将采取进一步措施。",
                }
                .to_owned(),
            );
            if !account.is_empty() {
                lines.push(format!("收款账户：{account}"));
            }
        }
        Language::English => {
            lines.push(format!("Dear {name},"));
            lines.push(format!(
                "invoice {number} of {total} was due on {due}. {outstanding} are outstanding, {days} days overdue."
            ));
            lines.push(
                match level {
                    1 => "This may have slipped your attention: please pay soon. If you have paid already, please ignore this message.",
                    2 => "We have reminded you before. Please pay within seven days, or contact us if you have a question about the invoice.",
                    _ => "This is our last reminder. If we receive no payment within seven days, we shall take further steps.",
                }
                .to_owned(),
            );
            if !account.is_empty() {
                lines.push(format!("Please pay to: {account}"));
            }
        }
    }
    if !company.is_empty() {
        lines.push(company.to_owned());
    }
    lines.join("\n")
}
