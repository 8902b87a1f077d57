//! Structs that macros make: what a macro hands on is what it stands for.

use routier::{Entity, Value};
use serde::{Deserialize, Serialize};

use crate::{completed, names};

/// Every part of an entity comes from outside.
macro_rules! all_of_it {
    (
        $collection:literal, $index:ident, [$($member:ident),*];
        $(#[$attribute:meta])*
        $vis:vis struct $name:ident {
            $($(#[$of_field:meta])* $field_vis:vis $field:ident: $ty:ty,)*
        }
    ) => {
        #[derive(Entity, Clone, Serialize, Deserialize)]
        #[entity(collection = $collection, $index($($member),*))]
        $(#[$attribute])*
        $vis struct $name {
            $($(#[$of_field])* $field_vis $field: $ty,)*
        }
    };
}

all_of_it! {
    "made", distinct, [score, name];
    /// A player.
    #[entity(fields = "Columns")]
    pub(crate) struct Player {
        #[key]
        #[identity]
        pub(crate) id: u64,
        #[index]
        pub(super) score: Option<u32>,
        #[entity(default("x".to_owned()))]
        name: String,
        #[index]
        tags: Vec<String>,
        #[version]
        revision: u64,
    }
}

#[test]
fn every_part_of_it() {
    let row: Player = completed(NewPlayer { score: Some(2), name: None, tags: vec![] });
    assert_eq!((row.id, row.score, row.name.as_str(), row.tags.len(), row.revision), (1, Some(2), "x", 0, 0));
    assert_eq!(Player::DESCRIPTOR.collection, "made");
    let [_, score, _, tags, _] = Player::DESCRIPTOR.fields else { panic!("five fields") };
    assert!(score.optional && tags.many);
    let filter = |p: Columns| p.score.ge(1) & p.tags.contains("y");
    drop(filter(Player::fields()));
}

/// Names of fields are the macro's own, and so is what a default names.
macro_rules! own_names {
    ($name:ident, $default:expr, $ty:ident, $path:path, $tree:tt) => {
        #[derive(Entity, Clone, Serialize, Deserialize)]
        #[entity(index(level, kind))]
        struct $name {
            #[key]
            #[identity]
            id: u64,
            #[entity(default($default))]
            level: u8,
            kind: $path,
            #[index]
            other: Option<$ty>,
            #[distinct]
            tree: $tree,
            value: $crate::made::Kind,
        }

        impl $name {
            fn sum(&self) -> u64 {
                self.id + u64::from(self.level) + u64::from(self.kind.0)
            }
        }
    };
}

#[derive(Value, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kind(u8);

own_names!(Owned, 1 + 2 * LEVEL, Kind, self::Kind, u32);
const LEVEL: u8 = 3;

#[test]
fn names_that_are_the_macros_own() {
    let row: Owned =
        completed(NewOwned { level: None, kind: Kind(4), other: Some(Kind(5)), tree: 6, value: Kind(7) });
    assert_eq!((row.sum(), row.tree, &row.other, &row.value), (12, 6, &Some(Kind(5)), &Kind(7)));
    assert_eq!(names::<Owned>(), ["id", "level", "kind", "other", "tree", "value"]);
}

/// A macro that makes a macro that makes entities.
macro_rules! several {
    ($($name:ident: $ty:ty = $value:expr;)*) => {
        macro_rules! one {
            ($inner:ident, $inner_ty:ty, $inner_value:expr) => {
                #[derive(Entity, Clone, Serialize, Deserialize)]
                struct $inner {
                    #[key]
                    id: $inner_ty,
                    #[entity(default($inner_value))]
                    #[index]
                    value: $inner_ty,
                }
            };
        }
        $(one!($name, $ty, $value);)*

        /// How many fields each has.
        fn n_fields() -> Vec<usize> {
            vec![$(names::<$name>().len()),*]
        }
    };
}

several! {
    Numbers: u64 = 5;
    Texts: String = "x".to_owned();
    Signed: i8 = -3;
}

#[test]
fn several_by_a_macro_within_a_macro() {
    assert_eq!(n_fields(), [2, 2, 2]);
    let row: Signed = completed(NewSigned { id: 1, value: None });
    assert_eq!((row.id, row.value), (1, -3));
    let row: Texts = completed(NewTexts { id: "a".to_owned(), value: None });
    assert_eq!((row.id.as_str(), row.value.as_str()), ("a", "x"));
    let row: Numbers = completed(NewNumbers { id: 2, value: Some(3) });
    assert_eq!((row.id, row.value), (2, 3));
}

/// Values that macros make.
macro_rules! values {
    ($choice:ident { $($variant:ident),* } $newtype:ident($ty:ty)) => {
        #[derive(Value, Clone, Debug, PartialEq, Serialize, Deserialize)]
        enum $choice { $($variant),* }
        #[derive(Value, Clone, Debug, PartialEq, Serialize, Deserialize)]
        struct $newtype($ty);
    };
}

values!(Choice { First, Second } Wrapped(String));

#[test]
fn values_by_a_macro() {
    use routier::value::{Single, Type};

    assert_eq!(Choice::TYPE, Type::Enum(&["First", "Second"]));
    assert_eq!(Wrapped::TYPE, Type::Text);
    assert_ne!(Choice::First, Choice::Second);
    assert_eq!(Wrapped("x".to_owned()).0, "x");
}
