//! `#[derive(Value)]`: enums as ranks with names, newtypes as what they hold.

use routier::Value;
use routier::value::{Datum, Identity, IdentityKind, KeyPart, Numeric, Single, Type, Variant};
use uuid::Uuid;

#[derive(Value, Clone, Copy, Debug, PartialEq)]
enum Priority {
    Low,
    Normal,
    High(),
    r#Fn {},
}

#[derive(Value, Clone, Debug, PartialEq)]
struct Score(u32);

#[derive(Value, Clone, Debug, PartialEq)]
struct Share {
    of_all: f64,
}

#[derive(Value, Clone, Debug, PartialEq)]
struct Email(String);

#[derive(Value, Clone, Debug, PartialEq)]
struct PlayerId(Uuid);

#[derive(Value, Clone, Debug, PartialEq)]
struct Nested(Score);

/// Through every form and back.
fn keeps<T: Single + PartialEq + std::fmt::Debug>(value: T, expected: &Datum) {
    let datum = T::datum(value.view()).to_datum();
    assert_eq!(datum, *expected);
    let view = T::undatum(datum.as_ref()).expect("a value is of its own type");
    assert!(view == value.view());
    assert_eq!(T::restore(view), value);
    assert!((T::least()..=T::greatest()).contains(&T::own(value.view())));
    assert!(T::undatum(Datum::Bool(true).as_ref()).is_none());
}

fn key_part<T: KeyPart>() {}

#[test]
fn an_enum_is_its_ranks_with_names() {
    const NAMES: &[&str] = &["Low", "Normal", "High", "Fn"];
    assert_eq!(Priority::TYPE, Type::Enum(NAMES));
    let all = [Priority::Low, Priority::Normal, Priority::High(), Priority::r#Fn {}];
    for (rank, value) in (0..).zip(all) {
        let variant = Variant { rank, name: NAMES[rank as usize] };
        keeps(value, &Datum::Enum(variant));
        assert_eq!(Priority::bits(value.view()), u64::from(rank));
    }
    assert!(all.map(|value| Priority::own(value.view())).is_sorted());
    key_part::<Priority>();
}

#[test]
fn a_variant_of_another_enum_is_none() {
    let undatum = |rank, name| Priority::undatum(Datum::Enum(Variant { rank, name }).as_ref()).is_some();
    assert!(undatum(1, "Normal"));
    assert!(!undatum(0, "Normal") && !undatum(1, "Other") && !undatum(4, "Fn"));
}

#[test]
fn a_newtype_is_what_it_holds() {
    keeps(Score(5), &Datum::UInt(5));
    keeps(Share { of_all: 0.5 }, &Datum::Float(0.5));
    keeps(Email("a@b".to_owned()), &Datum::Text("a@b".into()));
    keeps(PlayerId(Uuid::from_u128(7)), &Datum::Uuid(Uuid::from_u128(7)));
    keeps(Nested(Score(5)), &Datum::UInt(5));
    keeps(Some(Score(5)), &Datum::UInt(5));
    assert_eq!((Score::TYPE, Score::EXACT, Score::bits(5)), (Type::UInt, true, 5));
    assert_eq!((Share::TYPE, Share::EXACT), (Type::Float, false));
    key_part::<Nested>();
    key_part::<Email>();
}

#[test]
fn a_newtype_counts_and_is_generated_as_what_it_holds() {
    assert_eq!(Score::of_uint(7), Some(7_u128));
    assert_eq!(Share::of_float(0.5), Some(0.5));
    assert_eq!(Nested::IDENTITY, IdentityKind::Integer(u128::from(u32::MAX)));
    assert_eq!(Nested::of_integer(7), Some(Nested(Score(7))));
    assert_eq!(Nested::of_integer(u128::MAX), None);
    assert_eq!(PlayerId::of_uuid(Uuid::nil()), Some(PlayerId(Uuid::nil())));
    assert_eq!(Email::of_uuid(Uuid::nil()).map(|email| email.0), Some(Uuid::nil().to_string()));
}
