//! Contracts: from draft to end, their renewal, and the notice that has to be given in time.

use hospes_sdk::Error;
use jiff::civil::Date;

use crate::books::Books;
use crate::dates;
use crate::numbers::{self, Series};
use crate::owners::{Given, Owners};
use crate::record::Record;
use crate::tasks::{self, Task};
use crate::texts::Language;

/// Brings a contract in order after it was made or changed.
pub fn settle(books: &Books, id: &str) -> Result<(), Error> {
    let Some(mut contract) = books.get("contract", id)? else { return Ok(()) };
    if numbers::is_missing(contract.text("number")) {
        contract.set("number", numbers::next(books, Series::Contract, books.today.year())?);
    }
    contract.fill("notice_days", books.settings.notice_days);
    let problem = match (contract.day("starts_on"), contract.day("ends_on")) {
        (Some(starts), Some(ends)) if ends < starts => {
            books.language().pick("结束日期早于开始日期。", "It ends before it starts.")
        }
        _ => "",
    };
    contract.set_text("problem", problem);
    if problem.is_empty() {
        advance(books, &mut contract);
    }
    let next = next_check(&contract).filter(|_| problem.is_empty());
    contract.set_day("next_check_on", next);
    books.put(contract);
    Ok(())
}

/// Makes the draft of a contract from an accepted quotation, unless there is one; its number. The quotation names the
/// contract, so of two calls that make one at once the second runs again and finds it.
pub fn from_quotation(books: &Books, mut quotation: Record) -> Result<String, Error> {
    if let Some(known) = books.first("contract", "quotation_id", &quotation.id)? {
        let number = known.text("number").to_owned();
        quotation.set("contract_number", number.as_str());
        books.put(quotation);
        return Ok(number);
    }
    let mut contract = draft(books)?;
    for field in ["subject", "customer_id", "deal_id", "partner_id", "owner_id"] {
        contract.set(field, quotation.value(field));
    }
    contract.set("quotation_id", quotation.id.as_str());
    contract.set_amount("value", quotation.amount("total"));
    contract.set("tax_rate", quotation.value("tax_rate"));
    let number = contract.text("number").to_owned();
    books.create(contract)?;
    quotation.set("contract_number", number.as_str());
    books.put(quotation);
    Ok(number)
}

/// Makes the draft of a contract from a deal that was won without a quotation.
pub fn from_deal(books: &Books, deal: &Record) -> Result<(), Error> {
    let Some(amount) = deal.amount("amount") else { return Ok(()) };
    let mut contract = draft(books)?;
    contract.set("subject", deal.text("name"));
    for field in ["customer_id", "partner_id", "owner_id"] {
        contract.set(field, deal.value(field));
    }
    contract.set("deal_id", deal.id.as_str());
    contract.set_amount("value", Some(amount));
    books.create(contract).map(|_| ())
}

fn draft(books: &Books) -> Result<Record, Error> {
    let mut contract = Record::new("contract");
    contract.set("number", numbers::next(books, Series::Contract, books.today.year())?);
    contract.set("state", "draft");
    contract.set("notice_days", books.settings.notice_days);
    contract.set("renewal", "manual");
    Ok(contract)
}

/// Goes on to the state that the day brings: a signed contract begins, one that has ended is renewed or over.
fn advance(books: &Books, contract: &mut Record) {
    let started = contract.day("starts_on").is_none_or(|starts| starts <= books.today);
    if contract.text("state") == "signed" && started {
        contract.set("state", "active");
    }
    let Some(mut ends) = contract.day("ends_on").filter(|ends| *ends < books.today) else { return };
    if contract.text("state") != "active" {
        return;
    }
    let months = contract.integer("renewal_months");
    if contract.text("renewal") != "automatic" || months < 1 {
        contract.set("state", "ended");
        return;
    }
    // Counted from the end that was agreed, so that 31 January stays the month's last day.
    let first = ends;
    for times in 1.. {
        let later = dates::plus_months(first, months.saturating_mul(times));
        if later <= ends {
            break;
        }
        ends = later;
        if ends >= books.today {
            break;
        }
    }
    contract.set_day("ends_on", Some(ends));
}

/// The last day on which notice can be given, where nobody was reminded of it.
fn notice_on(contract: &Record) -> Option<Date> {
    let ends = contract.day("ends_on").filter(|ends| contract.day("reminded_of") != Some(*ends))?;
    Some(dates::plus_days(ends, -contract.integer("notice_days").max(0)))
}

/// The day on which something is to be done next.
fn next_check(contract: &Record) -> Option<Date> {
    let end = || contract.day("ends_on").map(dates::tomorrow);
    match contract.text("state") {
        "signed" => [contract.day("starts_on"), notice_on(contract)].into_iter().flatten().min(),
        "active" => [notice_on(contract), end()].into_iter().flatten().min(),
        _ => None,
    }
}

/// What the daily run does with one whose day has come: it goes on, and its owner gets a task once for each end. False where
/// that waits for the next run.
pub fn check(books: &Books, mut contract: Record, owners: &mut Owners) -> Result<bool, Error> {
    advance(books, &mut contract);
    let runs = matches!(contract.text("state"), "signed" | "active");
    if runs && notice_on(&contract).is_some_and(|day| day <= books.today) {
        let owner = tasks::owner(books, &contract)?;
        let owner = match owners.decide(books, &owner) {
            Given::Later => return Ok(false),
            Given::Owner => owner,
            Given::Nobody => String::new(),
        };
        let ends = contract.day("ends_on");
        remind(books, &contract, owner)?;
        contract.set_day("reminded_of", ends);
    }
    let next = next_check(&contract).map(|day| day.max(dates::tomorrow(books.today)));
    contract.set_day("next_check_on", next);
    books.put(contract);
    Ok(true)
}

fn remind(books: &Books, contract: &Record, owner: String) -> Result<(), Error> {
    let (number, subject) = (contract.text("number"), contract.text("subject"));
    let ends = contract.day("ends_on").unwrap_or(books.today);
    let renews = contract.text("renewal") == "automatic" && contract.integer("renewal_months") > 0;
    let months = contract.integer("renewal_months");
    let (title, description) = match books.language() {
        Language::Chinese => (
            format!("合同 {number} 将于 {ends} 到期：{subject}"),
            match renews {
                true => {
                    format!("如不在到期前通知对方，合同将自动续期 {months} 个月。请确认续约或发出终止通知。")
                }
                false => "合同到期后不会自动续期。请与客户商定续约，或确认到期终止。".to_owned(),
            },
        ),
        Language::English => (
            format!("Contract {number} ends on {ends}: {subject}"),
            match renews {
                true => format!(
                    "Unless notice is given, it renews itself by {months} months. Confirm that, or give notice."
                ),
                false => {
                    "It doesn't renew itself. Agree on a renewal with the customer, or let it end.".to_owned()
                }
            },
        ),
    };
    let task = Task { title, description, priority: "normal", owner };
    tasks::create(books, contract, &task).map(|_| ())
}
