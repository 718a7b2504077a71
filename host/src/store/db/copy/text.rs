//! Rows in the text format of PostgreSQL's COPY: a line each, values apart by tabs, `\N` for NULL. See "COPY, Text Format"
//! in PostgreSQL's documentation.

use rusqlite::types::{Value, ValueRef};
use uuid::Uuid;

use super::{ColumnType, Table};
use crate::store::db::DbError;

const NULL: &[u8] = b"\\N";

/// Cuts lines out of what arrives in pieces.
#[derive(Debug, Default)]
pub(super) struct Lines {
    begun: Vec<u8>,
}

impl Lines {
    /// Calls `take` with each line that ends in this piece.
    pub(super) fn add(
        &mut self,
        piece: &[u8],
        mut take: impl FnMut(&[u8]) -> Result<(), DbError>,
    ) -> Result<(), DbError> {
        let mut rest = piece;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            if self.begun.is_empty() {
                take(&rest[..end])?;
            } else {
                self.begun.extend_from_slice(&rest[..end]);
                take(&self.begun)?;
                self.begun.clear();
            }
            rest = &rest[end + 1..];
        }
        self.begun.extend_from_slice(rest);
        Ok(())
    }

    /// Whether a line has begun and not ended.
    pub(super) fn is_open(&self) -> bool {
        !self.begun.is_empty()
    }
}

/// The values of a line, as SQLite keeps them.
pub(super) fn decode(line: &[u8], table: &Table) -> Result<Vec<Value>, DbError> {
    let fields: Vec<&[u8]> = line.split(|byte| *byte == b'\t').collect();
    if fields.len() != table.columns.len() {
        let (found, wanted) = (fields.len(), table.columns.len());
        return Err(DbError::Decode(format!(
            "a row of {} has {found} values for {wanted} columns",
            table.name
        )));
    }
    let values = fields.into_iter().zip(&table.columns).map(|(field, (column, of))| {
        value(field, *of).map_err(|why| DbError::Decode(format!("{} of {}: {why}", column, table.name)))
    });
    values.collect()
}

fn value(field: &[u8], of: ColumnType) -> Result<Value, String> {
    if field == NULL {
        return Ok(Value::Null);
    }
    let text = String::from_utf8(unescaped(field)).map_err(|error| error.to_string())?;
    let wrong = |what: &str| format!("{text:?} is no {what}");
    Ok(match of {
        ColumnType::Boolean => Value::Integer(i64::from(text == "t")),
        ColumnType::Integer => Value::Integer(text.parse().map_err(|_| wrong("whole number"))?),
        ColumnType::Real => Value::Real(text.parse().map_err(|_| wrong("number"))?),
        ColumnType::Uuid => Value::Blob(Uuid::parse_str(&text).map_err(|_| wrong("id"))?.as_bytes().to_vec()),
        ColumnType::Bytes => {
            let digits = text.strip_prefix("\\x").ok_or_else(|| wrong("bytes"))?;
            Value::Blob(hex::decode(digits).map_err(|_| wrong("bytes"))?)
        }
        // As it is written otherwise: without spaces.
        ColumnType::Json => {
            let json: serde_json::Value = serde_json::from_str(&text).map_err(|_| wrong("JSON"))?;
            Value::Text(json.to_string())
        }
        ColumnType::Text => Value::Text(text),
    })
}

fn unescaped(field: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(field.len());
    let mut bytes = field.iter();
    while let Some(byte) = bytes.next() {
        let escaped = match byte {
            b'\\' => bytes.next(),
            _ => None,
        };
        plain.push(match escaped {
            None => *byte,
            Some(b'b') => 8,
            Some(b't') => b'\t',
            Some(b'n') => b'\n',
            Some(b'v') => 11,
            Some(b'f') => 12,
            Some(b'r') => b'\r',
            Some(other) => *other,
        });
    }
    plain
}

/// Writes a row as a line.
pub(super) fn encode(row: &rusqlite::Row<'_>, table: &Table, line: &mut Vec<u8>) -> Result<(), DbError> {
    for (place, (column, of)) in table.columns.iter().enumerate() {
        if place > 0 {
            line.push(b'\t');
        }
        let value = row.get_ref(place)?;
        write(value, *of, line)
            .map_err(|why| DbError::Decode(format!("{} of {}: {why}", column, table.name)))?;
    }
    line.push(b'\n');
    Ok(())
}

fn write(value: ValueRef<'_>, of: ColumnType, line: &mut Vec<u8>) -> Result<(), String> {
    match (value, of) {
        (ValueRef::Null, _) => line.extend_from_slice(NULL),
        (ValueRef::Integer(value), ColumnType::Boolean) => line.push(if value == 0 { b'f' } else { b't' }),
        // A bare number in a column of JSON is kept as a number.
        (ValueRef::Integer(value), ColumnType::Integer | ColumnType::Real | ColumnType::Json) => {
            line.extend_from_slice(value.to_string().as_bytes());
        }
        (ValueRef::Real(value), ColumnType::Real) => line.extend_from_slice(value.to_string().as_bytes()),
        (ValueRef::Real(value), ColumnType::Json) => {
            line.extend_from_slice(serde_json::Value::from(value).to_string().as_bytes());
        }
        (ValueRef::Text(text), ColumnType::Text | ColumnType::Json) => escape(text, line),
        (ValueRef::Blob(bytes), ColumnType::Uuid) => {
            let id = Uuid::from_slice(bytes).map_err(|_| format!("an id has {} bytes", bytes.len()))?;
            line.extend_from_slice(id.to_string().as_bytes());
        }
        (ValueRef::Blob(bytes), ColumnType::Bytes) => {
            line.extend_from_slice(b"\\\\x");
            line.extend_from_slice(hex::encode(bytes).as_bytes());
        }
        (value, of) => return Err(format!("{:?} where {of:?} belongs", value.data_type())),
    }
    Ok(())
}

fn escape(text: &[u8], line: &mut Vec<u8>) {
    for byte in text {
        match byte {
            b'\\' => line.extend_from_slice(b"\\\\"),
            b'\t' => line.extend_from_slice(b"\\t"),
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\r' => line.extend_from_slice(b"\\r"),
            other => line.push(*other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: [(&str, ColumnType); 7] = [
        ("a", ColumnType::Boolean),
        ("b", ColumnType::Integer),
        ("c", ColumnType::Real),
        ("d", ColumnType::Text),
        ("e", ColumnType::Uuid),
        ("f", ColumnType::Bytes),
        ("g", ColumnType::Json),
    ];

    fn every() -> Table {
        let columns = EVERY.iter().map(|(name, of)| ((*name).to_owned(), *of)).collect();
        Table { name: "every".to_owned(), columns }
    }

    /// Writes values as a line, as SQLite gives them back.
    fn line(values: &[Value]) -> Vec<u8> {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let mut line = Vec::new();
        let mut statement = connection.prepare("select ?, ?, ?, ?, ?, ?, ?").unwrap();
        let mut rows = statement.query(rusqlite::params_from_iter(values)).unwrap();
        encode(rows.next().unwrap().unwrap(), &every(), &mut line).unwrap();
        line
    }

    #[test]
    fn every_value_comes_back_as_it_went() {
        let rows = [
            vec![
                Value::Integer(1),
                Value::Integer(i64::MIN),
                Value::Real(0.1 + 0.2),
                Value::Text("a\tb\nc\r\\N \\. 净水器 \u{8}\u{b}\u{c}".to_owned()),
                Value::Blob((0..16).collect()),
                Value::Blob(vec![0, b'\\', b'\n', 255]),
                Value::Text(r#"{"a":"x\ty\\","b":[1.5,null]}"#.to_owned()),
            ],
            vec![Value::Null; 7],
            vec![
                Value::Integer(0),
                Value::Integer(0),
                Value::Real(-1e300),
                Value::Text(String::new()),
                Value::Blob(vec![255; 16]),
                Value::Blob(Vec::new()),
                Value::Text("\"\\\\N\"".to_owned()),
            ],
        ];
        let bytes: Vec<u8> = rows.iter().flat_map(|row| line(row)).collect();
        // In pieces of every size lines come out whole.
        for size in 1..bytes.len() {
            let (mut lines, mut found) = (Lines::default(), Vec::new());
            for piece in bytes.chunks(size) {
                let take = |line: &[u8]| decode(line, &every()).map(|row| found.push(row));
                lines.add(piece, take).unwrap();
            }
            assert!(!lines.is_open());
            assert_eq!(found, rows);
        }
    }

    #[test]
    fn a_number_in_a_column_of_json_is_json() {
        let mut values = vec![Value::Null; 7];
        values[6] = Value::Real(5.0);
        assert!(line(&values).ends_with(b"\t5.0\n"));
        values[6] = Value::Integer(7);
        assert!(line(&values).ends_with(b"\t7\n"));
    }

    #[test]
    fn what_does_not_belong_there_is_an_error_that_names_its_place() {
        let error = decode(b"t\tx\t\\N\t\\N\t\\N\t\\N\t\\N", &every()).unwrap_err().to_string();
        assert!(error.contains("b of every") && error.contains("whole number"), "{error}");
        let error = decode(b"t\t1", &every()).unwrap_err().to_string();
        assert!(error.contains("2 values for 7"), "{error}");
    }
}
