//! What queries mean: a `BTreeMap`, and full scans of it. It knows nothing of routier, so that both can be wrong only
//! in different ways.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::ops::Bound;

/// The value of a field, in the order of queries: `None` first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// The absent value.
    None,
    /// A `bool`.
    Bool(bool),
    /// Any integer but the largest of `u128`, and an enum's place among its variants.
    Int(i128),
    /// A float.
    Real(Real),
    /// Text.
    Text(String),
    /// The elements of a list.
    Many(Vec<Value>),
}

/// A float that is not NaN; both zeros are one.
#[derive(Clone, Copy, Debug)]
pub struct Real(pub f64);

impl PartialEq for Real {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for Real {}

impl PartialOrd for Real {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Real {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.partial_cmp(&other.0).expect("NaN has no place here")
    }
}

/// A row of a model.
pub trait Row: Clone + Debug + PartialEq {
    /// The key, in the order of its fields.
    type Key: Clone + Debug + Ord;
    /// Groups of fields that no two rows share.
    const DISTINCT: &'static [&'static [usize]];

    /// The key.
    fn key(&self) -> Self::Key;
    /// The value of the field with this number.
    fn value(&self, field: usize) -> Value;
}

/// One operator of a field.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each is called as the operator is")]
pub enum Operator {
    Eq(Value),
    Ne(Value),
    Lt(Value),
    Le(Value),
    Gt(Value),
    Ge(Value),
    Between(Bound<Value>, Bound<Value>),
    OneOf(Vec<Value>),
    IsNone,
    IsSome,
    StartsWith(String),
    Contains(Value),
    ContainsAny(Vec<Value>),
    IsEmpty,
}

/// A filter.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each is called as what makes it")]
pub enum Test {
    All,
    Nothing,
    Field(usize, Operator),
    And(Box<Test>, Box<Test>),
    Or(Box<Test>, Box<Test>),
    Not(Box<Test>),
}

impl Operator {
    fn holds(&self, found: &Value) -> bool {
        let is_some = *found != Value::None;
        match self {
            Self::Eq(value) => is_some && found == value,
            Self::Ne(value) => !(is_some && found == value),
            Self::Lt(value) => is_some && found < value,
            Self::Le(value) => is_some && found <= value,
            Self::Gt(value) => is_some && found > value,
            Self::Ge(value) => is_some && found >= value,
            Self::Between(low, high) => {
                let above = match low {
                    Bound::Unbounded => true,
                    Bound::Included(low) => found >= low,
                    Bound::Excluded(low) => found > low,
                };
                let below = match high {
                    Bound::Unbounded => true,
                    Bound::Included(high) => found <= high,
                    Bound::Excluded(high) => found < high,
                };
                is_some && above && below
            }
            Self::OneOf(values) => is_some && values.contains(found),
            Self::IsNone => !is_some,
            Self::IsSome => is_some,
            Self::StartsWith(prefix) => matches!(found, Value::Text(text) if text.starts_with(prefix)),
            Self::Contains(value) => matches!(found, Value::Many(list) if list.contains(value)),
            Self::ContainsAny(values) => {
                matches!(found, Value::Many(list) if list.iter().any(|element| values.contains(element)))
            }
            Self::IsEmpty => matches!(found, Value::Many(list) if list.is_empty()),
        }
    }
}

impl Test {
    /// Whether a row passes.
    pub fn holds(&self, row: &impl Row) -> bool {
        match self {
            Self::All => true,
            Self::Nothing => false,
            Self::Field(field, operator) => operator.holds(&row.value(*field)),
            Self::And(left, right) => left.holds(row) && right.holds(row),
            Self::Or(left, right) => left.holds(row) || right.holds(row),
            Self::Not(inner) => !inner.holds(row),
        }
    }
}

/// A query.
#[derive(Clone, Debug)]
pub struct Query {
    /// Which rows.
    pub test: Test,
    /// Fields, and whether from the greatest to the least.
    pub order: Vec<(usize, bool)>,
    /// How many to pass over.
    pub offset: u64,
    /// How many at most.
    pub limit: Option<u64>,
}

impl Query {
    /// The order of two rows: ties by key, in the direction of the last term.
    pub fn compare<R: Row>(&self, left: &R, right: &R) -> Ordering {
        let turned = |order: Ordering, descending| if descending { order.reverse() } else { order };
        for (field, descending) in &self.order {
            let order = left.value(*field).cmp(&right.value(*field));
            if order.is_ne() {
                return turned(order, *descending);
            }
        }
        turned(left.key().cmp(&right.key()), self.order.last().is_some_and(|(_, descending)| *descending))
    }
}

/// Why a write is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duplicate;

/// The rows.
#[derive(Clone, Debug)]
pub struct Model<R: Row> {
    /// By key.
    pub rows: BTreeMap<R::Key, R>,
}

impl<R: Row> Default for Model<R> {
    fn default() -> Self {
        Self { rows: BTreeMap::new() }
    }
}

impl<R: Row> Model<R> {
    /// The rows that pass, in order, without offset and limit.
    pub fn matching(&self, query: &Query) -> Vec<R> {
        let mut rows: Vec<R> = self.rows.values().filter(|row| query.test.holds(*row)).cloned().collect();
        rows.sort_by(|left, right| query.compare(left, right));
        rows
    }

    /// What the query gives.
    pub fn all(&self, query: &Query) -> Vec<R> {
        let (offset, limit) = (query.offset as usize, query.limit.unwrap_or(u64::MAX) as usize);
        self.matching(query).into_iter().skip(offset).take(limit).collect()
    }

    /// A page behind `last`, and whether there is more.
    pub fn page(&self, query: &Query, last: Option<&R>, size: usize) -> (Vec<R>, bool) {
        let mut rows = self.matching(query);
        rows.retain(|row| last.is_none_or(|last| query.compare(row, last).is_gt()));
        let more = rows.len() > size;
        rows.truncate(size);
        (rows, more)
    }

    /// The values of a field that are not `None`.
    pub fn values(&self, query: &Query, field: usize) -> Vec<Value> {
        let values = self.all(query).into_iter().map(|row| row.value(field));
        values.filter(|value| *value != Value::None).collect()
    }

    /// Writes rows at once, or nothing where two rows of the outcome share a distinct value.
    pub fn put(&mut self, rows: impl IntoIterator<Item = R>) -> Result<(), Duplicate> {
        let mut next = self.rows.clone();
        next.extend(rows.into_iter().map(|row| (row.key(), row)));
        for fields in R::DISTINCT {
            let mut seen = std::collections::BTreeSet::new();
            for row in next.values() {
                let values: Vec<Value> = fields.iter().map(|field| row.value(*field)).collect();
                if !values.contains(&Value::None) && !seen.insert(values) {
                    return Err(Duplicate);
                }
            }
        }
        self.rows = next;
        Ok(())
    }

    /// Inserts rows whose keys must be free.
    pub fn insert(&mut self, rows: Vec<R>) -> Result<(), Duplicate> {
        let mut keys: Vec<R::Key> = rows.iter().map(Row::key).collect();
        keys.sort();
        let is_twice = keys.windows(2).any(|pair| pair[0] == pair[1]);
        if is_twice || keys.iter().any(|key| self.rows.contains_key(key)) {
            return Err(Duplicate);
        }
        self.put(rows)
    }
}
