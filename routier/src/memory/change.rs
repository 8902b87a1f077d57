//! What a commit does to one row of a table.

use crate::entity::{Entity, Versioned};
use crate::storage::Expect;
use crate::value::{Columns, Datum, DatumRef};

/// Where a value stands in a hashed structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// All of the value where it fits, else its hash.
    pub(super) tag: u64,
    pub(super) hash: u64,
}

/// One row before and after the commit.
pub(super) struct Change<E: Entity> {
    /// Where its key stands.
    pub(super) place: Place,
    /// The key of a row to be removed.
    pub(super) removed: Option<Box<[Datum]>>,
    /// What stands there now. Holding it here, too, is why nothing that the structures let go of is dropped under
    /// their locks.
    pub(super) old: Option<Versioned<E>>,
    pub(super) new: Option<Versioned<E>>,
    pub(super) expect: Expect,
    /// Its place in the write set.
    pub(super) position: usize,
    /// Whether somebody may still read `old` after the commit.
    pub(super) keep: bool,
}

impl<E: Entity> Change<E> {
    /// Whether it changes anything.
    pub(super) fn is_effective(&self) -> bool {
        self.old.is_some() || self.new.is_some()
    }

    /// Hands the key to `read`. `None` where the key that a removal was given is of another type.
    pub(super) fn with_key<R>(&self, read: impl FnOnce(<E::Key as Columns>::Ref<'_>) -> R) -> Option<R> {
        match (&self.new, &self.removed, &self.old) {
            (Some(row), _, _) | (None, None, Some(row)) => Some(read(row.entity().key())),
            (None, Some(key), _) => with_key::<E::Key, R>(key, read),
            (None, None, None) => None,
        }
    }
}

/// Hands a key that is given at run time to `read`, typed; `None` where it is of another type.
pub(super) fn with_key<K: Columns, R>(key: &[Datum], read: impl FnOnce(K::Ref<'_>) -> R) -> Option<R> {
    let mut values = [DatumRef::None; 8];
    for (place, value) in values.iter_mut().zip(key) {
        *place = value.as_ref();
    }
    K::undatum(values.get(..key.len())?).map(read)
}

/// Values as an error shows them: a single one alone, several in brackets.
pub(super) fn render<C: Columns>(values: C::Ref<'_>) -> String {
    let mut texts = Vec::with_capacity(C::WIDTH);
    C::datums(values, &mut |value| texts.push(value.to_string()));
    match texts.as_slice() {
        [text] => text.clone(),
        _ => format!("({})", texts.join(", ")),
    }
}
