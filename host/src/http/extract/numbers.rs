//! Numbers in bodies: none is kept as another one.

use std::ops::Range;

use crate::domain::number::is_exact;
use crate::http::problem::{Problem, ProblemKind};

/// Refuses a body, whose JSON was read, in which a number can't be kept as it is written.
pub(super) fn check(json: &[u8]) -> Result<(), Problem> {
    let Some(place) = numbers(json).find(|place| !text(json, place).is_some_and(is_exact)) else {
        return Ok(());
    };
    let number: String = text(json, &place).unwrap_or_default().chars().take(40).collect();
    let pointer = pointer(&json[..place.start]);
    let detail =
        format!("the number {number} can't be kept exactly; send it as a text, or with fewer digits");
    Err(Problem::new(ProblemKind::Invalid, format!("{pointer}: {detail}")).at(pointer, detail))
}

fn text<'j>(json: &'j [u8], place: &Range<usize>) -> Option<&'j str> {
    std::str::from_utf8(&json[place.clone()]).ok()
}

/// Where the numbers of a JSON text stand.
fn numbers(json: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(byte) = json.get(at) {
            match byte {
                b'"' => at += quoted(&json[at..]),
                b'-' | b'0'..=b'9' => {
                    let rest = &json[at..];
                    let part =
                        |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
                    let length = rest.iter().position(|byte| !part(byte)).unwrap_or(rest.len());
                    at += length;
                    return Some(at - length..at);
                }
                _ => at += 1,
            }
        }
        None
    })
}

/// How long a text is with its quotes.
fn quoted(json: &[u8]) -> usize {
    let mut at = 1;
    loop {
        match json.get(at) {
            Some(b'"') => return at + 1,
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
            None => return json.len(),
        }
    }
}

/// The JSON pointer of the value that comes next after the beginning of a JSON text.
fn pointer(before: &[u8]) -> String {
    // Of each object and array that is open: the last name, or how many came before.
    let mut open: Vec<(Option<String>, usize)> = Vec::new();
    let mut last: Option<&[u8]> = None;
    let mut at = 0;
    while let Some(byte) = before.get(at) {
        match byte {
            b'"' => {
                let length = quoted(&before[at..]);
                last = before.get(at..at + length);
                at += length;
                continue;
            }
            b'{' | b'[' => open.push((None, 0)),
            b'}' | b']' => {
                open.pop();
            }
            b':' => {
                if let Some(inner) = open.last_mut() {
                    inner.0 = last.and_then(|name| serde_json::from_slice(name).ok());
                }
            }
            b',' => {
                if let Some(inner) = open.last_mut() {
                    inner.1 += 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    let step = |(name, index): (Option<String>, usize)| match name {
        Some(name) => format!("/{}", super::json::escaped(&name)),
        None => format!("/{index}"),
    };
    open.into_iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_that_would_change_is_named_with_its_place() {
        assert!(
            check(br#"{"a": [1, 2.5, -3e7], "18446744073709551616": "18446744073709551616 \" 1e400"}"#)
                .is_ok()
        );
        for (json, place) in [
            (r#"{"attributes": {"size": 38, "a/b": 18446744073709551616}}"#, "/attributes/a~1b"),
            (r#"{"items": [{"x": "}"}, {"x": [1, {"y": -9223372036854775809}]}]}"#, "/items/1/x/1/y"),
            ("18446744073709551616", ""),
            (r#"[1,0.1000000000000000055]"#, "/1"),
        ] {
            let problem = check(json.as_bytes()).unwrap_err();
            assert_eq!(problem.kind(), ProblemKind::Invalid);
            let faults = problem.into_faults();
            assert_eq!(faults[0].pointer, place, "{json}");
        }
    }
}
