//! A filter as the tests that all have to pass.

use crate::entity::Descriptor;
use crate::env::sync::Arc;
use crate::query::plan::normal::all_of;
use crate::query::plan::set::Set;
use crate::query::predicate::Predicate;
use crate::value::Datum;

/// Tests that all have to pass, at most one a column.
#[derive(Clone, Debug)]
pub(super) struct Conjunction {
    pub(super) parts: Vec<Part>,
}

/// One of the tests, and what an access path can make of it.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) test: Predicate,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A column has one of some values.
    Column(u16, Set),
    /// A list has one of these elements.
    Elements(u16, Arc<[Datum]>),
    /// One of several tests passes: the `Or` that `test` is.
    Either,
    /// Nothing that a path helps with.
    Other,
}

impl Conjunction {
    /// The tests of a predicate in normal form; `None` where no row can pass all of them.
    pub(super) fn of(predicate: Predicate, descriptor: &Descriptor) -> Option<Self> {
        let mut conjunction = Self { parts: Vec::new() };
        match predicate {
            Predicate::All => {}
            Predicate::Nothing => return None,
            Predicate::And(parts) => {
                conjunction.parts.reserve_exact(parts.len());
                for part in parts {
                    conjunction.add(part, descriptor)?;
                }
            }
            other => {
                conjunction.parts.reserve_exact(1);
                conjunction.add(other, descriptor)?;
            }
        }
        Some(conjunction)
    }

    /// Adds a test in normal form; `None` where no row can pass it and the others.
    fn add(&mut self, test: Predicate, descriptor: &Descriptor) -> Option<()> {
        let kind = match (&test, Set::of(&test, descriptor)) {
            (_, Some((field, set))) => return self.restrict(field, set, test),
            (Predicate::Contains { field, values }, _) => Kind::Elements(*field, Arc::clone(values)),
            (Predicate::Or(_), _) => Kind::Either,
            _ => Kind::Other,
        };
        self.parts.push(Part { test, kind });
        Some(())
    }

    fn restrict(&mut self, field: u16, set: Set, test: Predicate) -> Option<()> {
        let same = self.parts.iter_mut().find_map(|part| match &mut part.kind {
            Kind::Column(column, found) if *column == field => Some((found, &mut part.test)),
            _ => None,
        });
        match same {
            Some((found, merged)) => {
                *found = found.clone().and(set)?;
                *merged = found.test(field);
            }
            None => self.parts.push(Part { test, kind: Kind::Column(field, set) }),
        }
        Some(())
    }

    /// The columns that have a part, with its place.
    pub(super) fn columns(&self) -> impl Iterator<Item = (usize, u16)> {
        self.parts.iter().enumerate().filter_map(|(place, part)| match part.kind {
            Kind::Column(column, _) => Some((place, column)),
            _ => None,
        })
    }

    /// The values that a column may have, with the place of the part that says so.
    pub(super) fn column(&self, field: u16) -> Option<(usize, &Set)> {
        self.parts.iter().enumerate().find_map(|(place, part)| match &part.kind {
            Kind::Column(column, set) if *column == field => Some((place, set)),
            _ => None,
        })
    }

    /// The one value that a column may have.
    pub(super) fn fixed(&self, field: u16) -> Option<&Datum> {
        match self.column(field)?.1.points()? {
            [value] => Some(value),
            _ => None,
        }
    }

    /// What is left to test when the parts in these places are known to pass.
    pub(super) fn without(&self, covered: &[usize]) -> Predicate {
        let left = self.parts.iter().enumerate().filter(|(place, _)| !covered.contains(place));
        all_of(left.map(|(_, part)| part.test.clone()))
    }
}
