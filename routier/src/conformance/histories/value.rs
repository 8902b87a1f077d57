//! Values as the model has them: it knows nothing of routier's, so that both can be wrong only in different ways.

use std::cmp::Ordering;

use crate::env::sync::Arc;

/// The value of a field, in the order of queries: `None` first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    None,
    Bool(bool),
    /// Any integer but those of `u128`, and whatever is ordered as one: a char, a variant, an instant, a decimal.
    Int(i128),
    /// A `u128`.
    Huge(u128),
    Real(Real),
    Text(Arc<str>),
    Bytes(Arc<[u8]>),
    /// The elements of a list.
    Many(Vec<Value>),
}

/// A float; both zeros are one, and NaN stands in no model.
#[derive(Clone, Copy, Debug)]
pub(super) struct Real(pub(super) f64);

impl Value {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn is_none(&self) -> bool {
        *self == Self::None
    }
}

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
        match self.0.partial_cmp(&other.0) {
            Some(order) => order,
            None => panic!("NaN has no place in a model"),
        }
    }
}

/// The item at a place where there must be one.
pub(super) fn at<T>(list: &[T], place: usize) -> &T {
    match list.get(place) {
        Some(item) => item,
        None => panic!("there is no place {place} among {}", list.len()),
    }
}

/// The same, to be changed.
pub(super) fn at_mut<T>(list: &mut [T], place: usize) -> &mut T {
    let count = list.len();
    match list.get_mut(place) {
        Some(item) => item,
        None => panic!("there is no place {place} among {count}"),
    }
}
