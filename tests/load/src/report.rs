//! Rows of the table in this folder's README.

use std::io::Write as _;

/// One row: a figure, its floor, and what was wanted.
pub struct Row {
    /// The target's name, `V8`.
    pub id: &'static str,
    /// The database that the host ran on.
    pub on: &'static str,
    /// What was measured.
    pub what: String,
    /// The floor that was measured in the same run; empty where there is none.
    pub floor: String,
    /// The host's figure.
    pub figure: String,
    /// The figure over the floor.
    pub ratio: Option<f64>,
    /// What is wanted.
    pub target: &'static str,
}

/// The target of rows that compare two floors.
pub const WHY: &str = "why SQLite goes without sqlx";

/// Rows as lines of the table.
pub fn text(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        // Of a small one two places would say nothing.
        let places = |ratio: f64| if ratio < 0.1 { 4 } else { 2 };
        let ratio = row.ratio.map(|ratio| format!("{ratio:.*}", places(ratio))).unwrap_or_default();
        let Row { id, on, what, floor, figure, target, .. } = row;
        text.push_str(&format!("| {id} | {on} | {what} | {floor} | {figure} | {ratio} | {target} |\n"));
    }
    text
}

/// Prints rows, ready to be pasted and to be given to `load check`.
pub fn print(rows: &[Row]) -> std::io::Result<()> {
    let mut out = std::io::stdout();
    out.write_all(text(rows).as_bytes())?;
    out.flush()
}

/// Says on standard error how far the run has got.
pub fn say(text: &str) {
    // Nobody may be looking.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The middle one; the higher of two.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A number as people read it: `12,345`.
pub fn whole(number: f64) -> String {
    let digits = format!("{:.0}", number.max(0.0));
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
