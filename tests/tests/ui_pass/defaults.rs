//! Default expressions: of any form and length, and what leaves one leaves nothing else.

use routier::Entity;
use serde::{Deserialize, Serialize};

use crate::completed;

/// Something in scope.
const SIZE: usize = 4;

macro_rules! seven {
    () => {
        7
    };
}

#[derive(Entity, Clone, Serialize, Deserialize)]
#[allow(clippy::never_loop, reason = "allowed on the struct, a lint is in what is written for it too")]
struct Forms {
    #[key]
    id: u64,
    #[entity(default(return 1))]
    returned: u8,
    #[entity(default({ let a = 1; let b = 1; a + b }))]
    block: u8,
    #[entity(default(loop { break 3 }))]
    broken: u8,
    #[entity(default('out: { if SIZE > 3 { break 'out 4 } 0 }))]
    labelled: u8,
    #[entity(default(match SIZE { 4 => 5, _ => unreachable!() }))]
    matched: u8,
    #[entity(default(if let Some(n) = Some(6) { n } else { return 0 }))]
    chosen: u8,
    #[entity(default(seven!()))]
    by_macro: u8,
    #[allow(clippy::redundant_closure_call, reason = "and so on a field")]
    #[entity(default((|n: u8| n + 1)(7)))]
    by_closure: u8,
    #[entity(default(Self::nine()))]
    by_function: u8,
    #[entity(default(<Self as Ten>::TEN))]
    by_trait: u8,
    #[entity(default({ fn eleven() -> u8 { 11 } eleven() }))]
    by_item: u8,
    #[entity(default("12".parse::<u8>().unwrap_or_default()))]
    by_method: u8,
    #[entity(default([13, 14][..][0]))]
    by_index: u8,
    #[allow(clippy::unnecessary_cast)]
    #[entity(default(14 as u8))]
    cast: u8,
}

trait Ten {
    const TEN: u8;
}

impl Ten for Forms {
    const TEN: u8 = 10;
}

impl Forms {
    fn nine() -> u8 {
        9
    }
}

#[test]
fn expressions_of_any_form() {
    let row: Forms = completed(NewForms {
        id: 0,
        returned: None,
        block: None,
        broken: None,
        labelled: None,
        matched: None,
        chosen: None,
        by_macro: None,
        by_closure: None,
        by_function: None,
        by_trait: None,
        by_item: None,
        by_method: None,
        by_index: None,
        cast: None,
    });
    let first = [row.returned, row.block, row.broken, row.labelled, row.matched, row.chosen, row.by_macro];
    let rest =
        [row.by_closure, row.by_function, row.by_trait, row.by_item, row.by_method, row.by_index, row.cast];
    assert_eq!(first, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(rest, [8, 9, 10, 11, 12, 13, 14]);
}

#[derive(Entity)]
#[entity(transient)]
struct Inferred {
    #[key]
    #[entity(default([0; SIZE]))]
    id: [u8; SIZE],
    #[entity(default(None))]
    #[index]
    option: Option<u8>,
    #[entity(default(Default::default()))]
    nested: Vec<Option<Vec<u8>>>,
    #[entity(default("a, b".split(", ").map(Into::into).collect()))]
    #[index]
    collected: Vec<String>,
    #[entity(default(Box::new(|text| text.len())))]
    object: Box<dyn Fn(&str) -> usize + Send + Sync>,
    #[entity(default(|number| number + 1))]
    function: fn(u8) -> u8,
    #[entity(default(&["a", "b"]))]
    borrowed: &'static [&'static str],
    #[entity(default(0.0), name = "given")]
    #[index]
    float: f64,
}

#[test]
fn the_type_is_known_to_the_expression() {
    let row: Inferred = completed(NewInferred {
        id: None,
        option: None,
        nested: None,
        collected: None,
        object: None,
        function: Some(|number| number + 2),
        borrowed: None,
        float: Some(0.5),
    });
    assert_eq!(
        (row.id, row.option, row.nested.len(), row.collected),
        ([0; 4], None, 0, vec!["a".to_owned(), "b".to_owned()])
    );
    assert_eq!(((row.object)("abc"), (row.function)(1), row.borrowed.len(), row.float), (3, 3, 2, 0.5));
}

/// Not stored by itself.
#[derive(Clone, Default)]
struct Opaque(u8);

impl Opaque {
    fn write<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.0)
    }
    fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u8::deserialize(deserializer).map(Self)
    }
}

/// Twice the number, as a text.
mod doubled {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(number: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&(number * 2).to_string())
    }
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse::<u8>().map(|number| number / 2).map_err(serde::de::Error::custom)
    }
}

/// Seen by other crates, with fields of every way to be stored.
#[derive(Entity, Clone, Serialize, Deserialize)]
pub struct Stored {
    #[key]
    id: u64,
    #[entity(default("a\"b".to_owned()))]
    text: String,
    #[serde(rename = "hidden")]
    #[entity(default(Inner { number: 1.5, list: vec![None, Some(2)] }), name = "hidden")]
    private: Inner,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[entity(default(None))]
    #[index]
    none: Option<u8>,
    #[serde(with = "doubled")]
    #[entity(default(4))]
    doubled: u8,
    #[serde(serialize_with = "Opaque::write", deserialize_with = "Opaque::read")]
    #[entity(default(Opaque(5)))]
    opaque: Opaque,
    #[serde(skip)]
    #[entity(default(6))]
    skipped: u8,
    #[serde(flatten)]
    #[entity(default(Inner { number: 0.0, list: Vec::new() }))]
    rest: Inner,
    #[entity(default(f64::NAN))]
    nan: f64,
}

/// More private than the entity.
#[derive(Clone, Serialize, Deserialize)]
struct Inner {
    number: f64,
    list: Vec<Option<u8>>,
}

/// Stored by other means than its fields.
#[derive(Entity, Clone)]
struct ByHand {
    #[key]
    id: u64,
    #[entity(default(Opaque(1)))]
    opaque: Opaque,
    #[entity(default(2))]
    number: u8,
}

impl Serialize for ByHand {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.id, self.opaque.0, self.number).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ByHand {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Deserialize::deserialize(deserializer).map(|(id, opaque, number)| Self {
            id,
            opaque: Opaque(opaque),
            number,
        })
    }
}

#[derive(Entity, Clone, Serialize, Deserialize)]
#[serde(from = "(u64, u8)", into = "(u64, u8)")]
struct Converted {
    #[key]
    id: u64,
    #[entity(default(2))]
    number: u8,
}

impl From<(u64, u8)> for Converted {
    fn from((id, number): (u64, u8)) -> Self {
        Self { id, number }
    }
}

impl From<Converted> for (u64, u8) {
    fn from(row: Converted) -> Self {
        (row.id, row.number)
    }
}

/// What each field with a default has in a row that was stored without it, as far as that is known.
fn evaluated<E: Entity>() -> Vec<(&'static str, Option<Result<String, routier::ErrorKind>>)> {
    let fields = E::DESCRIPTOR.fields.iter().filter(|field| field.default);
    let json = |evaluate: fn() -> routier::Result<String>| evaluate().map_err(|error| error.kind());
    fields.map(|field| (field.name, field.evaluate.map(json))).collect()
}

#[test]
fn a_default_is_known_as_it_is_stored() {
    let json = |text: &str| Some(Ok(text.to_owned()));
    let expected = [
        ("text", json(r#""a\"b""#)),
        ("hidden", json(r#"{"number":1.5,"list":[null,2]}"#)),
        ("none", json("null")),
        ("doubled", None),
        ("opaque", None),
        ("skipped", None),
        ("rest", None),
        ("nan", Some(Err(routier::ErrorKind::Invalid))),
    ];
    assert_eq!(evaluated::<Stored>(), expected);
    assert_eq!(evaluated::<ByHand>(), [("opaque", None), ("number", json("2"))]);
    assert_eq!(evaluated::<Converted>(), [("number", None)]);
    assert!(evaluated::<Inferred>().iter().all(|(_, json)| json.is_none()));
    // and inserts take them all the same
    let new = NewStored {
        id: 1,
        text: None,
        private: None,
        none: None,
        doubled: None,
        opaque: None,
        skipped: None,
        rest: None,
        nan: Some(0.0),
    };
    let row: Stored = completed(new);
    assert_eq!(
        (row.private.list.len(), row.none, row.doubled, row.opaque.0, row.skipped),
        (2, None, 4, 5, 6)
    );
    assert_eq!(
        (row.text.as_str(), row.rest.list.len(), row.rest.number, row.nan, row.id),
        ("a\"b", 0, 0.0, 0.0, 1)
    );
    let row: ByHand = completed(NewByHand { id: 1, opaque: None, number: None });
    assert_eq!((row.id, row.opaque.0, row.number), (1, 1, 2));
    let row: Converted = completed(NewConverted { id: 1, number: None });
    assert_eq!((row.id, row.number), (1, 2));
}
