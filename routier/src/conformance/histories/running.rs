//! Transactions that are run again because another commit was faster.

use super::coverage::Group;
use super::history::History;
use super::log::{Expect, Write};
use super::reading::any_key;
use super::statement::{Edit, Statement};
use super::value::at;
use crate::env::sync::{Arc, AtomicU64, Ordering};
use crate::{ErrorKind, Result};

impl History {
    /// A closure that reads a row, loses against a write of it, and is through at the second run.
    pub(super) async fn run_again(&mut self) -> Result<()> {
        if !self.facts.serializable {
            return Ok(());
        }
        let kind = self.any_kind();
        let key = any_key(at(&self.kinds, kind).sheet(), super::log::of(self.log.now(), kind), &mut self.rng);
        let Some(row) = self.model(kind).rows.get(&key).cloned() else { return Ok(()) };
        let column = self.free_column(kind);
        let mut draw = || {
            let shape = at(&self.kinds, kind).sheet().column(column);
            Edit { set: vec![(column, (shape.any)(&mut self.rng))], fails: false }
        };
        let (beside, inside) = (draw(), draw());
        self.note(|| format!("runs a transaction on {kind} {key:?}: {inside:?}, beside it {beside:?}"));
        let statement = |edit: &Edit| Statement::Modify(Arc::clone(&key), edit.clone());
        let (in_the_way, statements) = (statement(&beside), statement(&inside));
        let (table, kinds) = (at(&self.tables, kind), &self.kinds);
        let (in_the_way, statements) = (&in_the_way, &statements);
        let between = &AtomicU64::new(0);
        let run = self.store.transaction(|transaction| async move {
            let own = at(kinds, kind).of_transaction(&transaction).await?;
            own.write(statements).await?;
            if transaction.run() == 1 {
                assert!(transaction.lost().is_none(), "nothing was lost before the first run");
                let written = table.write(in_the_way).await?;
                between.store(at(&written.rows, 0).version(), Ordering::Relaxed);
            } else {
                let lost = transaction.lost().map(crate::Error::kind);
                assert_eq!(lost, Some(ErrorKind::Conflict), "what the first run lost by");
            }
            Ok(transaction.run())
        });
        assert_eq!(run.await?, 2, "it is run again once");
        let origin = self.store.origin().clone();
        let between = between.load(Ordering::Relaxed);
        let mut cells = row.cells.clone();
        for (edit, number) in [(&beside, between), (&inside, self.store.token().number())] {
            edit.apply(&mut cells);
            let cells = Some(cells.clone());
            let write = Write { kind, key: Arc::clone(&key), cells, expect: Expect::Anything };
            self.committed_as(&[write], &origin, number);
        }
        self.coverage.count(Group::Endings, "run again");
        Ok(())
    }

    /// A column that any value may be written to.
    fn free_column(&mut self, kind: usize) -> usize {
        let sheet = at(&self.kinds, kind).sheet();
        let is_distinct = |column: usize| sheet.distinct.iter().any(|group| group.contains(&column));
        let columns = 0..sheet.columns.len();
        let free: Vec<usize> =
            columns.filter(|column| !sheet.is_fixed(*column) && !is_distinct(*column)).collect();
        *self.rng.pick(&free)
    }
}
