//! What is asked of each type, and what plain Rust answers.

use std::cmp::Ordering;
use std::fmt::Debug;
use std::ops::Bound::{self, Excluded, Included, Unbounded};

use crate::conformance::Subject;
use crate::conformance::queries::sample::Sample;
use crate::conformance::queries::scene::Scene;
use crate::query::Indexed;
use crate::{Cursor, Entity, Field, Filter, Order, Result, Value, View};

/// An entity with fields of several types.
pub(super) trait Family: Sample {
    /// The row with this key and the values of this place.
    fn row(id: u64, place: usize) -> Self;
}

/// What a row has of a type.
pub(super) type Values<'r, T> = (&'r T, Option<&'r T>, &'r [T]);

/// The fields of one type, and how to read them. The first of each two has an index, the second is declared by one that
/// it does not begin.
pub(super) struct Columns<E: Entity, T> {
    pub(super) plain: [Field<E, Indexed<T>>; 2],
    pub(super) optional: [Field<E, Indexed<Option<T>>>; 2],
    pub(super) list: Field<E, Indexed<Vec<T>>>,
    pub(super) read: for<'r> fn(&'r E) -> Values<'r, T>,
    /// The values that rows have, and others between and beside them.
    pub(super) operands: Vec<T>,
}

/// An entity with fields of several types, and a clause for each type: the values that rows have, and others.
macro_rules! family {
    ($name:ident $collection:literal
        $($clause:ident $type:ty: $plain:ident $optional:ident $bare:ident $bare_optional:ident $list:ident = $stored:expr, $beside:expr;)*
    ) => {
        #[derive($crate::Entity, Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[entity(collection = $collection, $(index(half, $bare, $bare_optional)),*)]
        struct $name {
            #[key]
            id: u64,
            half: bool,
            $(
                #[index]
                $plain: $type,
                #[index]
                $optional: Option<$type>,
                $bare: $type,
                $bare_optional: Option<$type>,
                #[index]
                $list: Vec<$type>,
            )*
        }

        impl $crate::conformance::queries::sample::Sample for $name {
            fn twisted(&self) -> Self {
                $crate::conformance::queries::types::table::Family::row(self.id, self.id as usize + 5)
            }
        }

        impl $crate::conformance::queries::types::table::Family for $name {
            fn row(id: u64, place: usize) -> Self {
                use $crate::conformance::queries::types::table;

                $(
                    let stored: Vec<$type> = $stored.into();
                    let $plain: $type = table::plain(&stored, place);
                    let $optional: Option<$type> = table::optional(&stored, place);
                    let $list: Vec<$type> = table::list(&stored, place);
                )*
                Self {
                    id,
                    half: id.is_multiple_of(2),
                    $(
                        $bare: $plain.clone(),
                        $bare_optional: $optional.clone(),
                        $plain,
                        $optional,
                        $list,
                    )*
                }
            }
        }

        $(
            async fn $clause(subject: &$crate::conformance::Subject) -> $crate::Result<()> {
                let fields = <$name as $crate::Entity>::fields();
                let (mut operands, beside): (Vec<$type>, Vec<$type>) = ($stored.into(), $beside.into());
                operands.extend(beside);
                let columns = $crate::conformance::queries::types::table::Columns {
                    plain: [fields.$plain, fields.$bare],
                    optional: [fields.$optional, fields.$bare_optional],
                    list: fields.$list,
                    read: |row: &$name| (&row.$plain, row.$optional.as_ref(), &row.$list),
                    operands,
                };
                $crate::conformance::queries::types::table::hold(subject, columns).await
            }
        )*
    };
}

pub(super) use family;

const ROWS: usize = 15;

pub(super) fn plain<T: Clone>(stored: &[T], place: usize) -> T {
    let Some(value) = stored.get(place % stored.len()) else { panic!("there are values") };
    value.clone()
}

pub(super) fn optional<T: Clone>(stored: &[T], place: usize) -> Option<T> {
    (place % 3 != 1).then(|| plain(stored, place * 2 + place / stored.len()))
}

pub(super) fn list<T: Clone>(stored: &[T], place: usize) -> Vec<T> {
    (0..place % 4).map(|element| plain(stored, place + element * element)).collect()
}

/// Fails unless every operator of the type finds what Rust's own operators do, and every order is Rust's.
pub(super) async fn hold<E, T>(subject: &Subject, columns: Columns<E, T>) -> Result<()>
where
    E: Family,
    T: Value + PartialOrd + Debug,
{
    let rows = (0..ROWS).map(|place| E::row(place as u64 * 7 % 31, place)).collect();
    let scene = Scene::<E>::of(subject, rows, &[E::row(100, 3), E::row(101, 4)]).await?;
    let table = Table { columns, rows: &scene.rows };
    let (filters, orders) = (table.filters(), table.orders());
    for (scope, view) in &scene.views {
        // between them these two go every way
        if ["in the store", "in a transaction that wrote"].contains(scope) {
            found(view, scope, &filters).await?;
            ordered(view, scope, &orders).await?;
            extremes(view, scope, &table).await?;
        }
    }
    Ok(())
}

/// Fails unless each filter finds these keys.
async fn found<E: Sample>(view: &View<E>, scope: &str, filters: &[(Filter<E>, Vec<u64>)]) -> Result<()> {
    for (filter, expected) in filters {
        let keys = view.filter(|_| filter.clone()).keys().await?;
        assert_eq!(keys, *expected, "{filter:?} {scope}");
    }
    Ok(())
}

/// Fails unless each order is that of these keys, also by pages, whose cursors have the values in them.
async fn ordered<E: Sample>(view: &View<E>, scope: &str, orders: &[(Order<E>, Vec<u64>)]) -> Result<()> {
    for (order, expected) in orders {
        let find = view.query().order_by(|_| *order);
        assert_eq!(find.clone().keys().await?, *expected, "{order:?} {scope}");
        let mut page = find.clone().page(2).await?;
        let mut keys: Vec<u64> = page.items().iter().map(|row| row.key()).collect();
        while let Some(next) = page.next().filter(|_| keys.len() <= expected.len()) {
            let cursor: Cursor = next.to_string().parse()?;
            page = find.clone().after(&cursor).page(2).await?;
            keys.extend(page.items().iter().map(|row| row.key()));
        }
        assert_eq!(keys, *expected, "pages by {order:?} {scope}");
    }
    Ok(())
}

async fn extremes<E, T>(view: &View<E>, scope: &str, table: &Table<'_, E, T>) -> Result<()>
where
    E: Family,
    T: Value + PartialOrd + Debug,
{
    let (plain, optional) = (table.sorted(), table.sorted_by_optional());
    let ends = (plain.first().map(|row| table.read(row).0), plain.last().map(|row| table.read(row).0));
    for field in table.columns.plain {
        let (least, greatest) = (view.query().min(|_| field).await?, view.query().max(|_| field).await?);
        assert_eq!((least.as_ref(), greatest.as_ref()), ends, "{scope}");
    }
    let mut present = optional.iter().filter_map(|row| table.read(row).1);
    let ends = (present.next(), present.next_back());
    for field in table.columns.optional {
        let (least, greatest) = (view.query().min(|_| field).await?, view.query().max(|_| field).await?);
        assert_eq!((least.as_ref(), greatest.as_ref()), ends, "{scope}");
    }
    Ok(())
}

struct Table<'a, E: Entity, T> {
    columns: Columns<E, T>,
    /// By key.
    rows: &'a [E],
}

/// An operator, of a field and of one that may be absent.
type Ask<'a, E, T> = (Of<'a, E, T>, Of<'a, E, Option<T>>);
type Of<'a, E, T> = &'a dyn Fn(Field<E, Indexed<T>>) -> Filter<E>;

type Filters<E> = Vec<(Filter<E>, Vec<u64>)>;

impl<E: Family, T: Value + PartialOrd + Debug> Table<'_, E, T> {
    fn read<'r>(&self, row: &'r E) -> Values<'r, T> {
        (self.columns.read)(row)
    }

    fn keys(&self, keep: impl Fn(Values<'_, T>) -> bool) -> Vec<u64> {
        self.rows.iter().filter(|row| keep(self.read(row))).map(E::key).collect()
    }

    /// Every operator with every operand, and what it means.
    fn filters(&self) -> Filters<E> {
        let mut filters = Vec::new();
        for (place, operand) in self.columns.operands.iter().enumerate() {
            self.compare(operand, &mut filters);
            self.contain(operand, &mut filters);
            for (further, other) in self.columns.operands.iter().enumerate() {
                self.between(operand, other, place * 3 + further, &mut filters);
            }
        }
        self.absent(&mut filters);
        filters
    }

    /// An operator of each field, and its opposite where there may be `None`.
    fn each(
        &self,
        (of_plain, of_optional): Ask<'_, E, T>,
        keep: &dyn Fn(&T) -> bool,
        filters: &mut Filters<E>,
    ) {
        for field in self.columns.plain {
            filters.push((of_plain(field), self.keys(|row| keep(row.0))));
        }
        for field in self.columns.optional {
            filters.push((of_optional(field), self.keys(|row| row.1.is_some_and(keep))));
            filters.push((!of_optional(field), self.keys(|row| !row.1.is_some_and(keep))));
        }
    }

    fn compare(&self, value: &T, filters: &mut Filters<E>) {
        self.each(both!(|field| field.eq(value)), &|found| found == value, filters);
        self.each(both!(|field| !field.ne(value)), &|found| found == value, filters);
        self.each(both!(|field| field.lt(value)), &|found| found < value, filters);
        self.each(both!(|field| field.le(value)), &|found| found <= value, filters);
        self.each(both!(|field| field.gt(value)), &|found| found > value, filters);
        self.each(both!(|field| field.ge(value)), &|found| found >= value, filters);
        self.each(both!(|field| field.one_of([value, value])), &|found| found == value, filters);
    }

    /// A range of each form in its turn.
    fn between(&self, low: &T, high: &T, turn: usize, filters: &mut Filters<E>) {
        let low: Bound<&T> = match turn % 3 {
            0 => Included(low),
            1 => Excluded(low),
            _ => Unbounded,
        };
        let high: Bound<&T> = match turn / 3 % 4 {
            0 | 2 => Excluded(high),
            1 => Included(high),
            _ => Unbounded,
        };
        let range = (low.cloned(), high.cloned());
        let above = |found: &T| match low {
            Included(low) => found >= low,
            Excluded(low) => found > low,
            Unbounded => true,
        };
        let below = |found: &T| match high {
            Included(high) => found <= high,
            Excluded(high) => found < high,
            Unbounded => true,
        };
        let within = |found: &T| above(found) && below(found);
        self.each(both!(|field| field.between(range.clone())), &within, filters);
    }

    fn absent(&self, filters: &mut Filters<E>) {
        for field in self.columns.optional {
            filters.push((field.is_none(), self.keys(|row| row.1.is_none())));
            filters.push((field.is_some(), self.keys(|row| row.1.is_some())));
        }
        for field in self.columns.plain {
            filters.push((field.is_none(), Vec::new()));
            filters.push((field.is_some(), self.keys(|_| true)));
        }
        let none: [T; 0] = [];
        self.each(both!(|field| field.one_of(&none)), &|_| false, filters);
        for (first, step) in [(0, 2), (1, 3)] {
            let some: Vec<&T> = self.columns.operands.iter().skip(first).step_by(step).collect();
            let among = |found: &T| some.contains(&found);
            self.each(both!(|field| field.one_of(some.iter().copied())), &among, filters);
        }
    }

    fn contain(&self, value: &T, filters: &mut Filters<E>) {
        let list = self.columns.list;
        filters.push((list.contains(value), self.keys(|row| row.2.contains(value))));
        filters.push((!list.contains(value), self.keys(|row| !row.2.contains(value))));
        let two: Vec<&T> = self.columns.operands.iter().take(1).chain([value]).collect();
        let either = self.keys(|row| row.2.iter().any(|found| two.contains(&found)));
        filters.push((list.contains_any(two), either));
        filters.push((list.is_empty(), self.keys(|row| row.2.is_empty())));
    }

    fn sorted(&self) -> Vec<&E> {
        let mut rows: Vec<&E> = self.rows.iter().collect();
        rows.sort_by(|one, other| compared(self.read(one).0, self.read(other).0));
        rows
    }

    fn sorted_by_optional(&self) -> Vec<&E> {
        let mut rows: Vec<&E> = self.rows.iter().collect();
        rows.sort_by(|one, other| compared(&self.read(one).1, &self.read(other).1));
        rows
    }

    /// Each field in both directions: ties are by key, in the same one.
    fn orders(&self) -> Vec<(Order<E>, Vec<u64>)> {
        let keys = |rows: &[&E]| -> Vec<u64> { rows.iter().map(|row| row.key()).collect() };
        let turned = |rows: &[&E]| -> Vec<u64> { rows.iter().rev().map(|row| row.key()).collect() };
        let (plain, optional) = (self.sorted(), self.sorted_by_optional());
        let mut orders = Vec::new();
        for field in self.columns.plain {
            orders.extend([(field.asc(), keys(&plain)), (field.desc(), turned(&plain))]);
        }
        for field in self.columns.optional {
            orders.extend([(field.asc(), keys(&optional)), (field.desc(), turned(&optional))]);
        }
        orders
    }
}

/// There is no NaN.
fn compared<T: PartialOrd>(one: &T, other: &T) -> Ordering {
    one.partial_cmp(other).unwrap_or(Ordering::Equal)
}

/// One operator, of a field and of one that may be absent.
macro_rules! both {
    (|$field:ident| $filter:expr) => {
        (&|$field| $filter, &|$field| $filter)
    };
}

use both;
