//! Rows that lack fields, each with what they become.

use super::Defaults;
use crate::entity::{AnyRow, Codec, Descriptor, Entity, FieldDescriptor, IndexVisitor, erase};
use crate::env::sync::{AtomicU32, Ordering};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::Schema;
use crate::value::DatumRef;

fn noted(json: &str) -> Defaults {
    serde_json::from_str(json).unwrap()
}

#[test]
fn what_is_absent_is_filled_in_and_nothing_else() {
    let one = r#"[{"field":"level","until":5,"value":7}]"#;
    let two = r#"[{"field":"a","until":5,"value":1},{"field":"b","until":9,"value":[null,{"c":2}]}]"#;
    let renamed = r#"[{"field":"level","was":["grade","rank"],"until":5,"value":7}]"#;
    let cases = [
        ("absent", one, r#"{"id":1}"#, 5, Some(r#"{"id":1,"level":7}"#)),
        ("alone", one, "{}", 5, Some(r#"{"level":7}"#)),
        ("there", one, r#"{"id":1,"level":2}"#, 5, None),
        ("there, and null", one, r#"{"level":null,"id":1}"#, 5, None),
        ("of a later commit", one, r#"{"id":1}"#, 6, None),
        ("within another", one, r#"{"in":{"level":2}}"#, 5, Some(r#"{"in":{"level":2},"level":7}"#)),
        ("edited", one, " { \"id\" : 1 } \r\n", 5, Some(" { \"id\" : 1 ,\"level\":7}")),
        ("escaped", one, r#"{"\u006cevel":2}"#, 5, None),
        ("no object", one, "[1]", 5, None),
        ("no JSON", one, r#"{"id":"#, 5, None),
        ("nothing noted", "[]", r#"{"id":1}"#, 5, None),
        ("both", two, "{}", 1, Some(r#"{"a":1,"b":[null,{"c":2}]}"#)),
        ("the later one", two, "{}", 6, Some(r#"{"b":[null,{"c":2}]}"#)),
        ("one of both", two, r#"{"a":0}"#, 1, Some(r#"{"a":0,"b":[null,{"c":2}]}"#)),
        ("by an old name", renamed, r#"{"rank":1}"#, 5, None),
        ("by no name", renamed, r#"{"ranks":1}"#, 5, Some(r#"{"ranks":1,"level":7}"#)),
    ];
    for (what, defaults, json, version, expected) in cases {
        let filled = noted(defaults).fill(json.as_bytes(), version);
        let filled = filled.map(|filled| String::from_utf8(filled).unwrap());
        assert_eq!(filled.as_deref(), expected, "{what}");
    }
}

/// Whatever is decoded, in its own words.
#[derive(Debug)]
struct Row(String);

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

/// Decodes what has a `level` outermost.
const CODEC: Codec = Codec::new::<Row>(
    |_| Ok(Vec::new()),
    |json, version| {
        let text = String::from_utf8(json.to_vec()).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        match value.get("level") {
            Some(_) => Ok(erase(Row(text), version)),
            None => Err(Error::new(ErrorKind::Corrupt, "no level")),
        }
    },
);

fn text(row: Result<AnyRow>) -> String {
    row.map_or_else(|error| error.to_string(), |row| row.entity::<Row>().unwrap().0.clone())
}

#[test]
fn old_rows_decode_with_what_they_were_given() {
    let defaults = noted(r#"[{"field":"level","until":5,"value":7}]"#);
    let cases = [
        (r#"{"id":1}"#, 5, r#"{"id":1,"level":7}"#),
        (r#"{"level":1}"#, 5, r#"{"level":1}"#),
        (r#"{"level":1}"#, 6, r#"{"level":1}"#),
        // the name stands in it, but elsewhere
        (r#"{"in":{"level":1}}"#, 5, r#"{"in":{"level":1},"level":7}"#),
    ];
    for (json, version, expected) in cases {
        assert_eq!(text(defaults.decode(CODEC, json.as_bytes(), version)), expected);
    }
    for json in [r#"{"id":1}"#, r#"{"in":{"level":1}}"#] {
        defaults.decode(CODEC, json.as_bytes(), 6).unwrap_err();
    }
}

/// Decodes anything, as serde does where the field is an `Option`.
const LENIENT: Codec = Codec::new::<Row>(
    |_| Ok(Vec::new()),
    |json, version| Ok(erase(Row(String::from_utf8(json.to_vec()).unwrap()), version)),
);

#[test]
fn what_serde_would_make_of_an_absent_field_is_not_asked() {
    let defaults = noted(r#"[{"field":"level","until":5,"value":7}]"#);
    for (version, expected) in [(5, r#"{"id":1,"level":7}"#), (6, r#"{"id":1}"#)] {
        assert_eq!(text(defaults.decode(LENIENT, br#"{"id":1}"#, version)), expected);
    }
}

/// Another one at each call.
fn counted() -> Result<String> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    Ok(NEXT.fetch_add(1, Ordering::Relaxed).to_string())
}

const ID: FieldDescriptor = FieldDescriptor::declared::<u64>("id");
const LEVEL: FieldDescriptor =
    FieldDescriptor::declared::<u64>("level").with_default().with_evaluate(Some(counted));
const GRADE: FieldDescriptor =
    FieldDescriptor::declared::<u64>("grade").with_default().with_evaluate(Some(counted)).with_was("level");

fn shape(fields: &'static [FieldDescriptor]) -> Descriptor {
    Descriptor::of::<Row>("Row", "rows").with_fields(fields).with_key(&[0])
}

#[test]
fn a_default_is_evaluated_when_its_field_is_new() {
    let plain = shape(const { &[ID] });
    let levelled = shape(const { &[ID, LEVEL] });
    let graded = shape(const { &[ID, GRADE] });
    let evolved = |defaults: &Defaults, old: &Descriptor, new: &Descriptor, until| {
        defaults.evolved(&Schema::from(old), new, until).unwrap()
    };
    let shown = |defaults: &Defaults| serde_json::to_string(defaults).unwrap();

    let first = evolved(&Defaults::default(), &plain, &levelled, 5);
    assert_eq!(shown(&first), r#"[{"field":"level","until":5,"value":0}]"#);
    // it stays what it was, whatever else has changed, and goes by the name of its field
    assert_eq!(shown(&evolved(&first, &levelled, &levelled, 8)), shown(&first));
    let renamed = evolved(&first, &levelled, &graded, 8);
    assert_eq!(shown(&renamed), r#"[{"field":"grade","was":["level"],"until":5,"value":0}]"#);
    // it goes with its field, and one that comes back is another
    let gone = evolved(&first, &levelled, &plain, 8);
    assert!(gone.is_empty());
    assert_eq!(shown(&evolved(&gone, &plain, &levelled, 9)), r#"[{"field":"level","until":9,"value":1}]"#);
    // one of which nobody says how it is stored is left to serde
    let unknown = FieldDescriptor { evaluate: None, ..LEVEL };
    let unknown = shape(vec![ID, unknown].leak());
    assert!(evolved(&Defaults::default(), &plain, &unknown, 5).is_empty());
}

#[test]
fn a_default_that_does_not_encode_is_named() {
    let bad = LEVEL.with_evaluate(Some(|| crate::codec::json::encode_default(&f64::NAN)));
    let bad = shape(vec![ID, bad].leak());
    let error = Defaults::default().evolved(&Schema::from(&shape(const { &[ID] })), &bad, 5).unwrap_err();
    assert_eq!((error.kind(), error.collection()), (ErrorKind::Schema, Some("rows")));
    assert!(error.to_string().contains("`level`"), "{error}");
}
