//! Free fields of a record: how large they may be, so that a page of records stays a page.

use serde_json::{Map, Value};

/// The most bytes of a record's free fields, as JSON.
pub const LARGEST: usize = 64 << 10;
/// The most bytes of one of them.
pub const LARGEST_VALUE: usize = 32 << 10;

/// What is too large, in a sentence; none when nothing is.
pub fn too_large(attributes: &Map<String, Value>) -> Option<String> {
    let mut total = 0;
    for (name, value) in attributes {
        let size = name.len() + value.to_string().len();
        if size > LARGEST_VALUE {
            return Some(format!("the field {name:?} has {size} bytes; {LARGEST_VALUE} are the most"));
        }
        total += size;
    }
    (total > LARGEST).then(|| format!("the fields have {total} bytes together; {LARGEST} are the most"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_field_and_all_of_them_have_a_size() {
        let fields = |count: usize, size: usize| -> Map<String, Value> {
            (0..count).map(|number| (format!("f{number}"), Value::from("x".repeat(size)))).collect()
        };
        assert_eq!(too_large(&fields(200, 300)), None);
        assert!(too_large(&fields(1, LARGEST_VALUE)).unwrap().contains("\"f0\""));
        assert!(too_large(&fields(3, 30 << 10)).unwrap().contains("together"));
    }
}
