//! A panel as a guest draws it, in the host's form. What is too much for a page is cut.

use super::from_guest;
use crate::domain::panel::{
    Block, Button, Chart, Choice, Field, Form, Input, InputKind, RecordReference, Series,
};
use crate::domain::value::Value;
use crate::plugins::bindings::exports::hospes::plugin::panel as guest;
use crate::plugins::bindings::hospes::plugin::types;
use crate::plugins::engine::fault::Fault;

/// The most blocks of a panel, rows of a table, places of a chart, and what else stands in a list.
const BLOCKS: usize = 100;
const ROWS: usize = 200;
const PLACES: usize = 366;
const ITEMS: usize = 50;

/// The blocks of a panel. A value that isn't one, or a chart with other than finite values, is an error that says where.
pub fn blocks(drawn: Vec<guest::Block>) -> Result<Vec<Block>, Fault> {
    drawn.into_iter().take(BLOCKS).map(block).collect()
}

fn block(block: guest::Block) -> Result<Block, Fault> {
    Ok(match block {
        guest::Block::Heading(text) => Block::Heading { text },
        guest::Block::Text(text) => Block::Text { text },
        guest::Block::Fields(fields) => Block::Fields { fields: some(fields, ITEMS, field)? },
        guest::Block::Table(table) => self::table(table)?,
        guest::Block::Chart(chart) => Block::Chart(self::chart(chart)?),
        guest::Block::Buttons(buttons) => Block::Buttons { buttons: some(buttons, ITEMS, button)? },
        guest::Block::Form(form) => {
            Block::Form(Form { name: form.name, label: form.label, inputs: some(form.inputs, ITEMS, input)? })
        }
        guest::Block::Records(records) => Block::Records { records: some(records, ITEMS, reference)? },
    })
}

fn some<G, H>(items: Vec<G>, most: usize, read: impl Fn(G) -> Result<H, Fault>) -> Result<Vec<H>, Fault> {
    items.into_iter().take(most).map(read).collect()
}

fn field(attribute: types::Attribute) -> Result<Field, Fault> {
    let value = from_guest(&attribute.name, attribute.value)?;
    Ok(Field { name: attribute.name, value })
}

fn table(table: types::Table) -> Result<Block, Fault> {
    let width = table.columns.len();
    let row = |cells: Vec<types::Value>| {
        let named = cells.into_iter().zip(&table.columns);
        let mut cells: Vec<Value> =
            named.map(|(cell, column)| from_guest(&column.name, cell)).collect::<Result<_, _>>()?;
        cells.resize(width, Value::None);
        Ok(cells)
    };
    let rows = some(table.rows, ROWS, row)?;
    Ok(Block::Table { columns: table.columns.into_iter().map(|column| column.title).collect(), rows })
}

fn chart(chart: guest::Chart) -> Result<Chart, Fault> {
    let bars = match chart.kind.as_str() {
        "bar" => true,
        "line" => false,
        other => {
            return Err(Fault::invalid(format!("there is no chart {other:?}; draw \"line\" or \"bar\"")));
        }
    };
    let labels: Vec<String> = chart.labels.into_iter().take(PLACES).collect();
    let series = |series: guest::Series| {
        let title = series.title;
        if series.values.len() < labels.len() {
            let (values, labels) = (series.values.len(), labels.len());
            return Err(Fault::invalid(format!(
                "the series {title:?} has {values} values for {labels} labels"
            )));
        }
        let values: Vec<f64> = series.values.into_iter().take(labels.len()).collect();
        match values.iter().find(|value| !value.is_finite()) {
            Some(value) => Err(Fault::invalid(format!("a value of the series {title:?} is {value}"))),
            None => Ok(Series { title, values }),
        }
    };
    Ok(Chart { bars, series: some(chart.series, ITEMS, series)?, labels })
}

fn button(button: guest::Button) -> Result<Button, Fault> {
    Ok(Button { name: button.name, label: button.label })
}

fn input(input: guest::Input) -> Result<Input, Fault> {
    let kind = match input.kind {
        guest::InputKind::Text => InputKind::Text,
        guest::InputKind::LongText => InputKind::LongText,
        guest::InputKind::Integer => InputKind::Integer,
        guest::InputKind::Number => InputKind::Number,
        guest::InputKind::Boolean => InputKind::Boolean,
        guest::InputKind::Date => InputKind::Date,
        guest::InputKind::Choice => InputKind::Choice,
    };
    let choice = |choice: guest::Choice| Ok(Choice { value: choice.value, label: choice.label });
    Ok(Input {
        value: from_guest(&input.name, input.value)?,
        choices: some(input.choices, ROWS, choice)?,
        name: input.name,
        label: input.label,
        required: input.required,
        kind,
    })
}

fn reference(record: guest::RecordReference) -> Result<RecordReference, Fault> {
    let id = record.id.parse();
    let id = id.map_err(|_| Fault::invalid(format!("{:?} is no record's id", record.id)))?;
    Ok(RecordReference { kind: record.kind, id, title: String::new() })
}
