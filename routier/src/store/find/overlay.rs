//! A transaction's own rows among those of the storage.

use std::cmp::Ordering;
use std::collections::VecDeque;

use crate::entity::AnyRow;
use crate::error::Result;
use crate::query::{Query, eval};
use crate::storage::{Answer, Batch, Rows};

const BATCH: usize = 256;

/// The rows of a storage, which come in the query's order and without those that the transaction has written, merged
/// with the transaction's own.
pub(super) struct Overlaid {
    below: Box<dyn Rows>,
    /// Rows of the storage that were asked for and not yet given out.
    waiting: VecDeque<AnyRow>,
    ended: bool,
    own: VecDeque<AnyRow>,
    query: Query,
    skip: u64,
    left: u64,
}

impl Overlaid {
    /// `own` are the rows that the transaction wrote, whether or not they pass the query.
    pub(super) fn new(below: Box<dyn Rows>, own: Vec<AnyRow>, query: Query) -> Self {
        let mut own: Vec<AnyRow> = own.into_iter().filter(|row| passes(&query, row)).collect();
        own.sort_by(|left, right| eval::compare(left, right, &query.order, left.descriptor()));
        Self {
            below,
            waiting: VecDeque::new(),
            ended: false,
            own: own.into(),
            skip: query.offset,
            left: query.limit.unwrap_or(u64::MAX),
            query,
        }
    }

    /// The next row of both.
    fn take(&mut self) -> Option<AnyRow> {
        let own_first = match (self.waiting.front(), self.own.front()) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(below), Some(own)) => {
                eval::compare(own, below, &self.query.order, own.descriptor()) == Ordering::Less
            }
        };
        if own_first { self.own.pop_front() } else { self.waiting.pop_front() }
    }

    async fn fetch(&mut self, most: usize) -> Result<Batch> {
        let mut batch = Batch::default();
        while self.left > 0 && batch.rows.len() < most {
            if self.waiting.is_empty() && !self.ended {
                let below = self.below.next(most.clamp(1, BATCH)).await?;
                self.ended = below.rows.is_empty();
                batch.examined += below.examined;
                self.waiting.extend(below.rows);
                continue;
            }
            let Some(row) = self.take() else { break };
            if self.skip > 0 {
                self.skip -= 1;
                continue;
            }
            self.left -= 1;
            batch.rows.push(row);
        }
        Ok(batch)
    }
}

impl Rows for Overlaid {
    fn next(&mut self, most: usize) -> Answer<'_, Result<Batch>> {
        Answer::later(self.fetch(most))
    }
}

fn passes(query: &Query, row: &AnyRow) -> bool {
    eval::matches(&query.filter, row)
        && query.after.as_ref().is_none_or(|place| {
            eval::compare_position(row, place, &query.order, row.descriptor()) == Ordering::Greater
        })
}
