//! What an entity is to the model: its columns by number, and how values for them are drawn.

use super::rng::Rng;
use super::value::{Value, at};

/// A collection, as the model knows it.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) name: &'static str,
    pub(super) columns: Vec<Shape>,
    pub(super) key: Vec<usize>,
    /// Groups of fields that no two rows share.
    pub(super) distinct: Vec<Vec<usize>>,
    pub(super) identity: Option<usize>,
    /// The last identity that its type has.
    pub(super) last: i128,
    /// The column that shows the version.
    pub(super) version: Option<usize>,
}

/// A column.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) form: Form,
    /// A value that a row may have.
    pub(super) any: fn(&mut Rng) -> Value,
    /// A value that the column, or an element of it, may be compared with.
    pub(super) operand: fn(&mut Rng) -> Value,
    /// How many units of the model make one: decimals are counted in fractions.
    pub(super) unit: f64,
    /// Whether sums of it may need more than 128 bits.
    pub(super) is_wide: bool,
}

/// What can be asked of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Compared and ordered.
    Plain,
    /// Prefixes as well.
    Text,
    /// Sums as well.
    Number,
    List,
    /// Not declared for querying.
    Hidden,
}

impl Sheet {
    pub(super) fn column(&self, place: usize) -> &Shape {
        at(&self.columns, place)
    }

    /// The columns whose form passes a test.
    pub(super) fn of_form(&self, is_wanted: impl Fn(Form) -> bool) -> Vec<usize> {
        (0..self.columns.len()).filter(|place| is_wanted(self.column(*place).form)).collect()
    }

    /// The values of the key among those of a row.
    pub(super) fn key_of(&self, cells: &[Value]) -> super::model::Key {
        self.key.iter().map(|column| at(cells, *column).clone()).collect()
    }

    /// Whether a write has to look which identity is there: it stands outside the key, and never changes.
    pub(super) fn has_fixed(&self) -> Option<usize> {
        self.identity.filter(|column| !self.key.contains(column))
    }

    /// The number that is a row's identity.
    pub(super) fn identity_of(&self, cells: &[Value]) -> Option<i128> {
        match at(cells, self.identity?) {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether a column is one that no update may change.
    pub(super) fn is_fixed(&self, column: usize) -> bool {
        self.key.contains(&column) || self.identity == Some(column) || self.version == Some(column)
    }

    /// Some row.
    pub(super) fn any(&self, rng: &mut Rng) -> Vec<Value> {
        self.columns.iter().map(|column| (column.any)(rng)).collect()
    }
}
