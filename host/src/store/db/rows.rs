//! Rows that are read, no more of them than one answer may have in bytes.

use super::{DbError, FromRow, Row};

/// About so many bytes of rows make a page; the next page goes on behind them.
pub(super) const PAGE: usize = 8 << 20;
/// The most bytes of rows that any statement reads.
pub(super) const LARGEST: usize = 64 << 20;
/// The first rows aren't measured: most answers are small and have few.
const UNMEASURED: usize = 32;

/// What a statement found.
pub(in crate::store) struct Rows<R> {
    /// The rows, in order.
    pub items: Vec<R>,
    /// Whether there were more than fit.
    pub cut: bool,
    bytes: usize,
    most: usize,
}

impl<R: FromRow> Rows<R> {
    pub(super) fn new(most: usize) -> Self {
        Self { items: Vec::new(), cut: false, bytes: 0, most }
    }

    /// Adds a row; false when no more fit.
    pub(super) fn add(&mut self, row: &Row<'_>) -> Result<bool, DbError> {
        if self.bytes > self.most {
            self.cut = true;
            return Ok(false);
        }
        if self.items.len() >= UNMEASURED {
            self.bytes += row.size();
        }
        self.items.push(R::from_row(row)?);
        Ok(true)
    }

    /// All of them, or an error when they are too many.
    pub(super) fn whole(self) -> Result<Vec<R>, DbError> {
        if self.cut { Err(DbError::TooLarge(self.most >> 20)) } else { Ok(self.items) }
    }
}
