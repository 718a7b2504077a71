//! Instalments of contracts, and the invoices that are made of them.

use hospes_sdk::Error;
use jiff::civil::Date;

use crate::books::Books;
use crate::money::{Amount, step};
use crate::record::Record;
use crate::texts::Language;
use crate::{dates, invoice};

/// The most instalments that are planned at once.
pub const MOST: i64 = 120;

/// Brings an instalment in order after it was made or changed.
pub fn settle(books: &Books, id: &str) -> Result<(), Error> {
    let Some(mut instalment) = books.get("instalment", id)? else { return Ok(()) };
    let contract = books.get("contract", instalment.text("contract_id"))?;
    let mut problem = "";
    if let Some(contract) = &contract {
        instalment.set("customer_id", contract.value("customer_id"));
        let currency = |amount: Option<Amount>| amount.map(|amount| amount.currency);
        let (own, agreed) = (currency(instalment.amount("amount")), currency(contract.amount("value")));
        if own.is_some() && agreed.is_some() && own != agreed {
            problem = books.language().pick("币种与合同不同。", "Its currency isn't the contract's.");
        }
    }
    instalment.set_text("problem", problem);
    plan_check(books, &mut instalment);
    books.put(instalment);
    Ok(())
}

/// Sets the day on which its invoice is drafted.
pub fn plan_check(books: &Books, instalment: &mut Record) {
    let planned = instalment.text("state") == "planned" && instalment.is_empty("problem");
    let due = instalment.day("due_on").filter(|_| planned);
    let days = books.settings.draft_days;
    let next = due.and_then(|due| days.map(|days| dates::plus_days(due, -days)));
    instalment.set_day("next_check_on", next);
}

/// A plan of instalments.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How many.
    pub count: i64,
    /// When the first is due.
    pub first_on: Date,
    /// How many months lie between two.
    pub months: i64,
}

/// Divides what isn't planned yet of a contract's value into instalments; their amounts. All are equal but the last, which
/// has what is left over.
pub fn plan(books: &Books, id: &str, plan: Plan) -> Result<Vec<Amount>, Error> {
    let language = books.reader();
    let refuse = |chinese: &str, english: &str| Err(Error::invalid(language.pick(chinese, english)));
    let Some(mut contract) = books.get("contract", id)? else {
        return Err(Error::not_found(language.pick("没有这份合同。", "There is no such contract.")));
    };
    let Some(value) = contract.amount("value").filter(|value| value.cents > 0) else {
        return refuse("合同没有金额。", "The contract has no value.");
    };
    if !(1..=MOST).contains(&plan.count) || !(0..=120).contains(&plan.months) {
        return refuse(
            "期数为 1 至 120，间隔为 0 至 120 个月。",
            "There are 1 to 120 instalments, 0 to 120 months apart.",
        );
    }
    if matches!(contract.text("state"), "ended" | "terminated") {
        return refuse("合同已结束。", "The contract is over.");
    }
    let known = books.all("instalment", "contract_id", id)?;
    let known: Vec<&Record> = known.iter().filter(|each| each.text("state") != "cancelled").collect();
    let amounts = known.iter().filter_map(|each| each.amount("amount"));
    let planned = amounts.filter(|amount| amount.currency == value.currency);
    let planned = planned.fold(0_i64, |sum, amount| sum.saturating_add(amount.cents));
    let left = value.cents.saturating_sub(planned);
    let amounts = divided(left, plan.count, step(&value.currency));
    if amounts.iter().any(|cents| *cents <= 0) {
        return refuse(
            "合同金额已全部分期，或每期不足最小货币单位。",
            "Nothing of the contract's value is left to divide so.",
        );
    }
    for (place, cents) in amounts.iter().enumerate() {
        let place = i64::try_from(place).unwrap_or(0);
        let mut instalment = Record::new("instalment");
        let number = known.len() as i64 + place + 1;
        let name = match books.language() {
            Language::Chinese => format!("{} 第 {number} 期", contract.text("number")),
            Language::English => format!("{} instalment {number}", contract.text("number")),
        };
        instalment.set("name", name);
        instalment.set("contract_id", id);
        instalment.set("customer_id", contract.value("customer_id"));
        instalment.set("owner_id", contract.value("owner_id"));
        instalment.set_day("due_on", Some(dates::plus_months(plan.first_on, place * plan.months)));
        instalment.set_amount("amount", Some(Amount::new(*cents, &value.currency)));
        instalment.set("state", "planned");
        plan_check(books, &mut instalment);
        books.create(instalment)?;
    }
    // Of two plans at once the second runs again and sees the first.
    contract.touch("value");
    books.put(contract);
    Ok(amounts.into_iter().map(|cents| Amount::new(cents, &value.currency)).collect())
}

/// Equal parts in whole coins; the last has the rest.
fn divided(cents: i64, count: i64, coin: i64) -> Vec<i64> {
    let part = cents / count / coin * coin;
    let last = cents - part * (count - 1);
    (1..=count).map(|number| if number == count { last } else { part }).collect()
}

/// The invoice of an instalment, as far as it is known before it is made.
pub fn invoice(books: &Books, instalment: &Record) -> Result<Record, Error> {
    let contract = books.get("contract", instalment.text("contract_id"))?;
    let mut invoice = Record::new("invoice");
    invoice.set("subject", instalment.text("name"));
    invoice.set("customer_id", instalment.value("customer_id"));
    invoice.set("contract_id", instalment.value("contract_id"));
    // What is invoiced late isn't overdue on the day of its issue: it is due after the usual days.
    invoice.set_day("due_on", instalment.day("due_on").filter(|due| *due >= books.today));
    let amount = instalment.amount("amount");
    if let Some(amount) = &amount {
        invoice.set("currency", amount.currency.as_str());
    }
    invoice.set_amount("total", amount);
    if let Some(contract) = contract {
        invoice.set("owner_id", contract.value("owner_id"));
        invoice.set("tax_rate", contract.value("tax_rate"));
        invoice.fill("customer_id", contract.value("customer_id"));
    }
    Ok(invoice)
}

/// Makes the invoice of an instalment, which names it: of two that are made at once the second runs again and is refused.
pub fn make_invoice(
    books: &Books,
    mut instalment: Record,
    invoice: Record,
    at_once: bool,
) -> Result<Record, Error> {
    if instalment.text("state") != "planned" {
        let refusal = books.reader().pick("该期已开票或已取消。", "The instalment is invoiced or cancelled.");
        return Err(Error::new("conflict", refusal));
    }
    let made = invoice::make(books, invoice, at_once)?;
    instalment.set("state", "invoiced");
    instalment.set("invoice_id", made.id.as_str());
    instalment.set_day("next_check_on", None);
    books.put(instalment);
    Ok(made)
}

/// What the daily run does with one whose day has come: its invoice is drafted. One whose contract was deleted is cancelled.
pub fn check(books: &Books, mut instalment: Record) -> Result<bool, Error> {
    let is_planned = instalment.text("state") == "planned";
    if is_planned && books.get("contract", instalment.text("contract_id"))?.is_none() {
        instalment.set("state", "cancelled");
    } else if is_planned && instalment.amount("amount").is_some() {
        let invoice = invoice(books, &instalment)?;
        if books.get("customer", invoice.text("customer_id"))?.is_some() {
            return make_invoice(books, instalment, invoice, false).map(|_| true);
        }
    }
    instalment.set_day("next_check_on", None);
    books.put(instalment);
    Ok(true)
}
