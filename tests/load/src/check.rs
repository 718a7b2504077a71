//! `load check`: whether a run is as good as the stored table. Only ratios are compared, because they alone are the same on
//! another machine.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::report::say;

/// How much worse a ratio may be than the stored one.
const TOLERANCE: f64 = 0.10;

/// Compares what a run has printed with the table; an error names the rows that got worse.
pub fn run(run: &Path, table: &Path) -> Result<()> {
    let read = |file: &Path| std::fs::read_to_string(file).with_context(|| file.display().to_string());
    let (run, table) = (ratios(&read(run)?), ratios(&read(table)?));
    let mut worse = Vec::new();
    let mut compared = 0;
    for (row, measured) in &run {
        let Some(stored) = table.get(row) else {
            say(&format!("not in the table: {row}"));
            continue;
        };
        compared += 1;
        let change = measured.ratio / stored.ratio - 1.0;
        let loss = if stored.wanted == Wanted::Much { -change } else { change };
        if loss > TOLERANCE {
            worse.push(format!("{row}: {:.2} in the table, {:.2} now", stored.ratio, measured.ratio));
        }
    }
    ensure!(compared > 0, "no row of the run is in the table: was it as large a run?");
    say(&format!("{compared} ratios compared; {} of the table were not measured", table.len() - compared));
    if !worse.is_empty() {
        bail!("{} ratios are worse by more than 10 %:\n{}", worse.len(), worse.join("\n"));
    }
    Ok(())
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Much,
    Little,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Ratio {
    ratio: f64,
    wanted: Wanted,
}

/// The ratios of a Markdown table by what was measured on what. A row that "the same" begins belongs to the one before.
/// Hints, and comparisons of two floors, have no target and are left out.
fn ratios(text: &str) -> BTreeMap<String, Ratio> {
    let mut found = BTreeMap::new();
    let mut before = String::new();
    for line in text.lines() {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        let [id, on, what, _, _, ratio, target] = cells[..] else { continue };
        let what = match what.strip_prefix("the same") {
            Some(rest) => format!("{before}{rest}"),
            None => {
                before = what.split("; floor:").next().unwrap_or_default().to_owned();
                what.to_owned()
            }
        };
        let wanted = match target {
            target if target.starts_with(">=") || target.starts_with("aim") => Wanted::Much,
            target if target.starts_with("<=") => Wanted::Little,
            _ => continue,
        };
        if let Ok(ratio) = ratio.parse() {
            found.insert(format!("{id} on {on}, {what}"), Ratio { ratio, wanted });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "
| id | on | what | floor | figure | ratio | target |
|---|---|---|---|---|---|---|
| V8 | SQLite | reads; floor: sqlx | 10/s | 11/s | 1.10 | >= 0.6 |
| V8 | SQLite | the same; floor: rusqlite | 20/s | 11/s | 0.55 | aim 0.6 |
| V10 | SQLite | list | 1 ms | 1 ms | 1.00 | <= 1.5 |
| | SQLite | the client alone | | 90/s | | |
| V1 | | a hint | 1 | 2 | 2.00 | a hint |
";

    fn compare(from: &str, to: &str) -> Result<()> {
        let folder = tempfile::tempdir()?;
        let (table, now) = (folder.path().join("table"), folder.path().join("run"));
        std::fs::write(&table, TABLE)?;
        std::fs::write(&now, TABLE.replace(from, to))?;
        run(&now, &table)
    }

    #[test]
    fn a_ratio_may_get_better_or_a_little_worse() {
        compare("1.10", "1.00").expect("ten in a hundred");
        compare("1.10", "9.00").expect("much better");
        compare("1.00 |", "1.09 |").expect("a little slower");
        compare("2.00", "9.00").expect("a hint");
    }

    #[test]
    fn what_got_worse_is_named() {
        let error = compare("0.55", "0.45").expect_err("worse").to_string();
        assert!(
            error.contains("V8 on SQLite, reads; floor: rusqlite: 0.55 in the table, 0.45 now"),
            "{error}"
        );
        compare("1.00 |", "1.20 |").expect_err("slower");
    }

    #[test]
    fn a_run_of_other_rows_is_no_success() {
        compare("SQLite", "PostgreSQL").expect_err("nothing to compare");
    }
}
