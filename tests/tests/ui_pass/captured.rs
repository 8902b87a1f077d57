//! Items of the user's that are called as locals and parameters in the code written for them. Hygiene protects locals
//! from locals alone: a constant, a unit struct and a type mean the same wherever their name stands.

use crate::{completed, names};

/// Types called as type parameters are.
mod parameters {
    use routier::{Entity, Value};
    use serde::{Deserialize, Serialize};

    #[derive(Value, Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(super) struct V(pub(super) u64);
    #[derive(Value, Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(super) struct E(pub(super) String);
    #[derive(Value, Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(super) struct T(pub(super) V);
    #[derive(Value, Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(super) enum C {
        A,
        B,
    }

    #[derive(Entity, Clone, Serialize, Deserialize)]
    #[entity(distinct(error, transaction), index(value, choice))]
    pub(super) struct Row {
        #[key]
        #[identity]
        pub(super) id: V,
        #[distinct]
        pub(super) value: V,
        pub(super) error: E,
        pub(super) transaction: T,
        #[index]
        pub(super) choice: C,
        #[index]
        pub(super) list: Vec<V>,
        #[entity(default(V(7)))]
        #[index]
        pub(super) given: V,
    }
}

#[test]
fn types_are_called_as_parameters() {
    use parameters::{C, E, NewRow, Row, RowFields, T, V};
    use routier::Entity;

    let row: Row = completed(NewRow {
        value: V(2),
        error: E("x".to_owned()),
        transaction: T(V(3)),
        choice: C::A,
        list: vec![V(4)],
        given: None,
    });
    assert_eq!((row.id, row.value, row.transaction), (V(1), V(2), T(V(3))));
    assert_eq!((row.choice, row.list, row.given), (C::A, vec![V(4)], V(7)));
    let filter = |p: RowFields| {
        p.value.eq(V(2)) & p.choice.ne(C::B) & p.error.eq(E("x".to_owned())) & p.list.contains(V(4))
    };
    drop(filter(Row::fields()));
    assert_eq!(names::<Row>().len(), 7);
}

/// What other libraries make of columns: a unit struct of each.
mod units {
    #![allow(non_camel_case_types)]

    use routier::{Entity, Value};

    macro_rules! columns {
        ($($name:ident)*) => {
            pub(super) mod columns { $(pub(in super::super) struct $name;)* }
            pub(super) const ALL: usize = { $({ let _ = columns::$name; })* [$(stringify!($name)),*].len() };
        };
    }
    columns! {
        id row field visitor fill value default version view datum uuid number sum fraction whole any a b
    }
    #[allow(unused_imports, reason = "it is there to be in the way")]
    use columns::*;

    #[derive(Entity, Clone)]
    #[entity(transient, index(field, value))]
    pub(super) struct Row {
        #[key]
        #[identity]
        pub(super) id: u64,
        pub(super) field: u64,
        #[entity(default(5))]
        pub(super) value: u64,
        #[index]
        pub(super) score: Score,
        #[index]
        pub(super) place: Place,
        #[index]
        pub(super) list: Vec<u8>,
        #[version]
        pub(super) version: u64,
    }

    #[derive(Value, Clone, Copy, Debug, PartialEq)]
    pub(super) struct Score(pub(super) u32);

    #[derive(Value, Clone, Copy, Debug, PartialEq)]
    pub(super) enum Place {
        Bank,
        Hand,
    }
}

#[test]
fn unit_structs_are_called_as_locals() {
    use routier::Entity;
    use units::{NewRow, Place, Row, Score};

    assert_eq!(units::ALL, 18);
    let new = NewRow { field: 2, value: None, score: Score(3), place: Place::Hand, list: vec![1] };
    let mut row: Row = completed(new);
    assert_ne!(row.place, Place::Bank);
    assert_eq!((row.id, row.field, row.value, row.score, row.list.len()), (1, 2, 5, Score(3), 1));
    row.set_version(9);
    assert_eq!((row.version, row.key()), (9, 1));
}

/// Constants in small letters.
mod constants {
    #![allow(non_upper_case_globals)]

    use routier::{Entity, Value};

    pub(super) const row: u8 = 1;
    pub(super) const field: u16 = 2;
    pub(super) const visitor: u8 = 3;
    pub(super) const fill: u8 = 4;
    pub(super) const value: u8 = 5;
    pub(super) const default: u8 = 6;
    pub(super) const version: u64 = 7;
    pub(super) static view: u8 = 8;
    pub(super) static datum: u8 = 9;
    pub(super) static sum: u8 = 10;
    pub(super) static uuid: u8 = 11;
    pub(super) static number: u8 = 12;

    #[derive(Entity, Clone)]
    #[entity(transient)]
    pub(super) struct Row {
        #[key]
        #[identity]
        pub(super) id: u64,
        #[entity(default(value))]
        #[index]
        pub(super) score: u8,
        #[distinct]
        pub(super) code: Code,
        #[version]
        pub(super) revision: u64,
    }

    #[derive(Value, Clone, Debug, PartialEq)]
    pub(super) struct Code(pub(super) String);
}

#[test]
fn constants_are_called_as_locals() {
    use constants::{Code, NewRow, Row};

    let row: Row = completed(NewRow { score: None, code: Code("x".to_owned()) });
    assert_eq!((row.id, row.score, row.code, row.revision), (1, 5, Code("x".to_owned()), 0));
    let small = [constants::row, constants::visitor, constants::fill, constants::value, constants::default];
    let large = [constants::view, constants::datum, constants::sum, constants::uuid, constants::number];
    assert_eq!((small.len(), large.len()), (5, 5));
    assert_eq!((u64::from(constants::field), constants::version), (2, 7));
}

/// Types called as those of the language are.
mod primitives {
    #![allow(non_camel_case_types, dead_code, reason = "they are there to be in the way")]

    macro_rules! structs {
        ($($name:ident)*) => { $(struct $name;)* };
    }
    structs! { bool char str u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 }

    type Number = ::core::primitive::u64;

    #[derive(::routier::Entity, Clone)]
    #[entity(transient, index(place, score))]
    pub(super) struct Row {
        #[key]
        #[identity]
        pub(super) id: Number,
        #[distinct]
        pub(super) place: Place,
        pub(super) score: Score,
        #[index]
        pub(super) list: Vec<Number>,
        #[entity(default(3))]
        pub(super) given: Number,
        pub(super) u64: Number,
        #[version]
        pub(super) revision: Number,
    }

    #[derive(::routier::Value, Clone)]
    pub(super) enum Place {
        Bank,
        Hand,
    }

    #[derive(::routier::Value, Clone)]
    pub(super) struct Score(pub(super) Number);
}

#[test]
fn types_are_called_as_those_of_the_language() {
    use primitives::{NewRow, Place, Row, Score};

    let new = NewRow { place: Place::Hand, score: Score(2), list: vec![1], given: None, u64: 4 };
    let row: Row = completed(new);
    assert_eq!((row.id, row.score.0, row.list.len(), row.given, row.u64), (1, 2, 1, 3, 4));
    assert!(matches!(row.place, Place::Hand) && row.revision == 0);
    assert_eq!(names::<Row>().len(), 7);
}

/// Methods that everything has.
mod methods {
    use routier::{Entity, Value};
    use serde::{Deserialize, Serialize};

    #[allow(dead_code, reason = "they are there to be in the way")]
    pub(super) trait Everything {
        fn key(&self) -> u8 {
            1
        }
        fn view(&self) {}
        fn read(&self, _: u16) {}
        fn clone(&self) {}
        fn complete(&self) {}
        fn own(&self) {}
        fn with_fields(&self) {}
        fn with_key(&self) {}
        fn into(&self) {}
        fn map(&self) {}
    }
    impl<T: ?Sized> Everything for T {}

    #[derive(Entity, Clone, Serialize, Deserialize)]
    pub(super) struct Row {
        #[key]
        #[identity]
        pub(super) id: u64,
        #[index]
        pub(super) score: Score,
        #[version]
        pub(super) revision: u64,
    }

    #[derive(Value, Clone, Serialize, Deserialize)]
    pub(super) struct Score(pub(super) u32);
}

#[test]
fn everything_has_methods_of_all_names() {
    let row: methods::Row = completed(methods::NewRow { score: methods::Score(5) });
    assert_eq!((row.id, row.score.0, row.revision), (1, 5, 0));
    assert_eq!(methods::Everything::key(&row), 1);
}

/// All names of the library, and all of a module of std's that has some in common.
mod globs {
    #![allow(unused_imports, reason = "they are there to be in the way")]

    use std::fmt::*;

    use routier::*;

    #[derive(routier::Entity, Clone, serde::Serialize, serde::Deserialize)]
    pub(super) struct Row {
        #[key]
        #[identity]
        pub(super) id: u64,
        #[index]
        pub(super) level: Option<u8>,
        #[version]
        pub(super) revision: u64,
    }
}

#[test]
fn all_of_the_library_is_imported() {
    let row: globs::Row = completed(globs::NewRow { level: Some(2) });
    assert_eq!((row.id, row.level, row.revision), (1, Some(2), 0));
}
