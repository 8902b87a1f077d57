//! What holds for every value type: the field, its view, its place in an index, its run-time value and its bytes say
//! the same.

use std::cmp::Ordering;
use std::fmt::Debug;
use std::hash::{DefaultHasher, Hash, Hasher};

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestRunner};
use routier::value::{
    Columns, Datum, DatumRef, Edge, Fixed, MAX_INDEXED_BYTES, Single, Timestamp, Type, Value, Variant,
    decode_datum, encode_datum, indexed_len, is_storable, read,
};
use uuid::Uuid;

/// Checks the laws on `edges` and on what `any` makes, each beside each, for `T` and for `Option<T>`.
pub(crate) fn hold<T: Value + PartialOrd + Debug>(edges: &[T], any: impl Strategy<Value = T>) {
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let result = runner.run(&(any.prop_map(Some)), |value| {
        let mut plain = edges.to_vec();
        plain.extend(value.clone());
        table(&plain);
        let mut optional: Vec<Option<T>> = edges.iter().cloned().map(Some).collect();
        optional.extend([None, value]);
        table(&optional);
        Ok(())
    });
    result.unwrap();
}

/// Checks the laws on these values, each beside each.
fn table<T: Single + PartialOrd + Debug>(values: &[T]) {
    for left in values {
        comes_back(left);
        is_within_the_edges(left);
        for right in values {
            is_in_one_order(left, right);
        }
    }
}

fn comes_back<T: Single + PartialOrd + Debug>(value: &T) {
    let view = value.view();
    let datum = T::datum(view);
    let restored = T::restore(view);
    assert!(restored.view() == view, "{value:?} is {restored:?} when restored");
    assert_eq!(
        restored.partial_cmp(value),
        value.partial_cmp(value),
        "{value:?} is {restored:?} when restored"
    );

    assert!(T::undatum(datum) == Some(view), "{value:?} does not come back from {datum:?}");
    let owned = datum.to_datum();
    assert!(T::undatum(owned.as_ref()).map(T::own) == Some(T::own(view)), "{value:?} owned");
    assert_eq!(T::is_absent(view), datum.is_none(), "{value:?}");
    assert!(T::OPTIONAL || !datum.is_none(), "{value:?}");
    for foreign in samples() {
        let taken = T::undatum(foreign).is_some();
        assert!(
            !taken || is_of(foreign, T::TYPE) || (T::OPTIONAL && foreign.is_none()),
            "{foreign:?} is taken"
        );
    }

    let bytes = encoded(datum);
    let mut rest = bytes.as_slice();
    assert_eq!(decode_datum(T::TYPE, &mut rest).as_ref(), Some(&owned), "{value:?} decoded");
    assert!(rest.is_empty(), "{value:?} decoded");
}

/// A probe of nothing encloses every value that may be stored, and so does one of a first column every second.
fn is_within_the_edges<T: Single + Debug>(value: &T) {
    const SECOND: u8 = 7;
    let datum = read(value);
    if is_storable(datum).is_some() || indexed_len(datum) > MAX_INDEXED_BYTES {
        return;
    }
    let own = T::own(value.view());
    assert!(T::least() <= own && own <= T::greatest(), "{value:?} is beyond an edge");
    for edge in [Edge::Least, Edge::Greatest] {
        assert!(<T as Columns>::probe(&[datum.to_datum()], edge) == Some(own.clone()), "{value:?}");
    }
    let [least, greatest] =
        [Edge::Least, Edge::Greatest].map(|edge| <T as Columns>::probe(&[], edge).unwrap());
    assert!(least <= own && own <= greatest, "{value:?} is outside an empty probe");

    let pair = <(T, u8) as Columns>::own((value.view(), SECOND));
    for given in [vec![], vec![datum.to_datum()], vec![datum.to_datum(), Datum::UInt(SECOND.into())]] {
        let probe = |edge| <(T, u8) as Columns>::probe(&given, edge).unwrap();
        assert!(probe(Edge::Least) <= pair && pair <= probe(Edge::Greatest), "{value:?} beside {given:?}");
    }
}

fn is_in_one_order<T: Single + PartialOrd + Debug>(left: &T, right: &T) {
    let (a, b) = (left.view(), right.view());
    let order = T::own(a).cmp(&T::own(b));
    let (x, y) = (T::datum(a), T::datum(b));
    assert_eq!(x.order(y), order, "{x:?} and {y:?}");
    assert_eq!(encoded(x).cmp(&encoded(y)), order, "the bytes of {x:?} and {y:?}");
    if let Some(natural) = left.partial_cmp(right) {
        assert_eq!(natural, order, "{left:?} and {right:?}");
    }
    let equal = order == Ordering::Equal;
    assert_eq!(a == b, equal, "{left:?} and {right:?}");
    assert_eq!(x.to_datum() == y.to_datum(), equal, "{left:?} and {right:?}");
    if equal {
        assert_eq!(hashed(&a), hashed(&b), "{left:?} and {right:?}");
        assert_eq!(hashed(&x.to_datum()), hashed(&y.to_datum()), "{left:?} and {right:?}");
        assert_eq!(T::bits(a), T::bits(b), "{left:?} and {right:?}");
    }
    assert!(!T::EXACT || equal || T::bits(a) != T::bits(b), "{left:?} and {right:?} have the same bits");
}

fn encoded(datum: DatumRef<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_datum(datum, &mut bytes);
    bytes
}

fn hashed(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// One value of each kind.
fn samples() -> [DatumRef<'static>; 16] {
    [
        DatumRef::None,
        DatumRef::Bool(true),
        DatumRef::Int(1),
        DatumRef::UInt(1),
        DatumRef::Int128(1),
        DatumRef::UInt128(1),
        DatumRef::Float(1.0),
        DatumRef::Char('a'),
        DatumRef::Text("a"),
        DatumRef::Bytes(b"a"),
        DatumRef::Uuid(Uuid::nil()),
        DatumRef::Timestamp(Timestamp { seconds: 1, nanos: 1 }),
        DatumRef::Date(1),
        DatumRef::Decimal(Fixed::new(1, 0).unwrap()),
        DatumRef::Enum(Variant { rank: 0, name: "A" }),
        DatumRef::Many(const { &Vec::<u8>::new() }),
    ]
}

fn is_of(datum: DatumRef<'_>, ty: Type) -> bool {
    matches!(
        (datum, ty),
        (DatumRef::Bool(_), Type::Bool)
            | (DatumRef::Int(_), Type::Int)
            | (DatumRef::UInt(_), Type::UInt)
            | (DatumRef::Int128(_), Type::Int128)
            | (DatumRef::UInt128(_), Type::UInt128)
            | (DatumRef::Float(_), Type::Float)
            | (DatumRef::Char(_), Type::Char)
            | (DatumRef::Text(_), Type::Text)
            | (DatumRef::Bytes(_), Type::Bytes)
            | (DatumRef::Uuid(_), Type::Uuid)
            | (DatumRef::Timestamp(_), Type::Timestamp)
            | (DatumRef::Date(_), Type::Date)
            | (DatumRef::Decimal(_), Type::Decimal)
            | (DatumRef::Enum(_), Type::Enum(_))
    )
}
