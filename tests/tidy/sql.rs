//! The database is written once: one text for both engines, and texts that are fixed.

use crate::source::{Finding, Source, words};

/// Where the two engines may be told apart.
const TELL_APART: &[&str] = &[
    "host/src/store/db",
    "host/src/store/events",
    "host/src/store/filter",
    "host/src/store/migrate",
    "host/src/store/queue",
    "host/src/store/search",
];
/// Where SQL may be built, from typed fragments.
const BUILD: &[&str] = &["host/src/store/db", "host/src/store/filter", "host/src/store/records.rs"];
const VERBS: &[&str] = &["select", "insert", "update", "delete"];

/// Which engine a transaction is on is asked in few places.
pub fn engines(source: &Source) -> Vec<Finding> {
    if !source.path.starts_with("host/src/") || TELL_APART.iter().any(|place| source.is_in(place)) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for variant in ["Dialect::Sqlite", "Dialect::Postgres"] {
        findings.extend(words(&source.code, variant).map(|place| {
            source.finding(
                place,
                format!("{variant} where the engines aren't told apart"),
                "write one SQL text for both engines; see the house rules of the database",
            )
        }));
    }
    findings
}

/// No SQL from `format!`, and no text declared safe for the driver, but where SQL is built from typed fragments.
pub fn formatted(source: &Source) -> Vec<Finding> {
    if !source.is_in("host/src/store") || BUILD.iter().any(|place| source.is_in(place)) {
        return Vec::new();
    }
    let remedy =
        "make it a constant and bind values with args!; only store/filter.rs and store/records.rs build SQL";
    let mut findings: Vec<_> = words(&source.shipped, "AssertSqlSafe")
        .map(|place| source.finding(place, "SQL that is not a constant", remedy))
        .collect();
    for makro in ["format!", "write!", "writeln!", "format_args!"] {
        for place in words(&source.shipped, makro) {
            let literal = literal(source, place);
            if VERBS.iter().any(|verb| words(&literal, verb).next().is_some()) {
                findings.push(source.finding(place, format!("SQL put together by {makro}"), remedy));
            }
        }
    }
    findings
}

/// What stands in quotes within the brackets of a macro, in lower case.
fn literal(source: &Source, makro: usize) -> String {
    let mut depth = 0_i32;
    let mut end = source.code.len();
    for (place, character) in source.code[makro..].char_indices() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth -= 1;
                if depth == 0 {
                    end = makro + place;
                    break;
                }
            }
            _ => {}
        }
    }
    let quoted = source.spoken[makro..end].bytes().zip(source.code[makro..end].bytes());
    let bytes = quoted.map(|(spoken, code)| if spoken == code { b' ' } else { spoken }).collect::<Vec<_>>();
    String::from_utf8_lossy(&bytes).to_lowercase()
}

#[test]
fn a_match_on_the_engine_elsewhere_is_found() {
    let count = |path, text| engines(&Source::new(path, text)).len();
    let text = "match tx.dialect() { Dialect::Sqlite => 1, Dialect::Postgres => 2 }";
    assert_eq!(count("host/src/store/customers.rs", text), 2);
    assert_eq!(count("host/src/ops/intake.rs", text), 2);
    for path in ["host/src/store/db.rs", "host/src/store/db/tx.rs", "host/src/store/queue.rs"] {
        assert_eq!(count(path, text), 0, "{path}");
    }
    assert_eq!(count("host/src/store/dbase.rs", text), 2, "only a like name");
}

#[test]
fn sql_from_format_is_found() {
    let count = |path, text| formatted(&Source::new(path, text)).len();
    let customers = "host/src/store/customers.rs";
    assert_eq!(count(customers, r#"let sql = format!("Select * from {table}");"#), 1);
    assert_eq!(count(customers, "let sql = format!(r\"\n  update {table}\n  set a = 1\");"), 1);
    assert_eq!(count(customers, r#"write!(sql, "{}", "delete from x")?;"#), 1);
    assert_eq!(count(customers, "query(AssertSqlSafe(text))"), 1);
    assert_eq!(count(customers, r#"let key = format!("{selected}:{name}"); // select"#), 0);
    assert_eq!(count(customers, r#"const SQL: &str = "select 1"; let a = format!("{b}");"#), 0);
    assert_eq!(count("host/src/store/filter.rs", r#"format!("select {a}")"#), 0);
    assert_eq!(count("host/src/ops/intake.rs", r#"format!("could not update {a}")"#), 0);
}
