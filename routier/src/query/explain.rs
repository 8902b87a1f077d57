//! Plans for people to read.

use std::fmt::{self, Display, Formatter};
use std::ops::Bound;

use crate::entity::{Descriptor, IndexKind};
use crate::env::sync::Arc;
use crate::query::eval::is_descending;
use crate::query::order::OrderTerm;
use crate::query::plan::{Access, Plan, Range};
use crate::query::predicate::Predicate;
use crate::value::Datum;

/// What `explain_analyze()` gives: the plan, and what it came to when it was carried out.
#[derive(Clone, Debug)]
pub struct Analysis {
    plan: Arc<Plan>,
    examined: Option<u64>,
    returned: u64,
}

impl Analysis {
    /// A plan that was carried out; `examined` is `None` where the storage does not count.
    pub fn new(plan: Arc<Plan>, examined: Option<u64>, returned: u64) -> Self {
        Self { plan, examined, returned }
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// How many rows were looked at; `None` where the storage does not count them.
    pub fn examined(&self) -> Option<u64> {
        self.examined
    }

    /// How many rows the query gave.
    pub fn returned(&self) -> u64 {
        self.returned
    }
}

impl Display for Analysis {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.plan)?;
        match self.examined {
            Some(examined) => write!(f, "  examined {examined}, returned {}", self.returned),
            None => write!(f, "  returned {}", self.returned),
        }
    }
}

/// How many values or ranges are shown before the rest is only counted.
const SHOWN: usize = 5;

/// The first line is the access path, each further one a step that follows it.
impl Display for Plan {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (query, descriptor) = (&self.query, self.descriptor);
        write!(f, "`{}` ", descriptor.collection)?;
        if let Some(statement) = &self.statement {
            // The path is the database's to choose.
            return write!(f, "by {statement}");
        }
        AccessText { access: &self.access, descriptor, indent: 1 }.fmt(f)?;
        if !matches!(self.residual, Predicate::All) {
            write!(f, "\n  test {}", Test { predicate: &self.residual, descriptor, inner: false })?;
        }
        if !self.except.is_empty() {
            write!(f, "\n  leave out {} written by the transaction", self.except.len())?;
        }
        if query.after.is_some() {
            f.write_str(if self.seek.is_some() { "\n  begin at the cursor" } else { "\n  test the cursor" })?;
        }
        if self.needs_sort() {
            write!(f, "\n  sort by {}", OrderText { order: &query.order, descriptor })?;
        }
        if query.offset > 0 {
            write!(f, "\n  skip {}", query.offset)?;
        }
        if let Some(limit) = query.limit {
            write!(f, "\n  take {limit}")?;
        }
        Ok(())
    }
}

/// The order with the key as its last terms, as it is carried out.
struct OrderText<'a> {
    order: &'a [OrderTerm],
    descriptor: &'a Descriptor,
}

impl Display for OrderText<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let direction = |descending| if descending { " desc" } else { "" };
        separated(f, self.order, ", ", |f, term| {
            write!(f, "{}{}", self.descriptor.field_name(term.field), direction(term.descending))
        })?;
        let undecided = |field: &&u16| self.order.iter().all(|term| term.field != **field);
        let key: Vec<&u16> = self.descriptor.key.iter().filter(undecided).collect();
        let descending = direction(is_descending(self.order));
        f.write_str(if self.order.is_empty() || key.is_empty() { "" } else { ", " })?;
        separated(f, &key, ", ", |f, field| write!(f, "{}{descending}", self.descriptor.field_name(**field)))
    }
}

struct AccessText<'a> {
    access: &'a Access,
    descriptor: &'a Descriptor,
    indent: usize,
}

impl Display for AccessText<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let descriptor = self.descriptor;
        match self.access {
            Access::Nothing => f.write_str("nothing: no row can pass"),
            Access::Scan => f.write_str("scan"),
            Access::Keys(keys) => {
                f.write_str("by key: ")?;
                Columns::of_key(descriptor).points(f, keys)
            }
            Access::KeyRange { ranges, descending } => {
                write!(f, "in key order{}: ", turned(*descending))?;
                Columns::of_key(descriptor).ranges(f, ranges)
            }
            Access::Distinct { index, values } => {
                let columns = Columns::of_index(*index, descriptor);
                write!(f, "by distinct {columns}: ")?;
                columns.points(f, values)
            }
            Access::Index { index, ranges, descending } => {
                let columns = Columns::of_index(*index, descriptor);
                write!(f, "by index {columns}{}: ", turned(*descending))?;
                columns.ranges(f, ranges)
            }
            Access::Union(arms) => {
                f.write_str("by any of")?;
                let indent = self.indent + 1;
                arms.iter().try_for_each(|access| {
                    let arm = AccessText { access, descriptor, indent };
                    write!(f, "\n{:width$}{arm}", "", width = 2 * indent)
                })
            }
        }
    }
}

fn turned(descending: bool) -> &'static str {
    if descending { ", descending" } else { "" }
}

fn separated<T>(
    f: &mut Formatter<'_>,
    items: &[T],
    separator: &str,
    mut each: impl FnMut(&mut Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            f.write_str(separator)?;
        }
        each(f, item)?;
    }
    Ok(())
}

/// The first few items, and how many more there are.
fn some_of<T>(
    f: &mut Formatter<'_>,
    items: &[T],
    separator: &str,
    each: impl FnMut(&mut Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    separated(f, items.get(..SHOWN).unwrap_or(items), separator, each)?;
    match items.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => write!(f, "{separator}{more} more"),
    }
}

/// The columns of an index or of the key, to show values of them.
struct Columns {
    names: Vec<&'static str>,
    /// What stands between a name and its value.
    is: &'static str,
}

impl Columns {
    fn of_key(descriptor: &Descriptor) -> Self {
        Self { names: descriptor.field_names(descriptor.key), is: "=" }
    }

    fn of_index(index: u16, descriptor: &Descriptor) -> Self {
        let index = descriptor.indexes.get(usize::from(index));
        let names = index.map(|index| descriptor.field_names(index.fields)).unwrap_or_default();
        let is_list = index.is_some_and(|index| index.kind == IndexKind::Elements);
        Self { names, is: if is_list { "contains" } else { "=" } }
    }

    fn points(&self, f: &mut Formatter<'_>, points: &[Vec<Datum>]) -> fmt::Result {
        some_of(f, points, " or ", |f, values| self.equal(f, values))
    }

    /// `guild = 5 and score = 7`.
    fn equal(&self, f: &mut Formatter<'_>, values: &[Datum]) -> fmt::Result {
        let pairs: Vec<_> = self.names.iter().zip(values).collect();
        separated(f, &pairs, " and ", |f, (name, value)| match value {
            Datum::None => write!(f, "{name} is none"),
            value => write!(f, "{name} {} {value}", self.is),
        })
    }

    fn ranges(&self, f: &mut Formatter<'_>, ranges: &[Range]) -> fmt::Result {
        some_of(f, ranges, " or ", |f, range| {
            if range.is_whole() {
                return f.write_str("all");
            }
            self.equal(f, &range.prefix)?;
            if range.low == Bound::Unbounded && range.high == Bound::Unbounded {
                return Ok(());
            }
            f.write_str(if range.prefix.is_empty() { "" } else { " and " })?;
            let name = self.names.get(range.prefix.len()).copied().unwrap_or_default();
            within(f, name, &range.low, &range.high)
        })
    }
}

/// `handle`, `(guild, score)`.
impl Display for Columns {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &*self.names {
            [name] => f.write_str(name),
            names => write!(f, "({})", names.join(", ")),
        }
    }
}

/// `5 <= score < 10`; leaving out the absent values is shown as `score is some`.
fn within(f: &mut Formatter<'_>, name: &str, low: &Bound<Datum>, high: &Bound<Datum>) -> fmt::Result {
    let has_low = match low {
        Bound::Unbounded | Bound::Excluded(Datum::None) => false,
        Bound::Included(value) => {
            write!(f, "{value} <= ")?;
            true
        }
        Bound::Excluded(value) => {
            write!(f, "{value} < ")?;
            true
        }
    };
    f.write_str(name)?;
    match high {
        Bound::Unbounded if has_low => Ok(()),
        Bound::Unbounded => f.write_str(" is some"),
        Bound::Included(value) => write!(f, " <= {value}"),
        Bound::Excluded(value) => write!(f, " < {value}"),
    }
}

/// A predicate with the names of its fields.
struct Test<'a> {
    predicate: &'a Predicate,
    descriptor: &'a Descriptor,
    /// Whether it stands within another, so that it needs brackets.
    inner: bool,
}

impl Test<'_> {
    fn joined(&self, f: &mut Formatter<'_>, parts: &[Predicate], operator: &str) -> fmt::Result {
        f.write_str(if self.inner { "(" } else { "" })?;
        separated(f, parts, operator, |f, predicate| {
            Test { predicate, descriptor: self.descriptor, inner: true }.fmt(f)
        })?;
        f.write_str(if self.inner { ")" } else { "" })
    }
}

impl Display for Test<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = |field: &u16| self.descriptor.field_name(*field);
        let listed = |f: &mut Formatter<'_>, values: &[Datum]| {
            some_of(f, values, ", ", |f, value| value.fmt(f))?;
            f.write_str("]")
        };
        match self.predicate {
            Predicate::All => f.write_str("true"),
            Predicate::Nothing | Predicate::TooDeep => f.write_str("false"),
            Predicate::Equal { field, value } => write!(f, "{} = {value}", name(field)),
            Predicate::Within { field, low, high } => within(f, name(field), low, high),
            Predicate::OneOf { field, values } => {
                write!(f, "{} in [", name(field))?;
                listed(f, values)
            }
            Predicate::Absent { field } => write!(f, "{} is none", name(field)),
            Predicate::StartsWith { field, prefix } => write!(f, "{} starts with {prefix:?}", name(field)),
            Predicate::Contains { field, values } if values.len() < 2 => {
                write!(f, "{} contains ", name(field))?;
                separated(f, values, "", |f, value| value.fmt(f))
            }
            Predicate::Contains { field, values } => {
                write!(f, "{} contains any of [", name(field))?;
                listed(f, values)
            }
            Predicate::Empty { field } => write!(f, "{} is empty", name(field)),
            Predicate::Scan(_) => f.write_str("a closure"),
            Predicate::And(parts) => self.joined(f, parts, " and "),
            Predicate::Or(parts) => self.joined(f, parts, " or "),
            Predicate::Not(inner) => {
                let inner = Test { predicate: inner, descriptor: self.descriptor, inner: false };
                write!(f, "not ({inner})")
            }
        }
    }
}
