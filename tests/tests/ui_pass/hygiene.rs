//! Names of the user's that are also names in the code written for them, and structs from macros.

use routier::Entity;
use serde::{Deserialize, Serialize};

/// Fields called as locals, parameters and functions are.
#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(index(view, read), distinct(visitor, C))]
#[allow(non_snake_case)]
struct Locals {
    #[key]
    row: u64,
    #[key]
    field: u64,
    #[index]
    visitor: u64,
    #[identity]
    fill: u64,
    #[entity(default(5))]
    value: u64,
    #[entity(default(default()))]
    default: u64,
    #[version]
    version: u64,
    self_: u64,
    view: u64,
    read: u64,
    C: u64,
    r#type: u64,
}

fn default() -> u64 {
    6
}

/// Methods called as those of the trait are.
impl Locals {
    fn key(&self) -> u64 {
        self.row
    }
    fn read(&self) -> u64 {
        self.read + self.field + self.visitor + self.fill + self.value + self.default + self.version
    }
    fn fields() -> u64 {
        7
    }
    fn indexes(&self) -> u64 {
        self.self_ + self.view + self.C + self.r#type
    }
}

#[test]
fn fields_and_methods_have_any_name() {
    let new = NewLocals {
        row: 1,
        field: 2,
        visitor: 3,
        value: None,
        default: None,
        self_: 4,
        view: 5,
        read: 6,
        C: 7,
        r#type: 8,
    };
    let mut fill = routier::entity::Fill::new("locals").with_integers([9]);
    let row = routier::Insert::complete(new, &mut fill).unwrap();
    assert_eq!((row.value, row.default, row.fill), (5, 6, 9));
    assert_eq!((row.key(), Locals::fields(), row.read(), row.indexes()), (1, 7, 31, 24));
    assert_eq!(Entity::key(&row), (1, 2));
}

/// Types are not what they look like when a macro hands them on.
macro_rules! entity {
    ($(#[$attribute:meta])* $vis:vis struct $name:ident { $id:ident: $key:ty, $list:ident: $many:ty, $($rest:tt)* }) => {
        #[derive(Entity, Clone, Serialize, Deserialize)]
        $(#[$attribute])*
        $vis struct $name {
            #[key]
            $vis $id: $key,
            #[index]
            $vis $list: $many,
            $($rest)*
        }
    };
}

entity! {
    /// From a macro.
    #[entity(collection = "made")]
    pub(crate) struct Made {
        id: String,
        tags: Vec<u8>,
        #[index]
        parent: Option<u64>,
    }
}

type Maybe<T> = Option<T>;

/// An alias of an `Option` is one.
#[derive(Entity, Clone, Serialize, Deserialize)]
struct Aliased {
    #[key]
    id: u64,
    #[index]
    parent: Maybe<String>,
    children: Option<Box<Self>>,
}

#[test]
fn types_are_known_by_what_they_are() {
    let [_, tags, parent] = Made::DESCRIPTOR.fields else { panic!("three fields") };
    assert!(tags.many && !parent.many && parent.optional);
    assert!(Aliased::DESCRIPTOR.fields[1].optional);
    let row = Aliased { id: 1, parent: None, children: None };
    assert!(Entity::read(&row, 1).is_none() && row.parent.is_none() && row.children.is_none());
    let filter = |p: MadeFields| p.id.starts_with("a") & p.parent.is_none();
    let _ = filter(Made::fields());
}

/// In a function there is no module to name things by.
#[test]
fn an_entity_may_stand_in_a_function() {
    #[derive(Entity, Clone, Serialize, Deserialize)]
    struct Local {
        #[key]
        #[identity]
        id: u64,
        kind: Kind,
        #[index]
        level: Level,
    }

    #[derive(Clone, Serialize, Deserialize)]
    struct Kind;

    #[derive(routier::Value, Clone, Serialize, Deserialize)]
    enum Level {
        Low,
        High,
    }

    let new = NewLocal { kind: Kind, level: Level::High };
    let row =
        routier::Insert::complete(new, &mut routier::entity::Fill::new("local").with_integers([1])).unwrap();
    assert_eq!(row.id, 1);
    let Local { kind: Kind, level: Level::Low | Level::High, .. } = row;
    let filter = |p: LocalFields| p.level.eq(Level::Low);
    let _ = filter(Local::fields());
}

/// The crate under another name.
#[derive(db::Entity, Clone, Serialize, Deserialize)]
#[entity(crate = "::db", fields = "RenamedColumns", new = "RenamedDraft")]
struct Renamed {
    #[key]
    #[identity]
    id: u64,
    #[index]
    level: Inner,
}

#[derive(db::Value, Clone, Serialize, Deserialize)]
#[value(crate = "::db")]
struct Inner(u8);

#[test]
fn the_crate_and_the_structs_may_be_renamed() {
    let filter = |p: RenamedColumns| p.level.ge(Inner(5));
    let _ = filter(Renamed::fields());
    let row = db::Insert::complete(
        RenamedDraft { level: Inner(1) },
        &mut db::entity::Fill::new("renamed").with_integers([1]),
    );
    assert_eq!(row.map(|row| (row.id, row.level.0)).unwrap(), (1, 1));
}
