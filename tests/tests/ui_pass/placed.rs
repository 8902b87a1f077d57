//! Where an entity stands: in whatever scope, it has no need of a name for it.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use routier::Entity;
use serde::{Deserialize, Serialize};

use crate::{completed, names};

/// Declares an entity with whatever is in scope, and makes a row of it.
macro_rules! here {
    () => {{
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        struct Inner(u8);

        #[derive(routier::Value, Clone, Debug, PartialEq, Serialize, Deserialize)]
        enum Level {
            Low,
        }

        #[derive(Entity, Clone, Serialize, Deserialize)]
        struct Here {
            #[key]
            #[identity]
            id: u64,
            inner: Inner,
            #[index]
            level: Level,
            #[entity(default(Inner(3)))]
            other: Inner,
        }

        let row: Here = completed(NewHere { inner: Inner(2), level: Level::Low, other: None });
        let filter = |p: HereFields| p.level.eq(Level::Low);
        drop(filter(Here::fields()));
        assert_eq!((row.inner, row.level, row.other), (Inner(2), Level::Low, Inner(3)));
        row.id
    }};
}

#[test]
fn in_a_closure() {
    let closure = || here!();
    assert_eq!(closure(), 1);
}

#[test]
fn in_a_future() {
    let future = async { here!() };
    let mut context = Context::from_waker(Waker::noop());
    assert_eq!(pin!(future).poll(&mut context), Poll::Ready(1));
}

#[test]
fn in_a_block_within_a_block() {
    let row = {
        #[derive(Entity, Clone, Serialize, Deserialize)]
        struct Here {
            #[key]
            id: u64,
        }
        let outer = names::<Here>();
        let inner = {
            #[derive(Entity, Clone, Serialize, Deserialize)]
            struct Here {
                #[key]
                other: u64,
            }
            names::<Here>()
        };
        (outer, inner)
    };
    assert_eq!(row, (vec!["id"], vec!["other"]));
}

struct Methods;

trait Provided {
    fn provided(&self) -> u64 {
        here!()
    }
}

impl Provided for Methods {}

impl Methods {
    fn own(&self) -> u64 {
        here!()
    }

    fn generic<T>(&self, with: T) -> (u64, T) {
        (here!(), with)
    }
}

#[test]
fn in_methods_and_in_generic_functions() {
    assert_eq!((Methods.own(), Methods.provided(), Methods.generic("x")), (1, 1, (1, "x")));
}

trait Named {
    const NAME: &'static str;
}

struct Constants;

const _: () = {
    #[derive(Entity, Clone, Serialize, Deserialize)]
    struct Unnamed {
        #[key]
        id: u64,
        bio: String,
    }
    impl Named for Constants {
        const NAME: &'static str = <Unnamed as Entity>::DESCRIPTOR.collection;
    }
};

static COLLECTION: &str = {
    #[derive(Entity, Clone, Serialize, Deserialize)]
    struct InAStatic {
        #[key]
        id: u64,
    }
    InAStatic::DESCRIPTOR.collection
};

#[test]
fn in_constants() {
    assert_eq!((Constants::NAME, COLLECTION), ("unnamed", "in_a_static"));
}

mod one {
    #[derive(routier::Entity, Clone, serde::Serialize, serde::Deserialize)]
    pub(super) struct Player {
        #[key]
        #[identity]
        pub(super) id: u64,
        pub(super) bio: String,
    }
}

mod two {
    #[derive(routier::Entity, Clone, serde::Serialize, serde::Deserialize)]
    #[entity(collection = "others")]
    pub(super) struct Player {
        #[key]
        pub(super) name: String,
        pub(super) bio: u8,
    }
}

#[test]
fn two_of_one_name_in_two_modules() {
    let first: one::Player = completed(one::NewPlayer { bio: String::new() });
    let second = two::Player { name: "x".to_owned(), bio: 2 };
    assert_eq!((first.id, first.bio.len(), second.key(), second.bio), (1, 0, "x", 2));
    let (of_one, of_two) = (one::Player::DESCRIPTOR, two::Player::DESCRIPTOR);
    assert_eq!((of_one.entity, of_one.collection), ("Player", "player"));
    assert_eq!((of_two.entity, of_two.collection), ("Player", "others"));
    assert_ne!(of_one.type_id(), of_two.type_id());
}

mod outer {
    #![deny(private_interfaces, private_bounds, unreachable_pub, warnings)]

    pub(super) mod inner {
        use routier::{Entity, Value};
        use serde::{Deserialize, Serialize};

        #[derive(Value, Clone, Debug, PartialEq, Serialize, Deserialize)]
        struct Secret(u64);

        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        struct Plain;

        #[derive(Entity, Clone, Serialize, Deserialize)]
        #[entity(distinct(secret, shared))]
        pub(crate) struct Visible {
            #[key]
            pub(crate) id: u64,
            secret: Secret,
            #[index]
            list: Vec<Secret>,
            #[entity(default(Plain))]
            plain: Plain,
            pub(in crate::placed) shared: u8,
            pub(super) above: u8,
            pub(self) own: u8,
        }

        pub(in super::super) fn visible() -> Visible {
            let secret = Secret(3);
            let new = NewVisible { id: 2, secret, list: vec![], plain: None, shared: 4, above: 5, own: 6 };
            let row = crate::completed::<Visible>(new);
            assert_eq!((&row.secret, row.list.len(), &row.plain, row.own), (&Secret(3), 0, &Plain, 6));
            row
        }

        #[derive(Entity, Clone, Serialize, Deserialize)]
        struct Private {
            #[key]
            #[identity]
            id: Secret,
            plain: Plain,
        }

        pub(in super::super) fn private() -> u64 {
            let row: Private = crate::completed(NewPrivate { plain: Plain });
            drop(Private::fields().id.eq(Secret(1)));
            assert_eq!(row.plain, Plain);
            row.id.0
        }
    }

    pub(super) fn above() -> u8 {
        inner::visible().above
    }
}

#[test]
fn with_fields_and_types_that_are_private() {
    let row = outer::inner::visible();
    assert_eq!((row.id, row.shared, outer::above(), outer::inner::private()), (2, 4, 5, 1));
    let filter = |p: outer::inner::VisibleFields| p.id.eq(2) & p.shared.eq(4);
    drop(filter(outer::inner::Visible::fields()));
}

/// A library that hands on this one.
mod facade {
    pub(super) mod deep {
        pub(crate) use db as routier;
    }
    pub(super) use routier::{Entity, Value};
}

#[derive(facade::Entity, Clone, Serialize, Deserialize)]
#[entity(crate = "crate::placed::facade::deep::routier")]
struct Through {
    #[key]
    #[identity]
    id: u64,
    #[index]
    level: ThroughToo,
}

#[derive(facade::Value, Clone, Serialize, Deserialize)]
#[value(crate = "facade::deep::routier")]
struct ThroughToo(u8);

#[test]
fn through_a_library_that_hands_on_this_one() {
    let row: Through = completed(NewThrough { level: ThroughToo(2) });
    assert_eq!((row.id, row.level.0), (1, 2));
}
