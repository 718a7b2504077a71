//! Keyset paging: a page ends with the place of its last row, and the next begins after it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::db::Rows;
use crate::domain::clock::Timestamp;

/// How many rows a page has when the caller doesn't say, and at most.
pub const DEFAULT_LIMIT: i64 = 50;
/// The most rows that a page has.
pub const MAX_LIMIT: i64 = 500;

/// Which page of a list sorted by time and id, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// How many rows, 1 to [`MAX_LIMIT`].
    pub limit: i64,
    /// Where the page before ended.
    pub after: Option<PagePosition>,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { limit: DEFAULT_LIMIT, after: None }
    }
}

/// The place of a row in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PagePosition {
    /// The time that the list is sorted by.
    pub at: Timestamp,
    /// The row's id, which decides between equal times.
    pub id: Uuid,
}

/// A text that is no cursor of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no cursor; take it from `next` of the page before")]
pub struct NotACursor(String);

impl PagePosition {
    /// The newest place that could be: what a first page starts after.
    pub const START: Self = Self { at: Timestamp::MAX, id: Uuid::max() };
}

impl std::fmt::Display for PagePosition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&self.at.as_micros().to_be_bytes());
        bytes[8..].copy_from_slice(self.id.as_bytes());
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl std::str::FromStr for PagePosition {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let wrong = || NotACursor(text.to_owned());
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
        let (at, id) = bytes.split_at_checked(8).ok_or_else(wrong)?;
        let at = i64::from_be_bytes(at.try_into().map_err(|_| wrong())?);
        Ok(Self { at: Timestamp::from_micros(at), id: Uuid::from_slice(id).map_err(|_| wrong())? })
    }
}

/// One page of a list, and where the next goes on.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T, N = PagePosition> {
    /// Its rows.
    pub items: Vec<T>,
    /// Where the next page goes on; none on the last.
    pub next: Option<N>,
}

impl<T, N> Page<T, N> {
    /// From the rows of a list of which the last ones may have been left out because they are too large for one page.
    pub(in crate::store) fn of(rows: Rows<T>, limit: i64, place: impl Fn(&T) -> N) -> Self {
        if rows.cut {
            return Self { next: rows.items.last().map(place), items: rows.items };
        }
        Self::cut(rows.items, limit, place)
    }

    /// From one row more than the page has, which tells whether there is a next page.
    pub fn cut(mut items: Vec<T>, limit: i64, place: impl Fn(&T) -> N) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(place) } else { None };
        Self { items, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_its_text_and_rubbish_is_refused() {
        let place =
            PagePosition { at: Timestamp::from_micros(1_767_600_000_000_001), id: Uuid::from_u128(7) };
        assert_eq!(place.to_string().parse(), Ok(place));
        for rubbish in ["", "x", "AAAA", "%%%", &"A".repeat(64)] {
            assert!(rubbish.parse::<PagePosition>().is_err(), "{rubbish}");
        }
    }

    #[test]
    fn the_row_too_many_makes_a_next_page() {
        let place = |n: &u128| PagePosition { at: Timestamp::from_micros(0), id: Uuid::from_u128(*n) };
        assert_eq!(Page::cut(vec![3, 2, 1], 2, place).next, Some(place(&2)));
        assert_eq!(Page::cut(vec![3, 2], 2, place).next, None);
    }
}
