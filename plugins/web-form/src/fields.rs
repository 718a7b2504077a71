//! Reads what a form sent: JSON or `application/x-www-form-urlencoded`, both as a list of fields in order.

use hospes_sdk::lenient;
use serde_json::Value as Json;

/// Names and values as they were sent.
pub type Fields = Vec<(String, String)>;

/// How the fields travelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// A script's `fetch`.
    Json,
    /// A plain HTML form: a person's browser is waiting to show a page.
    Form,
}

/// Which encoding a `content-type` means; none when it is one that we don't read.
pub fn encoding(content_type: &str) -> Option<Encoding> {
    let mut parts = content_type.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default().to_ascii_lowercase();
    let other_charset = parts.any(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or_default();
        name.trim().eq_ignore_ascii_case("charset")
            && !matches!(value.trim().trim_matches('"').to_ascii_lowercase().as_str(), "utf-8" | "utf8")
    });
    match media_type.as_str() {
        _ if other_charset => None,
        "application/json" => Some(Encoding::Json),
        "application/x-www-form-urlencoded" => Some(Encoding::Form),
        _ => None,
    }
}

/// Reads the body. The error says what was wrong with it.
pub fn read(encoding: Encoding, body: &[u8]) -> Result<Fields, String> {
    match encoding {
        Encoding::Json => json(body),
        Encoding::Form => form(body),
    }
}

/// The top level of an object; numbers and yes/no become text, lists of those (check boxes) one text,
/// anything deeper is an error.
fn json(body: &[u8]) -> Result<Fields, String> {
    let value: Json = serde_json::from_slice(&lenient::json(body))
        .map_err(|error| format!("The body isn't JSON: {error}."))?;
    let Json::Object(object) = value else {
        return Err("The body isn't a JSON object of fields.".into());
    };
    let mut fields = Vec::with_capacity(object.len());
    for (name, value) in object {
        let text = match &value {
            Json::Array(items) => {
                items.iter().map(|item| scalar(&name, item)).collect::<Result<Vec<_>, _>>()?.join(", ")
            }
            value => scalar(&name, value)?,
        };
        fields.push((name, text));
    }
    Ok(fields)
}

fn scalar(name: &str, value: &Json) -> Result<String, String> {
    match value {
        Json::Null => Ok(String::new()),
        Json::Bool(_) | Json::Number(_) => Ok(value.to_string()),
        Json::String(text) => Ok(text.clone()),
        Json::Array(_) | Json::Object(_) => Err(format!("The field `{name}` isn't a text or number.")),
    }
}

/// `a=1&b=2`, percent-encoded UTF-8, `+` for a space.
fn form(body: &[u8]) -> Result<Fields, String> {
    let mut fields = Vec::new();
    let body = lenient::text(body);
    for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let equals = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let name = decode(&pair[..equals]).ok_or("A field's name isn't UTF-8.")?;
        let value = decode(pair.get(equals + 1..).unwrap_or_default()).ok_or_else(|| {
            format!("The field `{name}` isn't UTF-8; set <meta charset=\"utf-8\"> on the form's page.")
        })?;
        fields.push((name, value));
    }
    Ok(fields)
}

/// Undoes percent-encoding. A lone `%` stays, as browsers let it; half a character or a NUL becomes U+FFFD.
fn decode(text: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let digit = |at: usize| text.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'+' => bytes.push(b' '),
            b'%' => match (digit(at + 1), digit(at + 2)) {
                (Some(high), Some(low)) => {
                    bytes.push(u8::try_from(high * 16 + low).ok()?);
                    at += 2;
                }
                _ => bytes.push(b'%'),
            },
            byte => bytes.push(byte),
        }
        at += 1;
    }
    let text = String::from_utf8(lenient::text(&bytes).into_owned()).ok()?;
    Some(text.replace('\0', "\u{fffd}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(fields: &Fields) -> Vec<(&str, &str)> {
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    #[test]
    fn forms_are_decoded() {
        let read =
            read(Encoding::Form, b"name=%E7%8E%8B+%E5%B0%8F%E6%A2%85&message=1%2B1%3D2&empty=&flag&pct=100%")
                .unwrap();
        assert_eq!(
            pairs(&read),
            [("name", "王 小梅"), ("message", "1+1=2"), ("empty", ""), ("flag", ""), ("pct", "100%")]
        );
    }

    #[test]
    fn what_a_visitor_cannot_mend_is_taken_with_a_mark() {
        let form = b"\xef\xbb\xbfname=A%00da&message=loose+%ED%A0%BD%21&%EF%BB%BFx=1";
        let read = read(Encoding::Form, form).unwrap();
        assert_eq!(pairs(&read), [("name", "A\u{fffd}da"), ("message", "loose \u{fffd}!"), ("x", "1")]);
        let json = b"\xef\xbb\xbf{\"name\": \"A\\u0000da\", \"message\": \"loose \\ud83d\"}";
        let mut read = super::read(Encoding::Json, json).unwrap();
        read.sort();
        assert_eq!(pairs(&read), [("message", "loose \u{fffd}"), ("name", "A\u{fffd}da")]);
    }

    #[test]
    fn text_that_is_not_utf_8_is_refused_with_its_name() {
        let gbk = read(Encoding::Form, b"name=%CD%F5").unwrap_err();
        assert!(gbk.contains("`name`") && gbk.contains("UTF-8"), "{gbk}");
    }

    #[test]
    fn json_fields_are_text() {
        let fields = read(
            Encoding::Json,
            r#"{"message":"你好","count":3,"ok":true,"none":null,"topics":["a",2]}"#.as_bytes(),
        )
        .unwrap();
        let mut sorted = pairs(&fields);
        sorted.sort_unstable();
        assert_eq!(
            sorted,
            [("count", "3"), ("message", "你好"), ("none", ""), ("ok", "true"), ("topics", "a, 2")]
        );
        assert!(read(Encoding::Json, b"[1]").unwrap_err().contains("object"));
        assert!(read(Encoding::Json, b"{\"a\":{}}").unwrap_err().contains("`a`"));
        assert!(read(Encoding::Json, b"{").unwrap_err().contains("JSON"));
    }

    #[test]
    fn only_utf_8_in_the_two_encodings_is_read() {
        assert_eq!(encoding("application/json; charset=UTF-8"), Some(Encoding::Json));
        assert_eq!(encoding("Application/X-WWW-Form-Urlencoded"), Some(Encoding::Form));
        assert_eq!(encoding("application/x-www-form-urlencoded; charset=gbk"), None);
        assert_eq!(encoding("multipart/form-data; boundary=x"), None);
        assert_eq!(encoding(""), None);
    }
}
