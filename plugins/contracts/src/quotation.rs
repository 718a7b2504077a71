//! Quotations: their amounts, how long they are valid, and the contract that one becomes.

use hospes_sdk::Error;
use jiff::civil::Date;

use crate::books::Books;
use crate::numbers::{self, Series};
use crate::record::Record;
use crate::{contract, dates, totals};

/// Brings a quotation in order after it was made or changed.
pub fn settle(books: &Books, id: &str) -> Result<(), Error> {
    let Some(mut quotation) = books.get("quotation", id)? else { return Ok(()) };
    if numbers::is_missing(quotation.text("number")) {
        quotation.set("number", numbers::next(books, Series::Quotation, books.today.year())?);
    }
    let is_open = matches!(quotation.text("state"), "" | "draft" | "sent");
    if is_open || quotation.amount("total").is_none() {
        totals::settle(books, &mut quotation);
        if quotation.day("valid_until").is_none() {
            let until = dates::plus_days(books.today, books.settings.quotation_days);
            quotation.set_day("valid_until", Some(until));
        }
    }
    let next = next_check(&quotation);
    quotation.set_day("next_check_on", next);
    if quotation.text("state") == "accepted" {
        return contract::from_quotation(books, quotation).map(|_| ());
    }
    books.put(quotation);
    Ok(())
}

/// The day on which it expires, if it is open.
fn next_check(quotation: &Record) -> Option<Date> {
    let is_open = matches!(quotation.text("state"), "draft" | "sent");
    quotation.day("valid_until").filter(|_| is_open).map(dates::tomorrow)
}

/// What the daily run does with one whose day has come.
pub fn check(books: &Books, mut quotation: Record) -> bool {
    match next_check(&quotation) {
        Some(day) if day <= books.today => {
            quotation.set("state", "expired");
            quotation.set_day("next_check_on", None);
        }
        later => quotation.set_day("next_check_on", later),
    }
    books.put(quotation);
    true
}

/// Makes the contract of a deal that was won: from the quotation that fits best, or else from the deal's own amount.
pub fn deal_won(books: &Books, deal: &str) -> Result<(), Error> {
    if books.first("contract", "deal_id", deal)?.is_some() {
        return Ok(());
    }
    let quotations = books.all("quotation", "deal_id", deal)?;
    // Accepted before sent, and of those the newest; one that was declined is nobody's offer any more.
    let rank = |quotation: &Record| match quotation.text("state") {
        "accepted" => 4,
        "sent" => 3,
        "expired" => 2,
        "draft" => 1,
        _ => 0,
    };
    // Ids grow with time.
    let best = quotations.into_iter().filter(|each| rank(each) > 0);
    let best = best.max_by(|one, other| (rank(one), &one.id).cmp(&(rank(other), &other.id)));
    if let Some(mut quotation) = best {
        quotation.set("state", "accepted");
        quotation.set_day("next_check_on", None);
        return contract::from_quotation(books, quotation).map(|_| ());
    }
    match books.get("deal", deal)? {
        Some(deal) => contract::from_deal(books, &deal),
        None => Ok(()),
    }
}
