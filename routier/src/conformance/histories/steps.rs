//! The steps of a history.

use super::history::History;
use super::statement::Statement;
use super::value::{Value, at, at_mut};
use crate::Result;
use crate::env::sync::{Arc, AtomicU64, Ordering};

impl History {
    /// Fills the store, goes so many steps, and looks at everything in the end. `reached` says how many it has gone.
    pub(super) async fn run(&mut self, steps: u64, reached: &Arc<AtomicU64>) -> Result<()> {
        self.fill().await?;
        self.note_token();
        self.following = Some(self.begin_following().await?);
        for step in 0..steps {
            reached.store(step, Ordering::Relaxed);
            self.coverage.count_step();
            self.step().await?;
        }
        reached.store(steps, Ordering::Relaxed);
        self.finish().await
    }

    /// A few rows of each kind.
    async fn fill(&mut self) -> Result<()> {
        if self.rng.once_in(16) {
            // a commit of many rows is another matter than one of a few
            let many = (100..140).map(|id: i128| {
                let mut row = self.sheet_row(0);
                for (column, value) in [(0, Value::Int(id)), (1, Value::None)] {
                    *at_mut(&mut row, column) = value;
                }
                row
            });
            let many = many.collect();
            self.write_this(0, Statement::InsertMany(many)).await?;
        }
        for kind in 0..self.kinds.len() {
            let count = self.rng.below(8);
            for _ in 0..count.min(3) {
                let row = self.sheet_row(kind);
                self.write_this(kind, Statement::Upsert(row)).await?;
            }
            let rows = (0..count).map(|_| self.sheet_row(kind)).collect();
            self.write_this(kind, Statement::InsertMany(rows)).await?;
        }
        Ok(())
    }

    fn sheet_row(&mut self, kind: usize) -> Vec<Value> {
        at(&self.kinds, kind).sheet().any(&mut self.rng)
    }

    async fn step(&mut self) -> Result<()> {
        match self.rng.below(100) {
            0..=12 => self.write().await,
            13..=22 => self.read().await,
            23..=79 => self.transact().await,
            80..=88 => self.pass().await,
            89..=91 => self.follow().await,
            92 | 93 => self.resume().await,
            94 => {
                self.note_token();
                Ok(())
            }
            95 => self.run_again().await,
            _ => self.blunder().await,
        }
    }

    /// Everything comes to an end: what was held still stands, what followed has seen all of it.
    async fn finish(&mut self) -> Result<()> {
        while let Some(open) = self.open.pop() {
            self.end(open).await?;
        }
        self.look_back().await?;
        self.look_through().await?;
        self.replay().await?;
        self.snapshots.clear();
        // forgets what was kept for those that are gone
        self.write().await?;
        for _ in 0..2 {
            self.resume().await?;
        }
        self.follow_to_the_end().await?;
        self.is_closed().await;
        Ok(())
    }

    /// A closed store refuses everything.
    async fn is_closed(&mut self) {
        let kind = self.any_kind();
        let query = self.any_query(kind);
        let table = at(&self.tables, kind);
        let errors = [
            self.store.begin().await.err(),
            self.store.snapshot().await.err(),
            table.explain(&query).await.err(),
            table.changes(None).await.err(),
            table
                .write(&Statement::InsertMany(vec![at(&self.kinds, kind).sheet().any(&mut self.rng)]))
                .await
                .err(),
        ];
        for (place, error) in errors.into_iter().enumerate() {
            let kind = error.map(|error| error.kind());
            assert_eq!(kind, Some(crate::ErrorKind::Closed), "call {place} of a closed store");
            self.coverage.count(super::coverage::Group::Errors, "Closed");
        }
    }
}
