//! One number for a query, the same in every process.

use std::ops::Bound;

use crate::entity::Descriptor;
use crate::query::order::OrderTerm;
use crate::query::predicate::Predicate;
use crate::value::{Datum, DatumRef, Type, encode_datum};

/// A number that two queries share only by accident: of the collection, its key, the filter and the order, by the
/// names and types of their fields. The same query has the same number in another process, and after fields were
/// added. `None` where the filter holds a closure, which has no form of its own.
pub fn fingerprint(descriptor: &Descriptor, filter: &Predicate, order: &[OrderTerm]) -> Option<u64> {
    Fingerprints::new(descriptor).of(descriptor, filter, order)
}

/// What the fingerprints of all queries of a collection begin with, which would take half of the time that they do.
pub(crate) struct Fingerprints(Fnv);

impl Fingerprints {
    pub(crate) fn new(descriptor: &Descriptor) -> Self {
        let mut form = Form { descriptor, hash: Fnv::default() };
        form.text(descriptor.collection);
        form.count(descriptor.key.len());
        descriptor.key.iter().for_each(|field| form.field(*field));
        Self(form.hash)
    }

    /// The [`fingerprint`] of a query of this collection.
    pub(crate) fn of(&self, descriptor: &Descriptor, filter: &Predicate, order: &[OrderTerm]) -> Option<u64> {
        let mut form = Form { descriptor, hash: self.0 };
        form.filter(filter)?;
        form.count(order.len());
        for term in order {
            form.field(term.field);
            form.byte(u8::from(term.descending));
        }
        Some(form.hash.0)
    }
}

/// FNV-1a, 64 bits, by Fowler, Noll and Vo: <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>.
#[derive(Clone, Copy)]
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Extend<u8> for Fnv {
    fn extend<I: IntoIterator<Item = u8>>(&mut self, bytes: I) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// A query, written down so that no two have the same bytes: every list is counted and every value self-delimiting.
struct Form<'a> {
    descriptor: &'a Descriptor,
    /// Of the bytes.
    hash: Fnv,
}

impl Form<'_> {
    fn byte(&mut self, byte: u8) {
        self.hash.extend([byte]);
    }

    fn text(&mut self, text: &str) {
        encode_datum(DatumRef::Text(text), &mut self.hash);
    }

    fn count(&mut self, count: usize) {
        self.hash.extend((count as u64).to_be_bytes());
    }

    fn field(&mut self, number: u16) {
        self.text(self.descriptor.field_name(number));
        let column = self.descriptor.field(number);
        self.text(column.and_then(|column| column.ty).map_or("", type_name));
    }

    fn value(&mut self, value: &Datum) {
        encode_datum(value.as_ref(), &mut self.hash);
        if let Datum::Enum(variant) = value {
            self.text(variant.name);
        }
    }

    fn bound(&mut self, bound: &Bound<Datum>) {
        match bound {
            Bound::Unbounded => self.byte(0),
            Bound::Included(value) => {
                self.byte(1);
                self.value(value);
            }
            Bound::Excluded(value) => {
                self.byte(2);
                self.value(value);
            }
        }
    }

    fn values(&mut self, tag: u8, field: u16, values: &[Datum]) {
        self.byte(tag);
        self.field(field);
        self.count(values.len());
        values.iter().for_each(|value| self.value(value));
    }

    fn parts(&mut self, tag: u8, parts: &[Predicate]) -> Option<()> {
        self.byte(tag);
        self.count(parts.len());
        parts.iter().try_for_each(|part| self.filter(part))
    }

    fn filter(&mut self, filter: &Predicate) -> Option<()> {
        match filter {
            Predicate::All => self.byte(0),
            Predicate::Nothing => self.byte(1),
            Predicate::TooDeep => self.byte(2),
            Predicate::Equal { field, value } => self.values(3, *field, std::slice::from_ref(value)),
            Predicate::Within { field, low, high } => {
                self.values(4, *field, &[]);
                self.bound(low);
                self.bound(high);
            }
            Predicate::OneOf { field, values } => self.values(5, *field, values),
            Predicate::Absent { field } => self.values(6, *field, &[]),
            Predicate::StartsWith { field, prefix } => {
                self.values(7, *field, &[]);
                self.text(prefix);
            }
            Predicate::Contains { field, values } => self.values(8, *field, values),
            Predicate::Empty { field } => self.values(9, *field, &[]),
            Predicate::And(parts) => self.parts(10, parts)?,
            Predicate::Or(parts) => self.parts(11, parts)?,
            Predicate::Not(inner) => self.parts(12, std::slice::from_ref(inner))?,
            Predicate::Scan(_) => return None,
        }
        Some(())
    }
}

/// The type's name, without the variants of an enum: one that was added at the end changes no order.
fn type_name(ty: Type) -> &'static str {
    match ty {
        Type::Bool => "bool",
        Type::Int => "int",
        Type::UInt => "uint",
        Type::Int128 => "int128",
        Type::UInt128 => "uint128",
        Type::Float => "float",
        Type::Char => "char",
        Type::Text => "text",
        Type::Bytes => "bytes",
        Type::Uuid => "uuid",
        Type::Timestamp => "timestamp",
        Type::Date => "date",
        Type::Decimal => "decimal",
        Type::Enum(_) => "enum",
    }
}

#[cfg(test)]
mod tests {
    use super::Fnv;

    fn fnv_1a(bytes: &[u8]) -> u64 {
        let mut hash = Fnv::default();
        hash.extend(bytes.iter().copied());
        hash.0
    }

    #[test]
    fn agrees_with_the_published_examples() {
        assert_eq!(fnv_1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv_1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv_1a(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
