//! Many rows as an array per column: a statement over them has one text whatever their number, so a server prepares it once.

use uuid::Uuid;

use super::super::{Arg, DbError};
use super::{Argument, Query};

macro_rules! arrays {
    ($($kind:ident: $value:ty),+ $(,)?) => {
        /// The values of a column, as [`Arg`] has them.
        #[derive(Debug)]
        pub(in crate::store::db) enum Array {
            $($kind(Vec<Option<$value>>)),+
        }

        impl Array {
            /// An empty one for values of the same kind.
            fn like(value: &Arg, capacity: usize) -> Self {
                match value {
                    $(Arg::$kind(_) => Self::$kind(Vec::with_capacity(capacity))),+
                }
            }

            fn push(&mut self, value: Arg) -> Result<(), DbError> {
                match (self, value) {
                    $((Self::$kind(values), Arg::$kind(value)) => values.push(value),)+
                    (_, value) => return Err(DbError::Other(format!("{value:?} is of another kind than those above it"))),
                }
                Ok(())
            }
        }

        impl Argument for Array {
            fn bind<'q>(&'q self, query: Query<'q>) -> Query<'q> {
                match self {
                    $(Self::$kind(values) => query.bind(values)),+
                }
            }
        }
    };
}

arrays! {
    Bool: bool,
    Int: i64,
    Real: f64,
    Text: String,
    Uuid: Uuid,
    Bytes: Vec<u8>,
    Json: serde_json::Value,
}

/// The columns of rows that have the same kinds of values.
pub(in crate::store::db) fn columns(rows: Vec<Vec<Arg>>) -> Result<Vec<Array>, DbError> {
    let count = rows.len();
    let mut columns: Vec<Array> =
        rows.first().into_iter().flatten().map(|value| Array::like(value, count)).collect();
    for row in rows {
        if row.len() != columns.len() {
            return Err(DbError::Other(format!(
                "a row has {} values, the first one {}",
                row.len(),
                columns.len()
            )));
        }
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value)?;
        }
    }
    Ok(columns)
}

/// What stands for the rows in a statement: the arrays `$first` and so on, side by side, as columns `column1`, `column2`, ...
pub(in crate::store::db) fn rows_of(first: usize, width: usize) -> String {
    let list = |name: &str, from: usize| {
        (from..from + width).map(|number| format!("{name}{number}")).collect::<Vec<_>>().join(", ")
    };
    format!("select * from unnest({}) as given ({})", list("$", first), list("column", 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_columns_of_one_kind_each() {
        let rows = vec![vec![Arg::from(1_i64), Arg::Text(None)], vec![Arg::from(2_i64), Arg::from("two")]];
        let found = columns(rows).unwrap();
        assert!(matches!(&found[..], [Array::Int(numbers), Array::Text(texts)]
            if *numbers == [Some(1), Some(2)] && *texts == [None, Some("two".to_owned())]));
        assert!(columns(Vec::new()).unwrap().is_empty());
        columns(vec![vec![Arg::from(1_i64)], vec![Arg::from("one")]]).unwrap_err();
        columns(vec![vec![Arg::from(1_i64)], Vec::new()]).unwrap_err();
    }

    #[test]
    fn their_text_depends_on_the_columns_alone() {
        assert_eq!(rows_of(4, 2), "select * from unnest($4, $5) as given (column1, column2)");
    }
}
