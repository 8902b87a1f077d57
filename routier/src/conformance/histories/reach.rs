//! How far a read went: which rows have to do with it.

use super::answer::{Ask, By, Terminal};
use super::log::{Changed, Overlay};
use super::model::{Key, Model, Query, Row};
use super::sheet::Sheet;
use super::test::{Operator, Test};
use super::value::{Value, at};
use crate::env::sync::Arc;

/// Rows that a read has to do with.
pub(super) enum Reach {
    Key(Key),
    /// Those that pass, between two places in the order.
    Filter {
        query: Query,
        after: Option<Row>,
        until: Option<Row>,
    },
    Whole,
}

impl Reach {
    /// Whether a change meets it.
    pub(super) fn meets(&self, change: &Changed) -> bool {
        [&change.before, &change.after].into_iter().flatten().any(|row| self.covers(row))
    }

    fn covers(&self, row: &Row) -> bool {
        match self {
            Self::Key(key) => row.key == *key,
            Self::Filter { query, after, until } => {
                query.test.holds(&row.cells)
                    && after.as_ref().is_none_or(|after| query.compare(row, after).is_gt())
                    && until.as_ref().is_none_or(|until| query.compare(row, until).is_le())
            }
            Self::Whole => true,
        }
    }
}

/// What a read of a transaction has looked at, of what others may change. `model` is what it saw, `snapshot` that without
/// its own writes.
pub(super) fn of(sheet: &Sheet, ask: &Ask, model: &Model, snapshot: &Model, own: &Overlay) -> Vec<Reach> {
    let of_key = |key: &Key| (!own.contains_key(key)).then(|| Reach::Key(Arc::clone(key)));
    match ask {
        Ask::Get(key) | Ask::GetByKey(key) => of_key(key).into_iter().collect(),
        Ask::GetMany(keys) => keys.iter().filter_map(of_key).collect(),
        Ask::GetBy(group, values) => {
            let is_own = |row: &Row| own.contains_key(&row.key);
            if model.by(sheet, *group, values).iter().any(is_own) {
                return Vec::new();
            }
            match snapshot.by(sheet, *group, values).first() {
                Some(row) => vec![Reach::Key(Arc::clone(&row.key))],
                None => {
                    let group: &Vec<usize> = at(&sheet.distinct, *group);
                    vec![whole(&Query::of(equal(group, values)))]
                }
            }
        }
        Ask::IsTaken(rows) => rows.iter().flat_map(|row| in_the_way(sheet, row, snapshot)).collect(),
        Ask::Find(query, ..) if query.limit == Some(0) => Vec::new(),
        Ask::Find(_, By::Scan, _) => vec![Reach::Whole],
        Ask::Find(query, By::Filter, terminal) => vec![found(query, *terminal, model)],
        Ask::Page(query, behind, size) => {
            let after = behind.as_ref().map(|behind| Arc::clone(&behind.last));
            let (rows, _) = model.page(query, after.as_ref(), size.saturating_add(1));
            let until = (rows.len() as u64 > *size).then(|| rows.last().cloned()).flatten();
            vec![Reach::Filter { query: query.clone(), after, until }]
        }
    }
}

fn found(query: &Query, terminal: Terminal, model: &Model) -> Reach {
    let limited = |most: u64| {
        let limit = Some(query.limit.map_or(most, |limit| limit.min(most)));
        until_last(&Query { limit, ..query.clone() }, model)
    };
    match terminal {
        Terminal::First => limited(1),
        Terminal::One => limited(2),
        // any row will do, so that one cannot know which it was
        Terminal::Exists if query.is_whole() || query.offset == 0 => whole(query),
        Terminal::Exists => limited(1),
        Terminal::Stream => whole(query),
        Terminal::Count | Terminal::Sum(_) | Terminal::Average(_) if query.is_whole() => whole(query),
        Terminal::Min(column) | Terminal::Max(column) if query.is_whole() => {
            let present = Test::Field(column, Operator::IsSome);
            let test = Test::And(Box::new(query.test.clone()), Box::new(present));
            let order = vec![(column, matches!(terminal, Terminal::Max(_)))];
            until_last(&Query { order, limit: Some(1), ..Query::of(test) }, model)
        }
        _ => until_last(query, model),
    }
}

fn whole(query: &Query) -> Reach {
    Reach::Filter { query: query.clone(), after: None, until: None }
}

/// Rows behind the last one that a limit let through are not looked at.
fn until_last(query: &Query, model: &Model) -> Reach {
    let rows = model.all(query);
    let is_full = query.limit.is_some_and(|limit| rows.len() as u64 >= limit);
    let until = if is_full { rows.last().cloned() } else { None };
    Reach::Filter { query: query.clone(), after: None, until }
}

fn equal(group: &[usize], values: &[Value]) -> Test {
    let fields = group.iter().zip(values);
    let tests = fields.map(|(field, value)| Test::Field(*field, Operator::Eq(value.clone())));
    tests.fold(Test::All, |left, right| Test::And(Box::new(left), Box::new(right)))
}

/// The rows of the snapshot that a row to be inserted collides with.
fn in_the_way(sheet: &Sheet, row: &Row, snapshot: &Model) -> Vec<Reach> {
    let nobody: Key = Arc::new([]);
    let of_groups = sheet.distinct.iter().flat_map(|group| {
        let values: Vec<&Value> = group.iter().map(|field| at(&row.cells, *field)).collect();
        snapshot
            .holders(group, &values, &nobody)
            .into_iter()
            .map(|row| Arc::clone(&row.key))
            .collect::<Vec<_>>()
    });
    let of_key = snapshot.rows.get(&row.key).map(|row| Arc::clone(&row.key));
    of_groups.chain(of_key).map(Reach::Key).collect()
}
