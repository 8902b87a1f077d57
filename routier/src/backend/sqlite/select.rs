//! Plans as SQL.

use rusqlite::types::Value;

use crate::backend::sqlite::column::to_sql;
use crate::backend::sqlite::filter::{Part, pushed};
use crate::backend::sqlite::table::{Table, parameters, quoted};
use crate::entity::IndexKind;
use crate::query::eval::is_descending;
use crate::query::{Access, OrderTerm, Plan, Position};
use crate::value::Datum;

/// How a plan is carried out by SQLite: one statement, which may be asked again from any place of its order.
#[derive(Debug)]
pub(super) struct Select {
    filter: Part,
    /// Whether SQLite tests all there is to be tested, so that it may count rows.
    pub(super) is_whole: bool,
    /// The order of the rows, by key where nothing more is said.
    pub(super) order: Vec<OrderTerm>,
}

/// A column of an order.
struct Term<'a> {
    name: String,
    descending: bool,
    optional: bool,
    value: Option<&'a Datum>,
}

impl Select {
    pub(super) fn of(plan: &Plan, table: &Table) -> Self {
        let (filter, is_whole) = pushed(&plan.query.filter, table);
        let mut parts = vec![filter];
        if let Some(after) = &plan.query.after {
            parts.push(behind(&terms(table, &plan.query.order, Some(after))));
        }
        let filter = Part::joined(parts, "AND", "TRUE");
        Self { filter, is_whole: is_whole && plan.except.is_empty(), order: order(plan) }
    }

    /// The statement that counts the rows, offset and limit aside.
    pub(super) fn count(&self, table: &Table) -> Part {
        let Part { text: filter, values } = self.filter.clone();
        Part { text: format!("SELECT count(*) FROM {} WHERE {filter}", quoted(&table.name)), values }
    }

    /// The statement for the rows behind a place, so many at most.
    pub(super) fn statement(
        &self,
        table: &Table,
        after: Option<&Position>,
        (offset, limit): (u64, Option<u64>),
    ) -> Part {
        let Part { text: filter, mut values } = self.filter.clone();
        let mut text = table.select.clone();
        let mut tests = Vec::new();
        if filter != "TRUE" {
            tests.push(filter);
        }
        if let Some(after) = after {
            let behind = behind(&terms(table, &self.order, Some(after)));
            tests.push(behind.text);
            values.extend(behind.values);
        }
        if !tests.is_empty() {
            text.push_str(" WHERE ");
            text.push_str(&tests.join(" AND "));
        }
        let order: Vec<String> = terms(table, &self.order, None)
            .iter()
            .map(|term| if term.descending { format!("{} DESC", term.name) } else { term.name.clone() })
            .collect();
        text.push_str(" ORDER BY ");
        text.push_str(&order.join(", "));
        if limit.is_some() || offset > 0 {
            text.push_str(" LIMIT ? OFFSET ?");
            // Less than none is no limit.
            values.push(Value::Integer(limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX))));
            values.push(Value::Integer(i64::try_from(offset).unwrap_or(i64::MAX)));
        }
        Part { text, values }
    }
}

/// The order in which rows are asked for. Where none was asked for, it is that of the index that the plan would take: so
/// nothing has to be sorted.
fn order(plan: &Plan) -> Vec<OrderTerm> {
    if !plan.query.unordered {
        return plan.query.order.to_vec();
    }
    let Access::Index { index, descending, .. } = plan.access else { return Vec::new() };
    let index =
        plan.descriptor.indexes.get(usize::from(index)).filter(|index| index.kind == IndexKind::Ordered);
    let fields = index.map_or(&[] as &[u16], |index| index.fields);
    fields.iter().map(|field| OrderTerm { field: *field, descending }).collect()
}

/// The columns of an order, ties by key, with the values of a place in it.
fn terms<'a>(table: &Table, order: &[OrderTerm], place: Option<&'a Position>) -> Vec<Term<'a>> {
    let descriptor = table.descriptor;
    let ties = is_descending(order);
    let of_order = order
        .iter()
        .enumerate()
        .map(|(at, term)| (term.field, term.descending, place.and_then(|place| place.values.get(at))));
    let of_key = descriptor
        .key
        .iter()
        .enumerate()
        .map(|(at, field)| (*field, ties, place.and_then(|place| place.key.get(at))));
    let mut seen: Vec<u16> = Vec::new();
    let mut terms = Vec::new();
    for (field, descending, value) in of_order.chain(of_key) {
        // What was equal before is equal now.
        if seen.contains(&field) {
            continue;
        }
        seen.push(field);
        let optional = descriptor.field(field).is_some_and(|field| field.optional);
        terms.push(Term { name: quoted(descriptor.field_name(field)), descending, optional, value });
    }
    terms
}

/// Whether a row comes behind a place.
fn behind(terms: &[Term<'_>]) -> Part {
    let first = terms.first().is_some_and(|term| term.descending);
    let is_one = terms.iter().all(|term| !term.optional && term.descending == first);
    if is_one {
        // SQLite seeks by a row of values.
        let names: Vec<&str> = terms.iter().map(|term| term.name.as_str()).collect();
        let values: Vec<Value> = terms.iter().map(value).collect();
        let operator = if first { "<" } else { ">" };
        let text = format!("({}) {operator} ({})", names.join(", "), parameters(values.len()));
        return Part { text, values };
    }
    // Behind in one column, and equal in those before it.
    let mut arms = Vec::new();
    for (at, term) in terms.iter().enumerate() {
        let before = terms.iter().take(at).map(equal);
        arms.push(Part::joined(before.chain([past(term)]).collect(), "AND", "TRUE"));
    }
    Part::joined(arms, "OR", "FALSE")
}

fn value(term: &Term<'_>) -> Value {
    term.value.map_or(Value::Null, |value| to_sql(value.as_ref()))
}

fn equal(term: &Term<'_>) -> Part {
    Part { text: format!("{} IS ?", term.name), values: vec![value(term)] }
}

/// Behind in this column: `NULL` is the least.
fn past(term: &Term<'_>) -> Part {
    let Term { name, descending, optional, .. } = term;
    let value = value(term);
    let (text, values) = match (value, descending) {
        (Value::Null, false) => (format!("{name} IS NOT NULL"), vec![]),
        (Value::Null, true) => ("FALSE".to_owned(), vec![]),
        (value, false) => (format!("{name} > ?"), vec![value]),
        (value, true) if *optional => (format!("({name} < ? OR {name} IS NULL)"), vec![value]),
        (value, true) => (format!("{name} < ?"), vec![value]),
    };
    Part { text, values }
}
