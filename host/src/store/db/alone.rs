//! Operations that must not happen side by side, although no row is there yet that they could lock.

use super::{AddedTo, Arg, DbError, Dialect, Tx};

impl Tx {
    /// Waits until no other transaction does something for the same names, and lets none begin before this one ends. Says
    /// whether there may have been one: what was looked for before has to be looked for again then. SQLite has one writer.
    pub async fn alone_for(&mut self, mut names: Vec<String>) -> Result<bool, DbError> {
        if self.dialect() == Dialect::Sqlite || names.is_empty() {
            return Ok(false);
        }
        // In one order, so that no two wait for each other.
        names.sort_unstable();
        names.dedup();
        let rows: Vec<Vec<Arg>> = names.into_iter().map(|name| vec![name.into()]).collect();
        // Whoever adds a row of the same key waits for the end of the transaction that has added it, also when that has
        // taken it away again: so none stays.
        self.bulk("insert into claims (name) ", rows.clone(), " on conflict (name) do nothing").await?;
        rows.into_iter().for_each(|row| self.add(AddedTo::Claims, row));
        Ok(true)
    }
}
