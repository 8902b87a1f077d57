//! Filters as SQL.

use std::ops::Bound;

use rusqlite::types::Value;

use crate::backend::sqlite::column::to_sql;
use crate::backend::sqlite::table::{List, Table, parameters, quoted};
use crate::query::Predicate;
use crate::value::Datum;

/// More parameters than this SQLite takes in no statement (32,766), with room for those of cursors and keys.
const MOST_VALUES: usize = 30_000;

/// A part of a statement, and the values of its parameters.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) text: String,
    pub(super) values: Vec<Value>,
}

impl Part {
    /// For people: the text, and the values behind it.
    pub(super) fn shown(&self) -> String {
        let values: Vec<String> = self.values.iter().map(shown).collect();
        if values.is_empty() { self.text.clone() } else { format!("{} [{}]", self.text, values.join(", ")) }
    }

    fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), values: Vec::new() }
    }

    fn with(text: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Self {
        Self { text: text.into(), values: values.into_iter().collect() }
    }

    /// Several parts with an operator between them, as a tree of little depth: SQLite refuses one of a thousand levels.
    pub(super) fn joined(mut parts: Vec<Self>, operator: &str, of_none: &str) -> Self {
        while parts.len() > 1 {
            let mut pairs = Vec::with_capacity(parts.len().div_ceil(2));
            let mut rest = parts.into_iter();
            while let Some(mut left) = rest.next() {
                if let Some(right) = rest.next() {
                    left.text = format!("({} {operator} {})", left.text, right.text);
                    left.values.extend(right.values);
                }
                pairs.push(left);
            }
            parts = pairs;
        }
        parts.pop().unwrap_or_else(|| Self::of(of_none))
    }
}

/// A value of SQLite's, for people.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Integer(value) => value.to_string(),
        Value::Real(value) => format!("{value:?}"),
        Value::Text(value) => format!("{value:?}"),
        Value::Blob(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("x'{digits}'")
        }
    }
}

/// What SQLite tests of a filter, and whether that is all of it: closures are not for SQLite, nor are more values than a
/// statement may have. A row that passes the filter passes this.
pub(super) fn pushed(filter: &Predicate, table: &Table) -> (Part, bool) {
    let whole = part(filter, table).filter(|part| part.values.len() <= MOST_VALUES);
    if let Some(whole) = whole {
        return (whole, true);
    }
    let Predicate::And(parts) = filter else { return (Part::of("TRUE"), false) };
    let some = parts.iter().filter_map(|one| part(one, table));
    let mut n_values = 0;
    let some = some.filter(|part| {
        n_values += part.values.len();
        n_values <= MOST_VALUES
    });
    (Part::joined(some.collect(), "AND", "TRUE"), false)
}

/// A filter that is true or false of each row, and never `NULL`, so that `NOT` is its opposite.
fn part(filter: &Predicate, table: &Table) -> Option<Part> {
    let column = |field: &u16| quoted(table.descriptor.field_name(*field));
    let some = |field: &u16, part: Part| {
        let is_optional = table.descriptor.field(*field).is_some_and(|field| field.optional);
        if is_optional {
            Part { text: format!("({} IS NOT NULL AND {})", column(field), part.text), ..part }
        } else {
            part
        }
    };
    Some(match filter {
        Predicate::All => Part::of("TRUE"),
        Predicate::Nothing | Predicate::TooDeep | Predicate::Equal { value: Datum::None, .. } => {
            Part::of("FALSE")
        }
        Predicate::Equal { field, value } => {
            some(field, Part::with(format!("{} = ?", column(field)), [to_sql(value.as_ref())]))
        }
        Predicate::Within { field, low, high } => some(field, within(&column(field), low, high)),
        Predicate::OneOf { field, values } => some(
            field,
            Part::with(format!("{} IN ({})", column(field), parameters(values.len())), sql(values)),
        ),
        Predicate::Absent { field } => Part::of(format!("{} IS NULL", column(field))),
        Predicate::StartsWith { field, prefix } => some(field, starts_with(&column(field), prefix)),
        Predicate::Contains { field, values } => {
            let list = &table.list(*field)?.name;
            let (keys, theirs) = (keys(table), List::keys(table.descriptor));
            let n = parameters(values.len());
            Part::with(format!("{keys} IN (SELECT {theirs} FROM {list} WHERE element IN ({n}))"), sql(values))
        }
        Predicate::Empty { field } => {
            let list = &table.list(*field)?.name;
            Part::of(format!("{} NOT IN (SELECT {} FROM {list})", keys(table), List::keys(table.descriptor)))
        }
        Predicate::Scan(_) => return None,
        Predicate::And(parts) => Part::joined(all(parts, table)?, "AND", "TRUE"),
        Predicate::Or(parts) => Part::joined(all(parts, table)?, "OR", "FALSE"),
        Predicate::Not(inner) => {
            let inner = part(inner, table)?;
            Part { text: format!("(NOT {})", inner.text), ..inner }
        }
    })
}

fn all(parts: &[Predicate], table: &Table) -> Option<Vec<Part>> {
    parts.iter().map(|one| part(one, table)).collect()
}

fn sql(values: &[Datum]) -> impl Iterator<Item = Value> {
    values.iter().map(|value| to_sql(value.as_ref()))
}

/// The key as one value.
fn keys(table: &Table) -> String {
    let names: Vec<String> =
        table.descriptor.field_names(table.descriptor.key).into_iter().map(quoted).collect();
    format!("({})", names.join(", "))
}

fn within(column: &str, low: &Bound<Datum>, high: &Bound<Datum>) -> Part {
    let bound = |bound: &Bound<Datum>, including: &str, excluding: &str| {
        let (operator, value) = match bound {
            Bound::Unbounded => return None,
            // Before every value; only rows with a value are looked at.
            Bound::Included(Datum::None) | Bound::Excluded(Datum::None) => {
                return Some(Part::of(if including == ">=" { "TRUE" } else { "FALSE" }));
            }
            Bound::Included(value) => (including, value),
            Bound::Excluded(value) => (excluding, value),
        };
        Some(Part::with(format!("{column} {operator} ?"), [to_sql(value.as_ref())]))
    };
    let parts = [bound(low, ">=", ">"), bound(high, "<=", "<")];
    Part::joined(parts.into_iter().flatten().collect(), "AND", "TRUE")
}

/// A range, which an index serves: `LIKE` ignores case, and `GLOB` has signs of its own.
fn starts_with(column: &str, prefix: &str) -> Part {
    let low = Part::with(format!("{column} >= ?"), [Value::Text(prefix.to_owned())]);
    match behind(prefix) {
        Some(behind) => {
            Part::joined(vec![low, Part::with(format!("{column} < ?"), [Value::Text(behind)])], "AND", "TRUE")
        }
        None => low,
    }
}

/// The first text behind all that begin with a prefix.
fn behind(prefix: &str) -> Option<String> {
    let mut letters: Vec<char> = prefix.chars().collect();
    while let Some(last) = letters.pop() {
        // Between U+D7FF and U+E000 are no letters.
        let next = if last == '\u{d7ff}' { Some('\u{e000}') } else { char::from_u32(u32::from(last) + 1) };
        if let Some(next) = next {
            letters.push(next);
            return Some(letters.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::behind;

    #[test]
    fn the_text_behind_a_prefix_is_the_next_letter() {
        for (prefix, next) in [
            ("a", Some("b")),
            ("az", Some("a{")),
            ("", None),
            ("\u{d7ff}", Some("\u{e000}")),
            ("a\u{10ffff}", Some("b")),
            ("\u{10ffff}\u{10ffff}", None),
            ("\u{7f}", Some("\u{80}")),
        ] {
            assert_eq!(behind(prefix).as_deref(), next, "{prefix:?}");
        }
    }
}
