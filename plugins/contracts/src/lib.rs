//! Quotations, contracts, invoices and receivables.
//!
//! Here stands only what speaks to the host. The rules stand in the modules, which see the host through a trait and are
//! tried against one in memory.

mod aging;
mod books;
mod contract;
mod daily;
mod dates;
mod event;
mod forms;
mod host;
mod instalment;
mod invoice;
mod invoicing;
mod lines;
mod money;
mod numbers;
mod owners;
mod panel;
mod payment;
mod quotation;
mod record;
mod reminders;
mod settings;
mod tasks;
mod tax;
#[cfg(test)]
mod tests;
mod texts;
mod tools;
mod totals;

use books::Books;
use event::Change;
use hospes_sdk::panel::{Action, Block, Context};
use hospes_sdk::{Error, Event, Timestamp};
use host::{Host, Live};
use settings::Settings;

struct Contracts;

hospes_sdk::export!(Contracts: hooks, schedule, panel, tools);

impl hospes_sdk::Hooks for Contracts {
    fn on_event(event: Event) -> Result<(), Error> {
        within(&Live, &Settings::read()?, |books| react(books, &event))
    }
}

impl hospes_sdk::Schedule for Contracts {
    fn run(_name: String, due: Timestamp) -> Result<(), Error> {
        within(&Live, &Settings::read()?, |books| daily::run(books, due))
    }
}

impl hospes_sdk::Panel for Contracts {
    fn render(context: Context) -> Result<Vec<Block>, Error> {
        within(&Live, &Settings::read()?, |books| panel::render(books, &context))
    }

    fn act(action: Action) -> Result<Vec<Block>, Error> {
        let reader = Some(texts::Language::of(&action.context.language));
        let settings = Settings { reader, ..Settings::read()? };
        within(&Live, &settings, |books| forms::act(books, &action))?;
        // Drawn anew with what was written.
        Ok(Vec::new())
    }
}

impl hospes_sdk::Tools for Contracts {
    fn call(name: String, arguments: String) -> Result<String, Error> {
        let result = within(&Live, &Settings::read()?, |books| tools::call(books, &name, &arguments))?;
        Ok(result.to_string())
    }
}

/// Does work on the books and writes what it has changed.
fn within<T>(
    host: &dyn Host,
    settings: &Settings,
    work: impl FnOnce(&Books) -> Result<T, Error>,
) -> Result<T, Error> {
    let books = Books::new(host, settings);
    let result = work(&books)?;
    books.close()?;
    Ok(result)
}

/// What follows from an event. A record that is gone by then is nobody's business any more.
fn react(books: &Books, event: &Event) -> Result<(), Error> {
    let (id, change) = (event.subject_id.as_str(), Change::of(event));
    match event.kind.as_str() {
        "deal.won" => quotation::deal_won(books, id),
        "quotation.created" | "quotation.updated" => quotation::settle(books, id),
        "contract.created" | "contract.updated" => contract::settle(books, id),
        "invoice.created" | "invoice.updated" => invoice::settle(books, id, &change),
        "invoice.deleted" => invoice::deleted(books, id, change.text("number")),
        "instalment.created" | "instalment.updated" => instalment::settle(books, id),
        "payment.created" | "payment.updated" => payment::settle(books, id, &change),
        "payment.deleted" => payment::deleted(books, change.text("number")),
        _ => Ok(()),
    }
}
