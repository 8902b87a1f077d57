//! What is asked of a collection, and what the model answers.

use super::model::{Key, Model, Query, Row};
use super::sheet::Sheet;
use super::sum::{Adder, Mean, Total};
use super::value::{Real, Value, at};
use crate::ErrorKind;
use crate::env::sync::Arc;

/// A read.
#[derive(Clone, Debug)]
pub(super) enum Ask {
    Get(Key),
    GetMany(Vec<Key>),
    /// By the values of a group of distinct fields, given by its number.
    GetBy(usize, Vec<Value>),
    /// By the fields of the key, in the way of a distinct group.
    GetByKey(Key),
    Find(Query, By, Terminal),
    Page(Query, Option<Behind>, u64),
    /// Whether one of these rows could not be inserted; nobody asks for that alone.
    IsTaken(Vec<Row>),
}

/// Where a page begins.
#[derive(Clone, Debug)]
pub(super) struct Behind {
    pub(super) last: Row,
    pub(super) cursor: String,
}

/// How the rows are told from the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Filter,
    /// A closure.
    Scan,
}

/// How a query is carried out; columns go by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Terminal {
    All,
    First,
    One,
    Count,
    Exists,
    Keys,
    Stream,
    Min(usize),
    Max(usize),
    Sum(usize),
    Average(usize),
    Analyze,
}

/// What a read gives.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    Row(Option<Row>),
    Many(Vec<Option<Row>>),
    Rows(Vec<Row>),
    Keys(Vec<Key>),
    Count(u64),
    Bool(bool),
    Value(Option<Value>),
    Total(Total),
    Mean(Option<Mean>),
    /// The rows, and whether there are more.
    Page(Vec<Row>, bool),
}

/// An answer, or why there is none.
pub(super) type Answered = Result<Answer, ErrorKind>;

impl Ask {
    /// What it is called.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Get(_) => "get",
            Self::GetMany(_) => "get_many",
            Self::GetBy(..) => "get_by",
            Self::GetByKey(_) => "get_by of the key",
            Self::Page(_, None, _) => "page",
            Self::Page(..) => "after page",
            Self::IsTaken(_) => "insert",
            Self::Find(_, _, terminal) => terminal.name(),
        }
    }
}

impl Terminal {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::First => "first",
            Self::One => "one",
            Self::Count => "count",
            Self::Exists => "exists",
            Self::Keys => "keys",
            Self::Stream => "stream",
            Self::Min(_) => "min",
            Self::Max(_) => "max",
            Self::Sum(_) => "sum",
            Self::Average(_) => "avg",
            Self::Analyze => "explain_analyze",
        }
    }
}

/// Every way to read, by name.
pub(super) const READS: &[&str] = &[
    "get",
    "get_many",
    "get_by",
    "get_by of the key",
    "page",
    "after page",
    "all",
    "first",
    "one",
    "count",
    "exists",
    "keys",
    "stream",
    "min",
    "max",
    "sum",
    "avg",
    "explain_analyze",
];

impl Model {
    /// What a read gives.
    pub(super) fn answer(&self, sheet: &Sheet, ask: &Ask) -> Answered {
        let get = |key: &Key| self.rows.get(key).cloned();
        Ok(match ask {
            Ask::Get(key) | Ask::GetByKey(key) => Answer::Row(get(key)),
            Ask::GetMany(keys) => Answer::Many(keys.iter().map(get).collect()),
            Ask::GetBy(group, values) => Answer::Row(self.by(sheet, *group, values).first().cloned()),
            Ask::Find(query, _, terminal) => return self.find(sheet, query, *terminal),
            Ask::Page(query, behind, size) => {
                let (rows, more) = self.page(query, behind.as_ref().map(|behind| &behind.last), *size);
                Answer::Page(rows, more)
            }
            Ask::IsTaken(rows) => Answer::Bool(self.clashes(sheet, rows)),
        })
    }

    /// The rows with these values in a distinct group: several only where a transaction has not come to its end.
    pub(super) fn by(&self, sheet: &Sheet, group: usize, values: &[Value]) -> Vec<Row> {
        let nobody: Key = Arc::new([]);
        let values: Vec<&Value> = values.iter().collect();
        let group: &Vec<usize> = at(&sheet.distinct, group);
        self.holders(group, &values, &nobody).into_iter().cloned().collect()
    }

    /// Whether one of the rows cannot be inserted after those before it: its key is there, or one of its distinct
    /// values.
    pub(super) fn clashes(&self, sheet: &Sheet, rows: &[Row]) -> bool {
        let Some((first, rest)) = rows.split_first() else { return false };
        if self.rows.contains_key(&first.key) || self.shares(sheet, first) {
            return true;
        }
        if rest.is_empty() {
            return false;
        }
        let mut inserted = self.clone();
        inserted.put(&first.key, Some(Arc::clone(first)));
        inserted.clashes(sheet, rest)
    }

    /// Whether another row has a distinct value of this one.
    pub(super) fn shares(&self, sheet: &Sheet, row: &Row) -> bool {
        sheet.distinct.iter().any(|group| {
            let values: Vec<&Value> = group.iter().map(|field| at(&row.cells, *field)).collect();
            !self.holders(group, &values, &row.key).is_empty()
        })
    }

    fn find(&self, sheet: &Sheet, query: &Query, terminal: Terminal) -> Answered {
        let rows = self.all(query);
        let values = |column: usize| rows.iter().map(move |row| at(&row.cells, column));
        let present = |column: usize| values(column).filter(|value| !value.is_none());
        Ok(match terminal {
            Terminal::All | Terminal::Stream => Answer::Rows(rows),
            Terminal::First => Answer::Row(rows.first().cloned()),
            Terminal::One => match rows.as_slice() {
                [] => return Err(ErrorKind::NotFound),
                [row] => Answer::Row(Some(Arc::clone(row))),
                _ => return Err(ErrorKind::NotUnique),
            },
            Terminal::Count | Terminal::Analyze => Answer::Count(rows.len() as u64),
            Terminal::Exists => Answer::Bool(!rows.is_empty()),
            Terminal::Keys => Answer::Keys(rows.iter().map(|row| Arc::clone(&row.key)).collect()),
            Terminal::Min(column) => Answer::Value(present(column).min().cloned()),
            Terminal::Max(column) => Answer::Value(present(column).max().cloned()),
            Terminal::Sum(column) => {
                let total = Adder::of(values(column)).total(sheet.column(column).nothing());
                Answer::Total(total.ok_or(ErrorKind::Overflow)?)
            }
            Terminal::Average(column) => {
                Answer::Mean(Adder::of(values(column)).mean(sheet.column(column).unit))
            }
        })
    }
}

impl super::sheet::Shape {
    /// The sum of no values.
    fn nothing(&self) -> Total {
        let mut rng = super::rng::Rng::new(0);
        match (self.operand)(&mut rng) {
            Value::Real(Real(_)) => Total::Real(0.0),
            _ => Total::Int(0),
        }
    }
}
