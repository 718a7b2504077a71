//! Values of a component as JSON and back, guided by the component's own types.
//!
//! Records are objects with the contract's names, lists arrays, bytes `{"text"}`, `{"json"}` or `{"base64"}`, options the
//! value or null, variants `{"case": payload}` or `"case"`, enums texts, results `{"ok"}` or `{"err"}`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use wasmtime::component::{Type, Val};

/// A value of the type from its JSON. The error names the place.
pub(in crate::plugins) fn to_val(json: &Value, ty: &Type, at: &str) -> Result<Val, String> {
    let wrong = |wanted: &str| format!("{at}: {wanted} is wanted, not {}", brief(json));
    macro_rules! integer {
        ($variant:ident, $type:ty) => {
            json.as_i64()
                .and_then(|number| <$type>::try_from(number).ok())
                .or_else(|| json.as_u64().and_then(|number| <$type>::try_from(number).ok()))
                .map(Val::$variant)
                .ok_or_else(|| wrong(concat!("a number of the type ", stringify!($type))))
        };
    }
    match ty {
        Type::Bool => json.as_bool().map(Val::Bool).ok_or_else(|| wrong("true or false")),
        Type::S8 => integer!(S8, i8),
        Type::U8 => integer!(U8, u8),
        Type::S16 => integer!(S16, i16),
        Type::U16 => integer!(U16, u16),
        Type::S32 => integer!(S32, i32),
        Type::U32 => integer!(U32, u32),
        Type::S64 => integer!(S64, i64),
        Type::U64 => integer!(U64, u64),
        #[expect(clippy::cast_possible_truncation, reason = "the contract's own numbers are 64 bits")]
        Type::Float32 => {
            json.as_f64().map(|number| Val::Float32(number as f32)).ok_or_else(|| wrong("a number"))
        }
        Type::Float64 => json.as_f64().map(Val::Float64).ok_or_else(|| wrong("a number")),
        Type::Char => json.as_str().and_then(one_char).map(Val::Char).ok_or_else(|| wrong("one character")),
        Type::String => json.as_str().map(|text| Val::String(text.to_owned())).ok_or_else(|| wrong("a text")),
        Type::List(list) if list.ty() == Type::U8 => {
            let bytes = bytes_of(json).ok_or_else(|| wrong(r#"{"text"}, {"json"} or {"base64"}"#))?;
            Ok(Val::List(bytes.into_iter().map(Val::U8).collect()))
        }
        Type::List(list) => {
            let items = json.as_array().ok_or_else(|| wrong("a list"))?;
            let items =
                items.iter().enumerate().map(|(i, item)| to_val(item, &list.ty(), &format!("{at}[{i}]")));
            items.collect::<Result<_, _>>().map(Val::List)
        }
        Type::Record(record) => {
            let object = json.as_object().ok_or_else(|| wrong("an object"))?;
            if let Some(unknown) =
                object.keys().find(|key| !record.fields().any(|field| field.name == key.as_str()))
            {
                let known = record.fields().map(|field| field.name.to_owned()).collect::<Vec<_>>().join(", ");
                return Err(format!("{at}: there is no field {unknown}; there are: {known}"));
            }
            let fields = record.fields().map(|field| {
                let at = format!("{at}.{}", field.name);
                let value = object.get(field.name).unwrap_or(&Value::Null);
                if value.is_null() && !matches!(field.ty, Type::Option(_)) {
                    return Err(format!("{at} is missing"));
                }
                Ok((field.name.to_owned(), to_val(value, &field.ty, &at)?))
            });
            fields.collect::<Result<_, _>>().map(Val::Record)
        }
        Type::Tuple(tuple) => {
            let items = json.as_array().filter(|items| items.len() == tuple.types().len());
            let items = items.ok_or_else(|| wrong("a list of the tuple's length"))?;
            let items = items.iter().zip(tuple.types()).enumerate();
            items
                .map(|(i, (item, ty))| to_val(item, &ty, &format!("{at}[{i}]")))
                .collect::<Result<_, _>>()
                .map(Val::Tuple)
        }
        Type::Variant(variant) => {
            let (name, payload) = case_of(json).ok_or_else(|| wrong(r#""case" or {"case": payload}"#))?;
            let case = variant.cases().find(|case| case.name == name);
            let case = case.ok_or_else(|| {
                let known = variant.cases().map(|case| case.name.to_owned()).collect::<Vec<_>>().join(", ");
                format!("{at}: there is no case {name}; there are: {known}")
            })?;
            let payload = match (case.ty, payload) {
                (Some(ty), Some(payload)) => Some(Box::new(to_val(payload, &ty, &format!("{at}.{name}"))?)),
                (None, None) => None,
                (Some(_), None) => return Err(format!("{at}: the case {name} needs a payload")),
                (None, Some(_)) => return Err(format!("{at}: the case {name} has no payload")),
            };
            Ok(Val::Variant(name.to_owned(), payload))
        }
        Type::Enum(cases) => {
            let name = json.as_str().filter(|name| cases.names().any(|known| known == *name));
            let known = || cases.names().collect::<Vec<_>>().join(", ");
            name.map(|name| Val::Enum(name.to_owned())).ok_or_else(|| wrong(&format!("one of {}", known())))
        }
        Type::Option(_) if json.is_null() => Ok(Val::Option(None)),
        Type::Option(option) => Ok(Val::Option(Some(Box::new(to_val(json, &option.ty(), at)?)))),
        Type::Result(result) => {
            let (name, payload) = case_of(json).ok_or_else(|| wrong(r#"{"ok"} or {"err"}"#))?;
            let side = |ty: Option<Type>| match (ty, payload) {
                (Some(ty), Some(payload)) => {
                    to_val(payload, &ty, &format!("{at}.{name}")).map(Box::new).map(Some)
                }
                (Some(_), None) => Err(format!("{at}: {name} needs a payload")),
                (None, _) => Ok(None),
            };
            match name {
                "ok" => Ok(Val::Result(Ok(side(result.ok())?))),
                "err" => Ok(Val::Result(Err(side(result.err())?))),
                _ => Err(wrong(r#"{"ok"} or {"err"}"#)),
            }
        }
        Type::Flags(_) | Type::Map(_) | Type::FixedLengthList(_) => {
            Err(format!("{at}: the contract has no such type"))
        }
        Type::Own(_) | Type::Borrow(_) | Type::Future(_) | Type::Stream(_) | Type::ErrorContext => {
            Err(format!("{at}: a handle can't be written as JSON"))
        }
    }
}

/// A value as JSON, for people to read. Bytes that are JSON or text are shown as such.
pub(in crate::plugins) fn to_json(val: &Val) -> Value {
    match val {
        Val::Bool(flag) => json!(flag),
        Val::S8(number) => json!(number),
        Val::U8(number) => json!(number),
        Val::S16(number) => json!(number),
        Val::U16(number) => json!(number),
        Val::S32(number) => json!(number),
        Val::U32(number) => json!(number),
        Val::S64(number) => json!(number),
        Val::U64(number) => json!(number),
        Val::Float32(number) => json!(number),
        Val::Float64(number) => json!(number),
        Val::Char(char) => json!(char),
        Val::String(text) | Val::Enum(text) => json!(text),
        Val::List(items) => match bytes(items) {
            Some(bytes) if !bytes.is_empty() => bytes_to_json(&bytes),
            _ => items.iter().map(to_json).collect(),
        },
        Val::FixedLengthList(items) | Val::Tuple(items) => items.iter().map(to_json).collect(),
        Val::Record(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), to_json(value))).collect::<Map<_, _>>().into()
        }
        Val::Variant(name, None) => json!(name),
        Val::Variant(name, Some(payload)) => json!({ name: to_json(payload) }),
        Val::Option(value) => value.as_deref().map_or(Value::Null, to_json),
        Val::Result(Ok(value)) => json!({ "ok": value.as_deref().map_or(Value::Null, to_json) }),
        Val::Result(Err(value)) => json!({ "err": value.as_deref().map_or(Value::Null, to_json) }),
        Val::Flags(names) => json!(names),
        Val::Map(_) | Val::Resource(_) | Val::Future(_) | Val::Stream(_) | Val::ErrorContext(_) => {
            json!("(a handle)")
        }
    }
}

/// Where a value differs from what was expected. Fields that the expectation leaves out aren't compared; lists must
/// have the same length.
pub(in crate::plugins) fn differences(expected: &Value, actual: &Val, at: &str, found: &mut Vec<String>) {
    let differs = |found: &mut Vec<String>| {
        found.push(format!(
            "{at}\n    expected {}\n    but got  {}",
            brief(expected),
            brief(&to_json(actual))
        ));
    };
    match actual {
        Val::Record(fields) => {
            let Some(object) = expected.as_object() else { return differs(found) };
            for (name, expected) in object {
                match fields.iter().find(|(field, _)| field == name) {
                    Some((_, actual)) => differences(expected, actual, &format!("{at}.{name}"), found),
                    None => {
                        found.push(format!("{at}.{name}\n    is expected, but the type has no such field"));
                    }
                }
            }
        }
        Val::List(items) => match (bytes(items), bytes_of(expected), expected.as_array()) {
            (Some(bytes), Some(_), _) if expected.get("json").is_some() => {
                match serde_json::from_slice(&bytes) {
                    Ok(actual) => json_differences(&expected["json"], &actual, at, found),
                    Err(_) => differs(found),
                }
            }
            (Some(bytes), Some(wanted), _) if bytes == wanted => {}
            (_, None, Some(expected)) if expected.len() == items.len() => {
                for (i, (expected, actual)) in expected.iter().zip(items).enumerate() {
                    differences(expected, actual, &format!("{at}[{i}]"), found);
                }
            }
            (_, None, Some(expected)) => {
                let (wanted, got, all) = (expected.len(), items.len(), brief(&to_json(actual)));
                found.push(format!("{at}\n    expected {wanted} items\n    but got  {got}: {all}"));
            }
            _ => differs(found),
        },
        Val::Tuple(items) => match expected.as_array() {
            Some(expected) if expected.len() == items.len() => {
                for (i, (expected, actual)) in expected.iter().zip(items).enumerate() {
                    differences(expected, actual, &format!("{at}[{i}]"), found);
                }
            }
            _ => differs(found),
        },
        Val::Variant(name, payload) => match (case_of(expected), payload) {
            (Some((wanted, Some(expected))), Some(actual)) if wanted == name => {
                differences(expected, actual, &format!("{at}.{name}"), found);
            }
            // Whoever writes only the case leaves the payload out.
            (Some((wanted, None)), _) if wanted == name => {}
            _ => differs(found),
        },
        Val::Option(Some(actual)) if !expected.is_null() => differences(expected, actual, at, found),
        Val::Result(result) => {
            let (side, payload) = match result {
                Ok(payload) => ("ok", payload),
                Err(payload) => ("err", payload),
            };
            match (case_of(expected), payload) {
                (Some((wanted, Some(expected))), Some(actual)) if wanted == side => {
                    differences(expected, actual, &format!("{at}.{side}"), found);
                }
                (Some((wanted, _)), _) if wanted == side => {}
                _ => differs(found),
            }
        }
        Val::Float64(number) => match expected.as_f64() {
            Some(wanted) if (wanted - number).abs() <= 1e-9 * wanted.abs().max(1.0) => {}
            _ => differs(found),
        },
        _ if to_json(actual) == *expected => {}
        _ => differs(found),
    }
}

/// Where JSON differs from what was expected, by the same rules.
pub(in crate::plugins) fn json_differences(
    expected: &Value,
    actual: &Value,
    at: &str,
    found: &mut Vec<String>,
) {
    match (expected, actual) {
        (Value::Object(wanted), Value::Object(got)) => {
            for (name, wanted) in wanted {
                let at = format!("{at}.{name}");
                match got.get(name) {
                    Some(got) => json_differences(wanted, got, &at, found),
                    None => found.push(format!("{at}\n    expected {}\n    but got  nothing", brief(wanted))),
                }
            }
        }
        (Value::Array(wanted), Value::Array(got)) if wanted.len() == got.len() => {
            for (i, (wanted, got)) in wanted.iter().zip(got).enumerate() {
                json_differences(wanted, got, &format!("{at}[{i}]"), found);
            }
        }
        (Value::Number(wanted), Value::Number(got)) if wanted.as_f64() == got.as_f64() => {}
        _ if expected == actual => {}
        _ => found.push(format!("{at}\n    expected {}\n    but got  {}", brief(expected), brief(actual))),
    }
}

/// Bytes from `{"text"}`, `{"json"}` or `{"base64"}`.
pub(in crate::plugins) fn bytes_of(json: &Value) -> Option<Vec<u8>> {
    let (form, value) = json.as_object().filter(|object| object.len() == 1)?.iter().next()?;
    match form.as_str() {
        "text" => value.as_str().map(|text| text.as_bytes().to_vec()),
        "json" => Some(value.to_string().into_bytes()),
        "base64" => STANDARD.decode(value.as_str()?).ok(),
        _ => None,
    }
}

/// Bytes as whoever reads them would like them best.
pub(in crate::plugins) fn bytes_to_json(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => match serde_json::from_str::<Value>(text) {
            Ok(json) if json.is_object() || json.is_array() => json!({ "json": json }),
            _ => json!({ "text": text }),
        },
        Err(_) => json!({ "base64": STANDARD.encode(bytes) }),
    }
}

/// The bytes of a list of bytes; an empty list may be one.
fn bytes(items: &[Val]) -> Option<Vec<u8>> {
    items.iter().map(|item| if let Val::U8(byte) = item { Some(*byte) } else { None }).collect()
}

fn case_of(json: &Value) -> Option<(&str, Option<&Value>)> {
    match json {
        Value::String(name) => Some((name, None)),
        Value::Object(object) if object.len() == 1 => {
            object.iter().next().map(|(name, value)| (name.as_str(), Some(value)))
        }
        _ => None,
    }
}

fn one_char(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars.next().filter(|_| chars.next().is_none())
}

/// JSON on one line, cut where it becomes too long to read.
fn brief(json: &Value) -> String {
    const LONGEST: usize = 400;
    let mut text = json.to_string();
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push_str(" ...");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "the cases read better with literals")]
    fn compare(expected: Value, actual: &Val) -> Vec<String> {
        let mut found = Vec::new();
        differences(&expected, actual, "ok", &mut found);
        found
    }

    fn text(text: &str) -> Val {
        Val::String(text.to_owned())
    }

    fn record(fields: &[(&str, Val)]) -> Val {
        Val::Record(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    }

    #[test]
    fn fields_that_are_left_out_are_not_compared_and_others_are_named_by_their_path() {
        let actual = Val::List(vec![record(&[("a", text("x")), ("b", Val::Option(None))])]);
        assert_eq!(compare(json!([{ "a": "x" }]), &actual), Vec::<String>::new());
        assert_eq!(
            compare(json!([{ "a": "y" }]), &actual),
            ["ok[0].a\n    expected \"y\"\n    but got  \"x\""]
        );
        assert_eq!(compare(json!([{ "b": null }]), &actual), Vec::<String>::new());
        assert!(compare(json!([{ "c": 1 }]), &actual)[0].starts_with("ok[0].c"));
        assert!(compare(json!([]), &actual)[0].contains("expected 0 items"));
    }

    #[test]
    fn bytes_compare_as_text_as_json_or_as_they_are() {
        let actual = Val::List(br#"{"a":1,"b":2}"#.iter().map(|byte| Val::U8(*byte)).collect());
        assert!(compare(json!({ "json": { "b": 2 } }), &actual).is_empty());
        assert!(compare(json!({ "text": "{\"a\":1,\"b\":2}" }), &actual).is_empty());
        assert_eq!(compare(json!({ "json": { "b": 3 } }), &actual).len(), 1);
        assert_eq!(compare(json!({ "text": "x" }), &actual).len(), 1);
        assert!(compare(json!({ "text": "" }), &Val::List(Vec::new())).is_empty());
    }

    #[test]
    fn variants_and_results_compare_by_case_and_payload() {
        let actual =
            Val::Result(Ok(Some(Box::new(Val::Variant("text".to_owned(), Some(Box::new(text("x"))))))));
        assert!(compare(json!({ "ok": { "text": "x" } }), &actual).is_empty());
        assert!(compare(json!({ "ok": "text" }), &actual).is_empty());
        assert_eq!(compare(json!({ "ok": { "json": "x" } }), &actual).len(), 1);
        assert!(compare(json!({ "err": {} }), &actual)[0].contains("but got  {\"ok\":{\"text\":\"x\"}}"));
    }
}
