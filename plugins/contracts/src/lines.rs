//! The lines of a quotation or an invoice: text that people write, `description | quantity | unit price | tax rate`, one
//! line each, or JSON.

use hospes_sdk::serde_json::{self, Value as Json};
use serde::Deserialize;

use crate::money::Decimal;

/// The most lines of a document.
pub const MOST: usize = 200;

/// What is sold, how much of it, and for how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub description: String,
    /// How much.
    pub quantity: Decimal,
    /// What a unit costs.
    pub unit_price: Decimal,
    /// The tax rate in percent.
    pub rate: Decimal,
}

/// What can't be read: the line, counted from one, and which part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFault {
    /// Counted from one.
    pub line: usize,
    /// Which part.
    pub part: Part,
}

/// A part of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// There are other than three or four parts.
    Form,
    /// What it is.
    Description,
    /// How much.
    Quantity,
    /// What a unit costs.
    Price,
    /// The tax rate.
    Rate,
    /// There are too many lines.
    Count,
}

/// A line as JSON has it; numbers may come as text.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    description: String,
    #[serde(default)]
    quantity: Json,
    #[serde(default)]
    unit: String,
    unit_price: Json,
    #[serde(default)]
    tax_rate: Json,
}

/// Reads all lines; those that name no tax rate have the usual one.
pub fn parse(text: &str, usual: Decimal) -> Result<Vec<Line>, LineFault> {
    let lines = match text.trim_start().starts_with('[') {
        true => from_json(text, usual),
        false => from_text(text, usual),
    }?;
    match lines.len() > MOST {
        true => Err(LineFault { line: MOST + 1, part: Part::Count }),
        false => Ok(lines),
    }
}

fn from_text(text: &str, usual: Decimal) -> Result<Vec<Line>, LineFault> {
    let mut lines = Vec::new();
    for (place, row) in text.lines().enumerate().filter(|(_, row)| !row.trim().is_empty()) {
        let fault = |part| LineFault { line: place + 1, part };
        let cells: Vec<&str> = row.split(['|', '｜', '\t']).map(str::trim).collect();
        let (description, quantity, price, rate) = match cells.as_slice() {
            [description, quantity, price] => (description, quantity, price, ""),
            [description, quantity, price, rate] => (description, quantity, price, *rate),
            _ => return Err(fault(Part::Form)),
        };
        lines.push(line(description, quantity, price, rate, usual).map_err(fault)?);
    }
    Ok(lines)
}

fn from_json(text: &str, usual: Decimal) -> Result<Vec<Line>, LineFault> {
    let rows: Vec<Json> =
        serde_json::from_str(text).map_err(|error| LineFault { line: error.line(), part: Part::Form })?;
    let mut lines = Vec::new();
    for (place, row) in rows.into_iter().enumerate() {
        let fault = |part| LineFault { line: place + 1, part };
        let row: Written = serde_json::from_value(row).map_err(|_| fault(Part::Form))?;
        let number = |value: &Json, missing: &str| match value {
            Json::Null => missing.to_owned(),
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        let quantity = format!("{} {}", number(&row.quantity, "1"), row.unit);
        let (price, rate) = (number(&row.unit_price, ""), number(&row.tax_rate, ""));
        lines.push(line(&row.description, &quantity, &price, &rate, usual).map_err(fault)?);
    }
    Ok(lines)
}

fn line(description: &str, quantity: &str, price: &str, rate: &str, usual: Decimal) -> Result<Line, Part> {
    if description.is_empty() || description.chars().count() > 500 {
        return Err(Part::Description);
    }
    // A unit may stand behind the number: `2 台`, `1.5 h`.
    let unit = |letter: char| letter.is_alphabetic() || matches!(letter, '²' | '³' | '/' | '㎡');
    let number = quantity.trim_end().trim_end_matches(unit);
    let quantity = Decimal::parse(number).filter(|number| number.0 > 0).ok_or(Part::Quantity)?;
    let unit_price = Decimal::parse(price).ok_or(Part::Price)?;
    let rate = match rate.is_empty() {
        true => usual,
        false => crate::tax::rate(rate).ok_or(Part::Rate)?,
    };
    Ok(Line { description: description.to_owned(), quantity, unit_price, rate })
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Decimal = Decimal(13_000_000);

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap_or(Decimal(-1))
    }

    #[test]
    fn lines_are_read_from_text_sheets_and_json() {
        let expected = vec![
            Line {
                description: "净水器".into(),
                quantity: decimal("2"),
                unit_price: decimal("1999"),
                rate: USUAL,
            },
            Line {
                description: "Installation".into(),
                quantity: decimal("1.5"),
                unit_price: decimal("300.125"),
                rate: decimal("6"),
            },
        ];
        for text in [
            "净水器 | 2 台 | 1,999.00\n\nInstallation | 1.5 h | 300.125 | 6%",
            "净水器｜２台｜￥１９９９\nInstallation\t1.5\t300.125\t6",
            r#"[{"description": "净水器", "quantity": 2, "unit": "台", "unit_price": "1999.00"},
                {"description": "Installation", "quantity": "1.5", "unit_price": 300.125, "tax_rate": "6"}]"#,
        ] {
            assert_eq!(parse(text, USUAL), Ok(expected.clone()), "{text}");
        }
        assert_eq!(parse(" \n", USUAL), Ok(Vec::new()));
    }

    #[test]
    fn a_fault_names_its_line_and_part() {
        let many = "a | 1 | 1\n".repeat(MOST + 1);
        for (text, line, part) in [
            ("a | 1", 1, Part::Form),
            ("a | 1 | 2 | 3 | 4", 1, Part::Form),
            ("a | 1 | 2\n| 1 | 2", 2, Part::Description),
            ("a | many | 2", 1, Part::Quantity),
            ("a | 0 | 2", 1, Part::Quantity),
            ("a | -1 | 2", 1, Part::Quantity),
            ("a | 1 | free", 1, Part::Price),
            ("a | 1 | 2 | 101", 1, Part::Rate),
            ("a | 1 | 2 | -1", 1, Part::Rate),
            ("a | 1 | 9999999999999", 1, Part::Price),
            ("[{\"description\": \"a\"}]", 1, Part::Form),
            ("[1]", 1, Part::Form),
            ("[", 1, Part::Form),
            (many.as_str(), MOST + 1, Part::Count),
        ] {
            assert_eq!(parse(text, USUAL), Err(LineFault { line, part }), "{text}");
        }
    }
}
