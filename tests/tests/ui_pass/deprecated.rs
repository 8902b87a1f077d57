//! What is deprecated, under a lint that does not let it pass: the code written for it is no use of it.

#![deny(warnings, deprecated)]

use routier::{Entity, Value};
use serde::{Deserialize, Serialize};

use crate::completed;

mod fields {
    use super::{Deserialize, Entity, Serialize};

    #[derive(Entity, Serialize, Deserialize)]
    #[entity(distinct(code, name))]
    pub(super) struct Player {
        #[key]
        #[identity]
        #[deprecated]
        pub(super) id: u64,
        #[deprecated = "see `name`"]
        pub(super) code: u64,
        #[deprecated(note = "it is not asked for")]
        pub(super) name: String,
        #[deprecated]
        #[index]
        pub(super) tags: Vec<u8>,
        #[deprecated]
        #[entity(default(3))]
        pub(super) level: u8,
        #[deprecated]
        pub(super) bio: String,
    }
}

#[test]
fn fields() {
    let new =
        fields::NewPlayer { code: 2, name: String::new(), tags: vec![], level: None, bio: String::new() };
    let row: fields::Player = completed(new);
    #[expect(deprecated, reason = "it is")]
    let level = row.level;
    assert_eq!((row.key(), level), (1, 3));
}

mod types {
    use super::{Deserialize, Entity, Serialize, Value};

    #[deprecated]
    #[derive(Value, Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub(super) struct Old(pub(super) u8);

    #[allow(deprecated, reason = "rows of old have them")]
    #[derive(Entity)]
    #[entity(transient, distinct(id, distinct))]
    pub(super) struct OnTheStruct {
        #[key]
        pub(super) id: u64,
        #[index]
        pub(super) indexed: Old,
        pub(super) distinct: Old,
        #[index]
        pub(super) list: Vec<Old>,
        #[entity(default(Old(3)))]
        pub(super) given: Old,
        pub(super) plain: Old,
    }

    #[derive(Entity)]
    #[entity(transient)]
    pub(super) struct OnTheField {
        #[key]
        #[identity]
        pub(super) id: u64,
        #[allow(deprecated)]
        #[index]
        pub(super) indexed: Old,
        #[expect(deprecated, reason = "rows of old have it")]
        #[distinct]
        pub(super) distinct: Old,
        #[expect(deprecated)]
        #[entity(default(Old(4)))]
        pub(super) given: Old,
        #[expect(deprecated)]
        pub(super) plain: Option<Old>,
    }
}

#[test]
#[expect(deprecated, reason = "it is")]
fn types() {
    use types::{NewOnTheField, NewOnTheStruct, Old, OnTheField, OnTheStruct};

    let row: OnTheStruct = completed(NewOnTheStruct {
        id: 1,
        indexed: Old(1),
        distinct: Old(2),
        list: vec![Old(5)],
        given: None,
        plain: Old(4),
    });
    assert_eq!((row.key(), row.given, row.plain, row.list), (1, Old(3), Old(4), vec![Old(5)]));
    assert_eq!((row.indexed, row.distinct), (Old(1), Old(2)));
    let row: OnTheField =
        completed(NewOnTheField { indexed: Old(1), distinct: Old(2), given: None, plain: None });
    assert_eq!(
        (row.key(), row.indexed, row.distinct, row.given, row.plain),
        (1, Old(1), Old(2), Old(4), None)
    );
}

mod structs {
    use super::{Entity, Value};

    #[deprecated(since = "0.1.0", note = "see nothing")]
    #[derive(Entity, Clone)]
    #[entity(transient)]
    pub(super) struct Old {
        #[key]
        #[identity]
        pub(super) id: u64,
        #[entity(default(None))]
        pub(super) next: Option<Box<Self>>,
        pub(super) bio: String,
        #[version]
        pub(super) revision: u64,
    }

    #[deprecated]
    #[derive(Value, Clone, Copy, Debug, PartialEq)]
    pub(super) enum Choice {
        #[deprecated]
        First,
        Second,
    }
}

#[test]
#[expect(deprecated, reason = "it is")]
fn structs_and_variants() {
    use routier::value::{Single, Type};

    let row: structs::Old = completed(structs::NewOld { next: None, bio: String::new() });
    assert_eq!((row.id, row.next.is_none(), row.bio.len(), row.revision), (1, true, 0, 0));
    assert_eq!(structs::Choice::TYPE, Type::Enum(&["First", "Second"]));
    assert_ne!(structs::Choice::First, structs::Choice::Second);
}
