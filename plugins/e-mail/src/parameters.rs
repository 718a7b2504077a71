//! Names of files in `Content-Disposition` and `Content-Type`, in all the ways that programs write them: RFC 2231,
//! encoded words, and plain bytes.

use crate::charset::Charsets;
use crate::headers;

/// The most parameters of a field, and the most pieces of one, that are read.
const MOST: usize = 500;

/// One parameter as it is written: `filename*0*=gb18030''%B1`.
struct Parameter {
    /// `filename`
    name: String,
    /// Its place among the pieces of one value.
    piece: Option<u32>,
    /// Whether it is percent-encoded.
    is_extended: bool,
    value: Vec<u8>,
}

/// The name of a part's file, from the header of the part.
pub fn file_name(head: &[u8], charsets: &Charsets<'_>) -> Option<String> {
    let mut found = None;
    for field in headers::fields(head) {
        let Some(colon) = field.iter().position(|byte| *byte == b':') else { continue };
        let wanted = match field[..colon].trim_ascii().to_ascii_lowercase().as_slice() {
            b"content-disposition" => "filename",
            b"content-type" => "name",
            _ => continue,
        };
        let name =
            value(&parameters(&field[colon + 1..]), wanted, charsets).filter(|name| !name.trim().is_empty());
        if wanted == "filename" && name.is_some() {
            return name;
        }
        found = found.or(name);
    }
    found
}

/// The boundary between a mail's parts, from the header of the mail.
pub fn boundary(head: &[u8]) -> Option<Vec<u8>> {
    let field = headers::fields(head).into_iter().find(|field| headers::is_content_type(field))?;
    let boundary = parameters(field).into_iter().find(|one| one.name == "boundary")?.value;
    (!boundary.is_empty()).then_some(boundary)
}

fn value(all: &[Parameter], name: &str, charsets: &Charsets<'_>) -> Option<String> {
    let mut pieces: Vec<&Parameter> =
        all.iter().filter(|one| one.name == name && (one.is_extended || one.piece.is_some())).collect();
    if pieces.is_empty() {
        let plain = &all.iter().find(|one| one.name == name)?.value;
        return Some(unescaped(headers::text(plain, charsets)));
    }
    pieces.sort_by_key(|one| one.piece);
    let mut charset = None;
    let mut bytes = Vec::new();
    for (index, one) in pieces.into_iter().enumerate() {
        let mut value = one.value.as_slice();
        if !one.is_extended {
            bytes.extend_from_slice(value);
            continue;
        }
        let mut parts = value.splitn(3, |byte| *byte == b'\'');
        if index == 0
            && let (Some(named), Some(_), Some(rest)) = (parts.next(), parts.next(), parts.next())
        {
            charset = std::str::from_utf8(named).ok().filter(|named| !named.is_empty());
            value = rest;
        }
        bytes.extend(percent_decoded(value));
    }
    if charset.is_none() && headers::has(&bytes, b"=?") {
        return Some(headers::text(&bytes, charsets));
    }
    Some(charsets.decode(&bytes, charset).into_owned())
}

/// A plain value that a program has percent-encoded without saying so.
fn unescaped(value: String) -> String {
    let decoded =
        if value.is_ascii() && value.contains('%') { percent_decoded(value.as_bytes()) } else { Vec::new() };
    match String::from_utf8(decoded) {
        Ok(decoded) if !decoded.is_ascii() => decoded,
        _ => value,
    }
}

fn percent_decoded(value: &[u8]) -> Vec<u8> {
    let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    loop {
        rest = match rest {
            [] => return bytes,
            [b'%', high, low, rest @ ..] if hex(*high).is_some() && hex(*low).is_some() => {
                bytes.push((hex(*high).unwrap_or_default() << 4) | hex(*low).unwrap_or_default());
                rest
            }
            [byte, rest @ ..] => {
                bytes.push(*byte);
                rest
            }
        }
    }
}

/// The parameters after a field's first `;`.
fn parameters(field: &[u8]) -> Vec<Parameter> {
    let mut all = Vec::new();
    let mut rest = match field.iter().position(|byte| *byte == b';') {
        Some(at) => &field[at + 1..],
        None => return all,
    };
    while !rest.is_empty() && all.len() < MOST {
        let Some(equals) = rest.iter().position(|byte| matches!(byte, b'=' | b';')) else { break };
        if rest[equals] == b';' {
            rest = &rest[equals + 1..];
            continue;
        }
        let name = String::from_utf8_lossy(rest[..equals].trim_ascii()).to_ascii_lowercase();
        let (value, after) = written(rest[equals + 1..].trim_ascii_start());
        rest = after;
        let mut parts = name.split('*');
        let base = parts.next().unwrap_or_default().to_owned();
        let piece = parts.next().and_then(|number| number.parse().ok());
        let is_extended = name.ends_with('*');
        all.push(Parameter { name: base, piece, is_extended, value });
    }
    all
}

/// A value, without its quotation marks and line breaks, and what follows it.
fn written(rest: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut value = Vec::new();
    let Some(quoted) = rest.strip_prefix(b"\"") else {
        let end = rest.iter().position(|byte| *byte == b';').unwrap_or(rest.len());
        value.extend(rest[..end].trim_ascii().iter().filter(|byte| !matches!(byte, b'\r' | b'\n')));
        return (value, &rest[(end + 1).min(rest.len())..]);
    };
    let mut bytes = quoted.iter().enumerate();
    let mut end = quoted.len();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => {
                end = at + 1;
                break;
            }
            // Only these are escaped; `\` is in names that old programs took whole from a Windows path.
            b'\\' if matches!(quoted.get(at + 1), Some(b'"' | b'\\')) => {
                value.extend(bytes.next().map(|(_, byte)| *byte));
            }
            b'\r' | b'\n' => {}
            _ => value.push(*byte),
        }
    }
    let rest = &quoted[end..];
    let next = rest.iter().position(|byte| *byte == b';').map_or(rest.len(), |at| at + 1);
    (value, &rest[next..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(head: &[u8]) -> String {
        file_name(head, &Charsets::of(head, "cn")).unwrap_or_default()
    }

    #[test]
    fn a_name_is_read_however_it_is_written() {
        for head in [
            b"Content-Disposition: attachment; filename*=UTF-8''%E6%8A%A5%E4%BB%B7%E8%A1%A8.csv".as_slice(),
            b"Content-Disposition: attachment;\r\n filename*0*=gb18030''%B1%A8%BC;\r\n filename*1*=%DB%B1%ED.csv\r\n",
            b"Content-Disposition: attachment;\r\n filename*1*=%DB%B1%ED;\r\n filename*2=.csv; filename*0*=gbk'zh'%B1%A8%BC",
            b"Content-Disposition: attachment; filename=\"=?GB2312?B?saiw?=\r\n =?GB2312?B??=\"; filename*=gbk''%B1%A8%BC%DB%B1%ED.csv",
            b"Content-Disposition: attachment; filename=\"=?utf-8?B?5oql5Lu3?=\r\n =?utf-8?B?6KGoLmNzdg==?=\"",
            b"Content-Disposition: attachment; filename==?utf-8?Q?=E6=8A=A5=E4=BB=B7=E8?= =?utf-8?Q?=A1=A8.csv?=",
            b"Content-Type: text/csv; charset=gbk; name=\"\xb1\xa8\xbc\xdb\xb1\xed.csv\"\r\nContent-Disposition: attachment",
            b"Content-Disposition: attachment; filename=\"\xe6\x8a\xa5\xe4\xbb\xb7\xe8\xa1\xa8.csv\"; size=12",
            b"Content-Disposition: attachment; filename=\"%E6%8A%A5%E4%BB%B7%E8%A1%A8.csv\"",
        ] {
            assert_eq!(name(head), "报价表.csv", "{}", String::from_utf8_lossy(head));
        }
        assert_eq!(
            name(b"Content-Disposition: attachment; filename=\"a \\\"b\\\"; c.pdf\""),
            "a \"b\"; c.pdf"
        );
        assert_eq!(name(b"Content-Disposition: attachment; filename=100%.pdf; x"), "100%.pdf");
        assert_eq!(name(b"Content-Type: image/png; NAME=logo.png"), "logo.png");
        assert_eq!(name(b"Content-Disposition: inline"), "");
    }
}
