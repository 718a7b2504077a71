//! Parts of an operation, each of which is kept or taken back by itself.
//!
//! A savepoint is made when a part writes its first statement: most add rows alone, which are written together at the end
//! of the operation, and what hasn't been written needs none.

use super::added::Marks;
use super::{Chain, DbError, Tx};

/// A part that goes on.
#[derive(Debug)]
pub(super) struct Begun {
    marked: usize,
    added: Marks,
    chain: Option<Chain>,
    has_savepoint: bool,
}

impl Tx {
    /// Begins a part of an operation, which [`end_part`](Self::end_part) ends. There is one at a time.
    pub fn begin_part(&mut self) {
        self.part = Some(Begun {
            marked: self.marks.len(),
            added: self.added.marks(),
            chain: self.chain,
            has_savepoint: false,
        });
    }

    /// Ends the part: what it wrote is kept, or taken back while the operation goes on.
    pub async fn end_part(&mut self, keep: bool) -> Result<(), DbError> {
        let Some(part) = self.part.take() else { return Ok(()) };
        if !keep {
            self.marks.truncate(part.marked);
            self.chain = part.chain;
            match part.has_savepoint {
                true => self.added.clear(),
                false => self.added.split_off(part.added).clear(),
            }
            if part.has_savepoint {
                self.execute("rollback to savepoint part", &[]).await?;
            }
        }
        if part.has_savepoint {
            self.execute("release savepoint part", &[]).await?;
        }
        Ok(())
    }

    /// Before something is written: within a part, its savepoint is made.
    pub(super) async fn before_change(&mut self) -> Result<(), DbError> {
        self.changes.any = true;
        match &self.part {
            Some(part) if !part.has_savepoint => Box::pin(self.save_part()).await,
            _ => Ok(()),
        }
    }

    /// What was added before the part goes in before its savepoint.
    async fn save_part(&mut self) -> Result<(), DbError> {
        let Some(part) = &mut self.part else { return Ok(()) };
        part.has_savepoint = true;
        let own = self.added.split_off(part.added);
        self.write_added().await?;
        self.added = own;
        self.execute("savepoint part", &[]).await.map(|_| ())
    }
}
