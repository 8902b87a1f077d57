//! Types of fields, of every form: what is declared is known by what it is, the rest is handed through.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use routier::{Entity, Value};
use serde::{Deserialize, Serialize};

use crate::{completed, names};

macro_rules! number {
    () => {
        u64
    };
    (maybe $ty:ty) => {
        Option<$ty>
    };
}

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(distinct(other, third))]
struct ByMacro {
    #[key]
    #[identity]
    id: number!(),
    #[index]
    other: number!(maybe u32),
    #[distinct]
    third: number![],
    fourth: number!(maybe Vec<u8>),
    #[entity(default(4))]
    fifth: number! {},
}

#[test]
fn types_are_written_by_macros() {
    let row: ByMacro = completed(NewByMacro { other: Some(2), third: 3, fourth: None, fifth: None });
    assert_eq!((row.id, row.other, row.third, row.fifth), (1, Some(2), 3, 4));
    assert!(ByMacro::DESCRIPTOR.fields[1].optional && row.fourth.is_none());
}

type Id = [u8; LENGTH * 2];
const LENGTH: usize = 4;

#[derive(Entity)]
#[entity(transient)]
struct Opaque {
    #[key]
    id: Id,
    array: [[u8; LENGTH]; LENGTH / 2],
    sized: [u8; size_of::<u64>()],
    function: fn(u8) -> u8,
    any_lifetime: for<'a> fn(&'a str) -> &'a str,
    object: Box<dyn Fn(&str) -> String + Send + Sync + 'static>,
    borrowed: &'static str,
    either: Cow<'static, [u8]>,
    nothing: (),
    tuple: (u8, (u16,), [(); 0]),
    phantom: PhantomData<fn() -> *const u8>,
    #[allow(unused_parens, reason = "it is what is tested")]
    parentheses: (u64),
    #[entity(default(AtomicU64::new(5)))]
    atomic: AtomicU64,
    map: BTreeMap<&'static str, Vec<Result<u8, ()>>>,
}

#[test]
fn types_that_nobody_looks_into() {
    let row: Opaque = completed(NewOpaque {
        id: [1; 8],
        array: [[2; 4]; 2],
        sized: [3; 8],
        function: |number| number + 1,
        any_lifetime: |text| text.trim(),
        object: Box::new(str::to_owned),
        borrowed: "x",
        either: Cow::Borrowed(b"y"),
        nothing: (),
        tuple: (1, (2,), []),
        phantom: PhantomData,
        parentheses: 4,
        atomic: None,
        map: BTreeMap::new(),
    });
    assert_eq!(((row.function)(1), (row.any_lifetime)(" a"), (row.object)("b")), (2, "a", "b".to_owned()));
    assert_eq!((row.array[1][3], row.sized[7], row.borrowed, &*row.either), (2, 3, "x", &b"y"[..]));
    assert_eq!((row.nothing, row.tuple, row.phantom, row.parentheses), ((), (1, (2,), []), PhantomData, 4));
    assert_eq!((row.atomic.into_inner(), row.map.len(), row.id), (5, 0, [1; 8]));
}

trait Known {
    type Key;
    type List;
}

struct This;

impl Known for This {
    type Key = u64;
    type List = Option<String>;
}

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(index(list, owned))]
struct Associated {
    #[key]
    #[identity]
    id: <This as Known>::Key,
    #[distinct]
    list: <This as Known>::List,
    owned: <str as ToOwned>::Owned,
}

#[test]
fn types_of_other_types() {
    let row: Associated = completed(NewAssociated { list: None, owned: "x".to_owned() });
    assert_eq!((row.id, row.list, row.owned.as_str()), (1, None, "x"));
    assert!(Associated::DESCRIPTOR.fields[1].optional);
    let filter = |p: AssociatedFields| p.list.is_none() & p.owned.starts_with("x");
    drop(filter(Associated::fields()));
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Tagged<T, K> {
    value: T,
    tag: K,
}

type Maybe<T> = Option<T>;
type Marked<T> = Tagged<T, u8>;
type Pair<T> = (T, T);
type Row = Marked<Pair<Maybe<u8>>>;

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Generic {
    #[key]
    id: u64,
    #[index]
    level: Maybe<u32>,
    row: Row,
    marked: Marked<Maybe<Box<Generic>>>,
    #[entity(default(Vec::new()))]
    many: Vec<Pair<Row>>,
}

#[test]
fn generic_types_under_other_names() {
    let row = Tagged { value: (None, Some(1)), tag: 2 };
    let marked = Tagged { value: None, tag: 3 };
    let row: Generic = completed(NewGeneric { id: 5, level: Some(4), row, marked, many: None });
    assert_eq!((row.id, row.level, row.row.value.1, row.many.len()), (5, Some(4), Some(1), 0));
    assert!(row.marked.value.is_none() && Generic::DESCRIPTOR.fields[1].optional);
}

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(distinct(own, level))]
struct Node {
    #[key]
    #[identity]
    id: u64,
    parent: Option<Box<Self>>,
    #[entity(default(vec![]))]
    children: Vec<Self>,
    own: <Self as Known>::Key,
    #[index]
    level: [u8; 2],
    both: (Option<Box<Self>>, Vec<Self>),
}

impl Known for Node {
    type Key = u32;
    type List = ();
}

// `Serialize` of an `Arc` is a feature of serde's.
mod shared {
    use super::{Arc, Entity};

    #[derive(Entity)]
    #[entity(transient)]
    pub(super) struct Shared {
        #[key]
        #[identity]
        pub(super) id: u64,
        #[entity(default(None))]
        pub(super) next: Option<Arc<Self>>,
        pub(super) visit: fn(&Self) -> u64,
    }
}

#[test]
fn the_struct_itself_in_its_types() {
    let row: Node =
        completed(NewNode { parent: None, children: None, own: 7, level: [1, 2], both: (None, vec![]) });
    assert_eq!((row.id, row.own, row.children.len(), row.level), (1, 7, 0, [1, 2]));
    assert!(row.parent.is_none() && row.both.0.is_none() && row.both.1.is_empty());
    let row: shared::Shared = completed(shared::NewShared { next: None, visit: |row| row.id + 1 });
    assert_eq!(((row.visit)(&row), row.next.is_none()), (2, true));
}

mod far {
    use super::{Deserialize, Serialize, Value};

    #[derive(Value, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
    pub(super) enum Level {
        Low,
        High,
    }

    pub(super) mod near {
        use super::super::{Deserialize, Entity, Serialize};

        #[derive(Entity, Clone, Serialize, Deserialize)]
        #[entity(index(level, again))]
        pub(in super::super) struct Paths {
            #[key]
            pub(in super::super) id: ::core::primitive::u64,
            pub(in super::super) level: super::Level,
            #[index]
            pub(in super::super) again: crate::typed::far::Level,
            #[distinct]
            pub(in super::super) name: ::std::string::String,
            #[index]
            pub(in super::super) tags: ::std::vec::Vec<self::Inner>,
            #[index]
            pub(in super::super) maybe: core::option::Option<super::super::far::Level>,
        }

        pub(super) type Inner = std::string::String;
    }
}

#[test]
fn types_by_paths_of_every_form() {
    use far::Level;
    use far::near::{Paths, PathsFields};

    let row = Paths {
        id: 1,
        level: Level::Low,
        again: Level::High,
        name: "x".to_owned(),
        tags: vec!["y".to_owned()],
        maybe: None,
    };
    assert_eq!((Entity::key(&row), row.level, row.again, row.maybe), (1, Level::Low, Level::High, None));
    assert_eq!((row.name.as_str(), row.tags.len(), names::<Paths>().len()), ("x", 1, 6));
    let filter = |p: PathsFields| p.tags.contains("y") & p.maybe.is_none() & p.name.eq("x");
    drop(filter(Paths::fields()));
}
