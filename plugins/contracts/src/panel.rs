//! What is shown on the page of a customer, a ticket or a partner.

use std::collections::BTreeMap;

use hospes_sdk::panel::{Block, Context, RecordReference};
use hospes_sdk::records::Comparison::{Equal, NotEqual};
use hospes_sdk::{Column, Error, Table, Value};

use crate::aging;
use crate::books::Books;
use crate::forms;
use crate::money::text;
use crate::record::Record;
use crate::texts::{Language, state};

/// Documents of a kind that are shown.
const SHOWN: u32 = 50;

/// Draws the panel.
pub fn render(books: &Books, context: &Context) -> Result<Vec<Block>, Error> {
    let Some(subject) = &context.subject else { return Err(Error::invalid("a panel is a record's")) };
    let language = Language::of(&context.language);
    match context.place.as_str() {
        "customer" => {
            let found = Found::of(books, &subject.id)?;
            let mut blocks = found.blocks(books, language);
            blocks.extend(forms::all(books, &found, language));
            Ok(blocks)
        }
        "ticket" => match subject.text("customer_id") {
            Some(customer) => Ok(Found::of(books, customer)?.blocks(books, language)),
            None => Ok(Vec::new()),
        },
        "partner" => {
            let contracts = running(books, "partner_id", &subject.id)?;
            Ok(contract_blocks(books, &contracts, language))
        }
        _ => Ok(Vec::new()),
    }
}

/// What a customer has open.
pub struct Found {
    /// Invoices that aren't paid.
    pub invoices: Vec<Record>,
    /// Whether there are more of them.
    pub has_more: bool,
    /// Contracts that aren't over.
    pub contracts: Vec<Record>,
    /// Instalments that aren't invoiced.
    pub instalments: Vec<Record>,
}

impl Found {
    /// Of a customer.
    pub fn of(books: &Books, customer: &str) -> Result<Self, Error> {
        let of_customer = || ("customer_id", Equal, Value::from(customer));
        let open = [of_customer(), ("open", Equal, Value::Boolean(true))];
        let (mut invoices, more) = books.page("invoice", &open, SHOWN, None)?;
        invoices.sort_by_key(|invoice| invoice.day("due_on"));
        let planned = [of_customer(), ("state", Equal, Value::from("planned"))];
        let (mut instalments, _) = books.page("instalment", &planned, SHOWN, None)?;
        instalments.sort_by_key(|instalment| instalment.day("due_on"));
        let contracts = running(books, "customer_id", customer)?;
        Ok(Self { invoices, has_more: more.is_some(), contracts, instalments })
    }

    fn blocks(&self, books: &Books, language: Language) -> Vec<Block> {
        let mut blocks = vec![Block::Heading(language.pick("应收款", "Receivables").to_owned())];
        if self.invoices.is_empty() {
            blocks.push(Block::Text(
                language.pick("没有未结清的发票。", "There is no open invoice.").to_owned(),
            ));
        } else {
            if books.settings.panel_amounts {
                blocks.push(self.ages(books, language));
            }
            blocks.push(self.open_invoices(books, language));
            blocks.push(references(&self.invoices));
        }
        if self.has_more {
            let more = language
                .pick("还有更多未结清的发票，请看发票列表。", "There are more open invoices in their list.");
            blocks.push(Block::Text(more.to_owned()));
        }
        blocks.extend(contract_blocks(books, &self.contracts, language));
        blocks
    }

    fn ages(&self, books: &Books, language: Language) -> Block {
        let mut sums = BTreeMap::new();
        for invoice in &self.invoices {
            aging::add(&mut sums, invoice, books.today);
        }
        let mut columns = vec![column("currency", language.pick("币种", "Currency"))];
        for bucket in 0..aging::BUCKETS {
            columns.push(column(aging::NAMES[bucket], aging::title(bucket, language)));
        }
        let row = |(currency, sums): (&String, &aging::Sums)| {
            let sums = sums.iter().map(|sum| Value::from(text(*sum)));
            [Value::from(currency.as_str())].into_iter().chain(sums).collect()
        };
        Block::Table(Table { columns, rows: sums.iter().map(row).collect() })
    }

    fn open_invoices(&self, books: &Books, language: Language) -> Block {
        let mut columns = vec![
            column("number", language.pick("发票", "Invoice")),
            column("state", language.pick("状态", "State")),
            column("due_on", language.pick("到期日", "Due")),
            column("reminders", language.pick("催款次数", "Reminders")),
        ];
        let amounts = books.settings.panel_amounts;
        if amounts {
            columns.push(column("total", language.pick("价税合计", "Total")));
            columns.push(column("outstanding", language.pick("未收金额", "Outstanding")));
        }
        let row = |invoice: &Record| {
            let mut cells = vec![
                invoice.value("number"),
                Value::from(state(invoice.text("state"), language)),
                invoice.value("due_on"),
                Value::Integer(invoice.integer("reminders")),
            ];
            if amounts {
                cells.extend([invoice.value("total"), invoice.value("outstanding")]);
            }
            cells
        };
        Block::Table(Table { columns, rows: self.invoices.iter().map(row).collect() })
    }
}

/// Contracts that aren't over.
fn running(books: &Books, field: &str, id: &str) -> Result<Vec<Record>, Error> {
    let over = |word: &'static str| ("state", NotEqual, Value::from(word));
    let conditions = [(field, Equal, Value::from(id)), over("ended"), over("terminated")];
    let (mut contracts, _) = books.page("contract", &conditions, SHOWN, None)?;
    contracts.sort_by_key(|contract| contract.day("ends_on"));
    Ok(contracts)
}

fn contract_blocks(books: &Books, contracts: &[Record], language: Language) -> Vec<Block> {
    let heading = Block::Heading(language.pick("合同", "Contracts").to_owned());
    if contracts.is_empty() {
        return vec![
            heading,
            Block::Text(language.pick("没有进行中的合同。", "No contract runs.").to_owned()),
        ];
    }
    let mut columns = vec![
        column("number", language.pick("合同", "Contract")),
        column("subject", language.pick("事由", "Subject")),
        column("state", language.pick("状态", "State")),
        column("ends_on", language.pick("到期日", "Ends")),
    ];
    let amounts = books.settings.panel_amounts;
    if amounts {
        columns.push(column("value", language.pick("合同金额", "Value")));
    }
    let row = |contract: &Record| {
        let word = Value::from(state(contract.text("state"), language));
        let mut cells =
            vec![contract.value("number"), contract.value("subject"), word, contract.value("ends_on")];
        if amounts {
            cells.push(contract.value("value"));
        }
        cells
    };
    let table = Table { columns, rows: contracts.iter().map(row).collect() };
    vec![heading, Block::Table(table), references(contracts)]
}

fn references(records: &[Record]) -> Block {
    let reference = |record: &Record| RecordReference { kind: record.kind.clone(), id: record.id.clone() };
    Block::Records(records.iter().map(reference).collect())
}

fn column(name: &str, title: &str) -> Column {
    Column { name: name.into(), title: title.into() }
}
