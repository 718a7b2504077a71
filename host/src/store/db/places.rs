//! Where the columns stand that rows are read by. All rows of a statement are read by the same names in the same order:
//! finding a column by its name takes longer than reading it, and is done for the first row alone.

use std::cell::{Cell, RefCell};

use rusqlite::Row;

use super::value::At;

/// The places of a statement's columns, in the order in which they are asked for.
#[derive(Debug, Default)]
pub struct Places {
    known: RefCell<Vec<(&'static str, usize)>>,
    asked: Cell<usize>,
}

impl Places {
    /// A row begins.
    pub(super) fn begin(&self) {
        self.asked.set(0);
    }

    /// Where a value stands in a row.
    pub(super) fn of(&self, row: &Row<'_>, at: At) -> rusqlite::Result<usize> {
        let At::Name(name) = at else { return Ok(0) };
        let asked = self.asked.get();
        self.asked.set(asked + 1);
        let mut known = self.known.borrow_mut();
        match known.get(asked) {
            // The same text of the program, so that its letters needn't be looked at.
            Some((of, place)) if std::ptr::eq(*of, name) => Ok(*place),
            _ => {
                let place = row.as_ref().column_index(name)?;
                known.truncate(asked);
                known.push((name, place));
                Ok(place)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_in_whatever_order_rows_ask_for_them() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let mut statement = connection.prepare("select 1 as a, 2 as b, 3 as c union select 4, 5, 6").unwrap();
        let mut rows = statement.query([]).unwrap();
        let places = Places::default();
        let orders: [&[&'static str]; 2] = [&["a", "b", "c", "a"], &["c", "a", "a", "b", "c"]];
        let mut found: Vec<Vec<i64>> = Vec::new();
        for order in orders {
            let row = rows.next().unwrap().unwrap();
            places.begin();
            found.push(
                order.iter().map(|name| row.get(places.of(row, At::Name(name)).unwrap()).unwrap()).collect(),
            );
        }
        let wanted: [Vec<i64>; 2] = [vec![1, 2, 3, 1], vec![6, 4, 4, 5, 6]];
        assert_eq!(found, wanted);
    }
}
