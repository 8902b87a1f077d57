//! The filter in the one form that the planner reads: flat, with `Not` at the leaves, without what is always or never
//! true. It passes the same rows.

use std::ops::Bound;

use crate::entity::{Descriptor, FieldDescriptor};
use crate::env::sync::Arc;
use crate::query::check::suits;
use crate::query::predicate::Predicate;
use crate::value::{Datum, Type};

/// The normal form of a filter.
pub(super) fn normal(predicate: &Predicate, descriptor: &Descriptor) -> Predicate {
    push(predicate, false, descriptor)
}

/// The normal form of the predicate, or of its opposite.
fn push(predicate: &Predicate, negated: bool, descriptor: &Descriptor) -> Predicate {
    match predicate {
        Predicate::And(parts) | Predicate::Or(parts) => {
            let parts = parts.iter().map(|part| push(part, negated, descriptor));
            if matches!(predicate, Predicate::And(_)) != negated { all_of(parts) } else { any_of(parts) }
        }
        Predicate::Not(inner) => push(inner, !negated, descriptor),
        leaf => {
            let leaf = simple(leaf, descriptor);
            if negated { opposite(leaf, descriptor) } else { leaf }
        }
    }
}

/// All of them, in normal form.
pub(super) fn all_of(parts: impl IntoIterator<Item = Predicate>) -> Predicate {
    let mut flat = Vec::new();
    for part in parts {
        match part {
            Predicate::All => {}
            Predicate::Nothing => return Predicate::Nothing,
            Predicate::And(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    single(flat).unwrap_or_else(|flat| if flat.is_empty() { Predicate::All } else { Predicate::And(flat) })
}

/// At least one of them, in normal form.
fn any_of(parts: impl IntoIterator<Item = Predicate>) -> Predicate {
    let mut flat = Vec::new();
    for part in parts {
        match part {
            Predicate::Nothing => {}
            Predicate::All => return Predicate::All,
            Predicate::Or(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    single(gather(flat))
        .unwrap_or_else(|flat| if flat.is_empty() { Predicate::Nothing } else { Predicate::Or(flat) })
}

fn single(mut parts: Vec<Predicate>) -> Result<Predicate, Vec<Predicate>> {
    match parts.pop() {
        Some(only) if parts.is_empty() => Ok(only),
        Some(last) => {
            parts.push(last);
            Err(parts)
        }
        None => Err(parts),
    }
}

/// What several arms of an `|` look for in one field.
struct Sought {
    contains: bool,
    field: u16,
    values: Vec<Datum>,
}

/// Makes `a = 1 | a = 2` one test of `a`, and the same of lists.
fn gather(arms: Vec<Predicate>) -> Vec<Predicate> {
    let mut sought: Vec<Sought> = Vec::new();
    let mut others = Vec::new();
    for arm in arms {
        let (contains, field, values) = match arm {
            Predicate::Equal { field, value } => (false, field, vec![value]),
            Predicate::OneOf { field, values } if values.is_sorted() => (false, field, values.to_vec()),
            Predicate::Contains { field, values } if values.is_sorted() => (true, field, values.to_vec()),
            other => {
                others.push(other);
                continue;
            }
        };
        match sought.iter_mut().find(|it| it.contains == contains && it.field == field) {
            Some(same) => same.values.extend(values),
            None => sought.push(Sought { contains, field, values }),
        }
    }
    let gathered = sought.into_iter().map(|Sought { contains, field, mut values }| {
        values.sort_unstable();
        values.dedup();
        if contains { Predicate::Contains { field, values: values.into() } } else { one_of(field, values) }
    });
    gathered.chain(others).collect()
}

/// The field equals one of the values, which are sorted, different, and not `None`.
pub(super) fn one_of(field: u16, mut values: Vec<Datum>) -> Predicate {
    match values.pop() {
        None => Predicate::Nothing,
        Some(value) if values.is_empty() => Predicate::Equal { field, value },
        Some(last) => {
            values.push(last);
            Predicate::OneOf { field, values: values.into() }
        }
    }
}

/// A declared field that is not a list.
pub(super) fn column(field: u16, descriptor: &Descriptor) -> Option<(Type, &'static FieldDescriptor)> {
    let found = descriptor.field(field).filter(|field| !field.many)?;
    Some((found.ty?, found))
}

/// A leaf without the cases that are always or never true.
fn simple(leaf: &Predicate, descriptor: &Descriptor) -> Predicate {
    match leaf {
        Predicate::TooDeep => Predicate::Nothing,
        Predicate::Equal { value, .. } if value.is_none() => Predicate::Nothing,
        Predicate::OneOf { field, values } if values.is_sorted() => {
            let present = values.iter().filter(|value| !value.is_none());
            match present.clone().count() {
                0 | 1 => one_of(*field, present.cloned().collect()),
                count if count == values.len() => {
                    Predicate::OneOf { field: *field, values: Arc::clone(values) }
                }
                _ => Predicate::OneOf { field: *field, values: present.cloned().collect() },
            }
        }
        Predicate::Contains { values, .. } if values.is_empty() => Predicate::Nothing,
        Predicate::Absent { field } => match column(*field, descriptor) {
            Some((_, found)) if !found.optional => Predicate::Nothing,
            _ => leaf.clone(),
        },
        Predicate::Within { field, low, high } => simple_range(*field, low, high, descriptor),
        Predicate::StartsWith { field, prefix } if prefix.is_empty() => match column(*field, descriptor) {
            Some((Type::Text, _)) => simple_range(*field, &Bound::Unbounded, &Bound::Unbounded, descriptor),
            _ => leaf.clone(),
        },
        _ => leaf.clone(),
    }
}

fn simple_range(field: u16, low: &Bound<Datum>, high: &Bound<Datum>, descriptor: &Descriptor) -> Predicate {
    // A present value is greater than `None`, whichever side `None` bounds.
    let low = match low {
        Bound::Included(Datum::None) | Bound::Excluded(Datum::None) => Bound::Unbounded,
        low => low.clone(),
    };
    match high {
        Bound::Included(Datum::None) | Bound::Excluded(Datum::None) => return Predicate::Nothing,
        _ => {}
    }
    match (&low, high) {
        (Bound::Unbounded, Bound::Unbounded) => match column(field, descriptor) {
            Some((_, found)) if !found.optional => Predicate::All,
            _ => Predicate::Within { field, low, high: high.clone() },
        },
        (Bound::Included(from), Bound::Included(to)) if from == to => {
            Predicate::Equal { field, value: from.clone() }
        }
        _ if is_empty(&low, high) => Predicate::Nothing,
        _ => Predicate::Within { field, low, high: high.clone() },
    }
}

/// Whether no value lies within the bounds, as far as that shows without knowing which values there are between two.
pub(super) fn is_empty(low: &Bound<Datum>, high: &Bound<Datum>) -> bool {
    match (low, high) {
        (Bound::Included(low), Bound::Included(high)) => low > high,
        (Bound::Included(low) | Bound::Excluded(low), Bound::Excluded(high))
        | (Bound::Excluded(low), Bound::Included(high)) => low >= high,
        (Bound::Unbounded, _) | (_, Bound::Unbounded) => false,
    }
}

/// The opposite of a simple leaf. It stays a `Not` where absent values pass with nearly all others.
fn opposite(leaf: Predicate, descriptor: &Descriptor) -> Predicate {
    match leaf {
        Predicate::All => Predicate::Nothing,
        Predicate::Nothing => Predicate::All,
        Predicate::Absent { field } if column(field, descriptor).is_some() => {
            Predicate::Within { field, low: Bound::Unbounded, high: Bound::Unbounded }
        }
        Predicate::Within { field, low, high } if is_of_column(field, &low, &high, descriptor) => {
            let below = match low {
                Bound::Unbounded => None,
                Bound::Included(low) => Some((Bound::Unbounded, Bound::Excluded(low))),
                Bound::Excluded(low) => Some((Bound::Unbounded, Bound::Included(low))),
            };
            let above = match high {
                Bound::Unbounded => None,
                Bound::Included(high) => Some((Bound::Excluded(high), Bound::Unbounded)),
                Bound::Excluded(high) => Some((Bound::Included(high), Bound::Unbounded)),
            };
            let sides = below.into_iter().chain(above);
            let sides = sides.map(|(low, high)| Predicate::Within { field, low, high });
            let absent = simple(&Predicate::Absent { field }, descriptor);
            any_of(sides.chain([absent]))
        }
        other => Predicate::Not(Box::new(other)),
    }
}

fn is_of_column(field: u16, low: &Bound<Datum>, high: &Bound<Datum>, descriptor: &Descriptor) -> bool {
    column(field, descriptor).is_some_and(|(ty, _)| {
        [low, high].into_iter().all(|bound| match bound {
            Bound::Unbounded => true,
            Bound::Included(value) | Bound::Excluded(value) => suits(ty, value),
        })
    })
}

#[cfg(test)]
mod tests;
