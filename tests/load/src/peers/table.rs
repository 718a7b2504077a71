//! The figures side by side, and their ratios as rows of this folder's README.

use std::io::Write as _;

use super::CONNECTIONS;
use crate::cpu::Share;
use crate::idle::shown;
use crate::report::{Row, whole};

/// What a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Requests a second.
    Rate,
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Millis,
}

/// One thing that was compared: on SQLite, on PostgreSQL, by the peer.
pub struct Line {
    what: &'static str,
    unit: Unit,
    figures: [f64; 3],
    wanted: [&'static str; 2],
}

impl Line {
    /// A line of medians; one is no number where the peer has no such thing.
    pub fn of(what: &'static str, unit: Unit, figures: [f64; 3], wanted: [&'static str; 2]) -> Self {
        Self { what, unit, figures, wanted }
    }

    fn text(&self, figure: f64) -> String {
        match self.unit {
            _ if figure.is_nan() => String::new(),
            Unit::Rate => format!("{}/s", whole(figure)),
            Unit::Seconds => format!("{figure:.2} s"),
            Unit::Millis => format!("{figure:.1} ms"),
        }
    }

    /// How many times as fast one figure is as another.
    fn times(&self, figure: f64, than: f64) -> f64 {
        if self.unit == Unit::Rate { figure / than } else { than / figure }
    }
}

/// Prints the figures side by side.
pub fn print(lines: &[Line], shares: &[Share]) -> std::io::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "| {CONNECTIONS} connections | SQLite | PostgreSQL | Directus |\n|---|---|---|---|")?;
    for line in lines {
        let [sqlite, postgres, peer] = line.figures.map(|figure| line.text(figure));
        writeln!(out, "| {} | {sqlite} | {postgres} | {peer} |", line.what)?;
    }
    let shares: Vec<_> = shares.iter().map(|share| shown(*share)).collect();
    writeln!(out, "| processor time at rest, program + database | {} |\n", shares.join(" | "))
}

/// The ratios, each of which says how many times as fast Hospes is.
pub fn rows(lines: &[Line]) -> Vec<Row> {
    let mut rows = Vec::new();
    for line in lines {
        let [sqlite, postgres, peer] = line.figures;
        let row = |on, floor: (&str, f64), figure: f64, target| Row {
            id: "peers",
            on,
            what: format!("{}, {CONNECTIONS} connections; floor: {}", line.what, floor.0),
            floor: line.text(floor.1),
            figure: line.text(figure),
            ratio: Some(line.times(figure, floor.1)),
            target,
        };
        if peer.is_nan() {
            rows.push(row("PostgreSQL", ("SQLite", sqlite), postgres, line.wanted[1]));
        } else {
            rows.push(row("SQLite", ("Directus", peer), sqlite, line.wanted[0]));
            rows.push(row("PostgreSQL", ("Directus", peer), postgres, line.wanted[1]));
        }
    }
    rows
}
