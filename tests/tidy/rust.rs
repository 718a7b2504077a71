//! What Rust must not say outside tests.

use crate::source::{Finding, Source, words};

/// Code that runs at our users'.
const SHIPPED: &[&str] = &["host/src", "sdk", "plugins", "tests/xtask/src"];

/// No `unwrap`, no `panic!` and their kin: clippy says so too, but an `allow` would silence it.
pub fn panics(source: &Source) -> Vec<Finding> {
    if !source.is_rust() || !SHIPPED.iter().any(|place| source.is_in(place)) {
        return Vec::new();
    }
    // The set-up program's path holds "tests" without its being a test.
    let again;
    let code = if let Some(inside) = source.path.strip_prefix("tests/") {
        again = Source::new(inside, &source.text);
        &again.shipped
    } else {
        &source.shipped
    };
    let mut findings = Vec::new();
    for word in [".unwrap()", ".unwrap_err()", "panic!", "todo!", "unimplemented!"] {
        findings.extend(words(code, word).map(|place| {
            source.finding(place, format!("{word} outside tests"), "return an error that says what was wrong")
        }));
    }
    findings
}

/// The machine's clock is read in boot, and handed to the others.
pub fn clock(source: &Source) -> Vec<Finding> {
    if !source.is_in("host/src") || source.is_in("host/src/boot") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for call in ["SystemTime::now", "Timestamp::now", "Zoned::now", "Uuid::now_v7"] {
        findings.extend(words(&source.shipped, call).map(|place| {
            source.finding(place, format!("{call} outside boot"), "take the clock as an argument")
        }));
    }
    findings
}

#[test]
fn a_panic_is_found_outside_tests_only() {
    let count = |path, text| panics(&Source::new(path, text)).len();
    let text = "fn f() { a.unwrap(); panic!(\"no\"); }\n#[cfg(test)]\nmod tests { fn g() { b.unwrap(); } }";
    for path in ["host/src/ops/a.rs", "sdk/rust/src/lib.rs", "plugins/x/src/lib.rs", "tests/xtask/src/a.rs"] {
        assert_eq!(count(path, text), 2, "{path}");
    }
    assert_eq!(count("tests/support/a.rs", text), 0);
    assert_eq!(count("host/src/ops/a.rs", "a.unwrap_or_default(); // .unwrap()\nlet b = \"panic!\";"), 0);
}

#[test]
fn a_clock_outside_boot_is_found() {
    let count = |path, text| clock(&Source::new(path, text)).len();
    let text = "let a = jiff::Timestamp::now(); let b = SystemTime::now();";
    assert_eq!(count("host/src/ops/a.rs", text), 2);
    assert_eq!(count("host/src/boot/clock.rs", text), 0);
    assert_eq!(count("host/src/ops/a.rs", "let a = clock.now(); let b = Instant::now();"), 0);
}
