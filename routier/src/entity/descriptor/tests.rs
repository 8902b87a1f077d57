//! Descriptors that are refused, each with what is said of it.

use super::{Descriptor, FieldDescriptor, IndexDescriptor};
use crate::entity::{Entity, IndexVisitor};
use crate::error::ErrorKind;
use crate::value::DatumRef;

struct Row;

impl Entity for Row {
    type Key = u64;
    type Fields = ();
    const DESCRIPTOR: &'static Descriptor = &Descriptor::of::<Self>("Row", "rows");

    fn fields() {}

    fn key(&self) -> u64 {
        0
    }

    fn read(&self, _field: u16) -> DatumRef<'_> {
        DatumRef::UInt(0)
    }

    fn indexes<V: IndexVisitor<Self>>(_visitor: &mut V) {}
}

const TWO: &[FieldDescriptor] =
    &[FieldDescriptor::declared::<u64>("id"), FieldDescriptor::declared::<u64>("value")];
const HALF: &[FieldDescriptor] =
    &[FieldDescriptor::declared::<u64>("id"), FieldDescriptor::undeclared("value")];

fn named(collection: &'static str) -> Descriptor {
    Descriptor::of::<Row>("Row", collection).with_fields(TWO).with_key(&[0])
}

fn with_field(name: &'static str) -> Descriptor {
    let fields = vec![FieldDescriptor::declared::<u64>("id"), FieldDescriptor::declared::<u64>(name)];
    named("rows").with_fields(fields.leak())
}

#[track_caller]
fn is_refused(descriptor: &Descriptor, part: &str) {
    let error = descriptor.check().unwrap_err();
    assert_eq!((error.kind(), error.collection()), (ErrorKind::Schema, Some(descriptor.collection)));
    assert!(error.to_string().contains(part), "{part} in {error}");
}

const LETTER: &str = "does not begin with a letter or `_`";
const CHARACTER: &str = "has a character other than letters, digits and `_`";
const LONG: &str = "is longer than 63 bytes";
const RESERVED: &str = "begins with `routier_`, which is reserved";
const LONGEST: &str = "a23456789_b23456789_c23456789_d23456789_e23456789_f23456789_123";

#[test]
fn names_are_refused() {
    let too_long = &*format!("{LONGEST}4").leak();
    let cases = [
        ("", LETTER),
        (" a", LETTER),
        ("1a", LETTER),
        ("..", LETTER),
        ("../../etc/passwd", LETTER),
        ("\u{e9}", LETTER),
        ("\u{430}", LETTER),
        ("\u{ff41}", LETTER),
        ("\u{1f600}", LETTER),
        ("\0", LETTER),
        ("*", LETTER),
        ("$a", LETTER),
        ("$.a", LETTER),
        ("a b", CHARACTER),
        ("a ", CHARACTER),
        ("a-b", CHARACTER),
        ("a.b", CHARACTER),
        ("a/b", CHARACTER),
        ("a\\b", CHARACTER),
        ("a[0]", CHARACTER),
        ("C:", CHARACTER),
        ("a'b", CHARACTER),
        ("a\"b", CHARACTER),
        ("a`b", CHARACTER),
        ("a; DROP TABLE players; --", CHARACTER),
        ("a) VALUES (1); --", CHARACTER),
        ("a\nb", CHARACTER),
        ("a\n", CHARACTER),
        ("a\0", CHARACTER),
        ("e\u{301}", CHARACTER),
        ("a\u{202e}b", CHARACTER),
        ("a%", CHARACTER),
        (too_long, LONG),
        (LONGEST.repeat(5).leak(), LONG),
        ("routier_", RESERVED),
        ("routier_meta", RESERVED),
        ("ROUTIER_META", RESERVED),
        ("Routier_x", RESERVED),
        ("routier_version", RESERVED),
    ];
    for (name, rule) in cases {
        let said = format!("the collection name {name:?} {rule}");
        is_refused(&named(name), &said);
        is_refused(&with_field(name), &said.replace("collection", "field"));
    }
}

#[test]
fn names_are_taken() {
    assert_eq!(LONGEST.len(), 63);
    for name in
        [LONGEST, "_", "__a1", "A_1_", "routier", "Routiers_a", "my_routier_rows", "_routier_", "select"]
    {
        named(name).check().unwrap();
        with_field(name).check().unwrap();
    }
}

#[test]
fn no_field_stands_twice() {
    for name in ["id", "ID", "iD"] {
        is_refused(&with_field(name), &format!("the field name `{name}` stands twice"));
    }
}

#[test]
fn numbers_are_those_of_declared_fields() {
    let undeclared = [
        (named("rows").with_key(&[2]), 2),
        (named("rows").with_fields(HALF).with_key(&[1]), 1),
        (named("rows").with_indexes(const { &[IndexDescriptor::ordered(&[7])] }), 7),
        (named("rows").with_identity(9), 9),
        (named("rows").with_version(2), 2),
    ];
    for (descriptor, number) in undeclared {
        is_refused(&descriptor, &format!("field number {number} is not declared"));
    }
    let wide = [
        named("rows").with_key(&[]),
        named("rows").with_key(&[0, 1, 0, 1, 0, 1, 0, 1, 0]),
        named("rows").with_indexes(const { &[IndexDescriptor::distinct(&[])] }),
    ];
    for descriptor in wide {
        is_refused(&descriptor, "a key and an index have 1 to 8 fields");
    }
}
