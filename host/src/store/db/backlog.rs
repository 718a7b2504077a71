//! What waits to be committed, in the order in which it is taken.
//!
//! Somebody waits for the answer of a request; what goes on by itself comes when there is none, and after so many of them
//! all the same. Nor does a commit for which somebody waits wait for more of it.

use std::collections::VecDeque;

use super::background;
use super::operation::Waiting;

/// So many requests go before an operation of the background at most.
const IN_A_ROW: usize = 4;

/// An operation on its way to be committed.
pub(super) struct Queued {
    pub operation: Box<dyn Waiting>,
    in_background: bool,
}

impl Queued {
    /// Notes who waits for it, which the task that calls knows.
    pub(super) fn new(operation: Box<dyn Waiting>) -> Self {
        Self { operation, in_background: background::is_background() }
    }
}

/// What waits.
#[derive(Default)]
pub(super) struct Backlog {
    requests: VecDeque<Box<dyn Waiting>>,
    background: VecDeque<Box<dyn Waiting>>,
    /// How many requests were taken in a row, and whether there are some in this batch.
    in_a_row: usize,
    has_requests: bool,
}

impl Backlog {
    pub(super) fn push(&mut self, Queued { operation, in_background }: Queued) {
        if in_background {
            self.background.push_back(operation);
        } else {
            self.requests.push_back(operation);
        }
    }

    /// The first operation of a batch, if one waits.
    pub(super) fn first(&mut self) -> Option<Box<dyn Waiting>> {
        self.has_requests = false;
        self.next()
    }

    /// The next operation of the batch, if there is one.
    pub(super) fn next(&mut self) -> Option<Box<dyn Waiting>> {
        let is_their_turn = self.in_a_row < IN_A_ROW;
        if is_their_turn || self.background.is_empty() {
            if let Some(request) = self.requests.pop_front() {
                self.in_a_row += 1;
                self.has_requests = true;
                return Some(request);
            }
            if self.has_requests && !self.background.is_empty() {
                return None;
            }
        }
        self.in_a_row = 0;
        self.background.pop_front()
    }
}
