//! Stock and orders as tables, with titles in Chinese or English.

use crate::answer::unreadable;
use hospes_sdk::serde_json;
use hospes_sdk::{Column, Error, Table, Value};
use serde::Deserialize;

/// The most rows that are shown; a dealer with more is asked for one product.
const MOST: usize = 500;

/// The language of titles and words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Every `zh`.
    Chinese,
    /// All others.
    English,
}

impl Language {
    /// From BCP 47.
    pub fn of(tag: &str) -> Self {
        if tag.to_ascii_lowercase().starts_with("zh") { Self::Chinese } else { Self::English }
    }

    fn pick(self, chinese: &str, english: &str) -> String {
        match self {
            Self::Chinese => chinese.to_owned(),
            Self::English => english.to_owned(),
        }
    }
}

#[derive(Deserialize)]
struct Stock {
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    product: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    warehouse: String,
    available: i64,
    #[serde(default)]
    expected_on: Option<String>,
}

#[derive(Deserialize)]
struct Order {
    number: String,
    status: String,
    #[serde(default)]
    expected_on: Option<String>,
    #[serde(default)]
    items: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    product: String,
    quantity: i64,
}

fn columns(language: Language, names: &[(&str, &str, &str)]) -> Vec<Column> {
    let column = |(name, chinese, english): &(&str, &str, &str)| Column {
        name: (*name).to_owned(),
        title: language.pick(chinese, english),
    };
    names.iter().map(column).collect()
}

/// What the dealer has, product by product.
pub fn stock(body: &[u8], language: Language) -> Result<Table, Error> {
    let stock: Stock = serde_json::from_slice(body).map_err(|error| unreadable(&error))?;
    let names = [
        ("product", "型号", "Product"),
        ("name", "名称", "Name"),
        ("warehouse", "仓库", "Warehouse"),
        ("available", "可用库存", "Available"),
        ("expected_on", "预计到货", "Expected"),
    ];
    let rows = stock.items.into_iter().take(MOST).map(|item| {
        vec![
            item.product.into(),
            item.name.into(),
            item.warehouse.into(),
            item.available.into(),
            item.expected_on.map_or(Value::None, Value::from),
        ]
    });
    Ok(Table { columns: columns(language, &names), rows: rows.collect() })
}

/// An order, line by line.
pub fn order(body: &[u8], language: Language) -> Result<Table, Error> {
    let order: Order = serde_json::from_slice(body).map_err(|error| unreadable(&error))?;
    let names = [
        ("number", "订单号", "Order"),
        ("status", "状态", "Status"),
        ("expected_on", "预计交付", "Expected"),
        ("product", "型号", "Product"),
        ("quantity", "数量", "Quantity"),
    ];
    let status = word(&order.status, language);
    let expected = order.expected_on.map_or(Value::None, Value::from);
    let head = [order.number.into(), status.into(), expected];
    let row = |product: Value, quantity: Value| {
        let mut row = head.to_vec();
        row.extend([product, quantity]);
        row
    };
    let mut rows: Vec<Vec<Value>> = order
        .items
        .into_iter()
        .take(MOST)
        .map(|line| row(line.product.into(), line.quantity.into()))
        .collect();
    if rows.is_empty() {
        rows.push(row(Value::None, Value::None));
    }
    Ok(Table { columns: columns(language, &names), rows })
}

/// A status in words; as it is when it isn't known.
fn word(status: &str, language: Language) -> String {
    let (chinese, english) = match status {
        "received" => ("已接单", "received"),
        "in-production" => ("生产中", "in production"),
        "shipped" => ("已发货", "shipped"),
        "delivered" => ("已送达", "delivered"),
        "cancelled" => ("已取消", "cancelled"),
        other => (other, other),
    };
    language.pick(chinese, english)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_every_column() {
        let table = order(br#"{"number": "O-1", "status": "shipped"}"#, Language::of("zh-Hans")).unwrap();
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
        assert_eq!(table.rows[0][1].as_text(), Some("已发货"));
        assert_eq!(table.columns[0].title, "订单号");
        let body = br#"{"items": [{"product": "RO-600", "available": 3}]}"#;
        let table = stock(body, Language::of("de")).unwrap();
        assert_eq!((table.columns[3].title.as_str(), table.rows[0].len()), ("Available", 5));
    }

    #[test]
    fn a_page_is_no_table() {
        assert_eq!(stock(b"<html>", Language::English).unwrap_err().code, "unavailable");
        assert_eq!(order(b"{}", Language::English).unwrap_err().code, "unavailable");
    }
}
