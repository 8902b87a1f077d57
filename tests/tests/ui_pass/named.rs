//! Names of fields and structs that are unlike others.

use routier::Entity;
use serde::{Deserialize, Serialize};

use crate::{completed, names};

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(collection = "raw", index(r#fn, r#match), distinct(r#async, r#gen))]
struct r#Match {
    #[key]
    r#type: u64,
    r#fn: u64,
    r#match: u64,
    r#async: u64,
    r#gen: u64,
    #[index]
    r#dyn: u64,
    #[entity(default(7))]
    r#struct: u8,
    r#abstract: u8,
}

#[test]
fn keywords_as_raw_names() {
    let all = ["type", "fn", "match", "async", "gen", "dyn", "struct", "abstract"];
    assert_eq!(names::<r#Match>(), all);
    let row: r#Match = completed(NewMatch {
        r#type: 1,
        r#fn: 2,
        r#match: 3,
        r#async: 4,
        r#gen: 5,
        r#dyn: 6,
        r#struct: None,
        r#abstract: 8,
    });
    assert_eq!((row.r#type, row.r#struct, row.r#abstract), (1, 7, 8));
    let filter = |p: MatchFields| p.r#fn.ge(1) & p.r#gen.eq(5) & p.r#type.eq(1);
    drop(filter(r#Match::fields()));
}

#[derive(Entity, Clone, Serialize, Deserialize)]
#[expect(non_camel_case_types, reason = "it is what is tested")]
struct r#struct {
    #[key]
    #[identity]
    id: u64,
    r#in: u8,
}

#[test]
fn a_keyword_as_the_name_of_the_struct() {
    let row: r#struct = completed(Newstruct { r#in: 2 });
    assert_eq!((row.id, row.r#in), (1, 2));
    assert_eq!((r#struct::DESCRIPTOR.entity, r#struct::DESCRIPTOR.collection), ("struct", "struct"));
    let _: structFields = r#struct::fields();
}

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(index(union, auto))]
struct Weak {
    #[key]
    union: u64,
    auto: u64,
    default: u64,
    #[index]
    safe: u64,
    raw: u64,
    #[version]
    macro_rules: u64,
}

#[test]
fn words_that_are_keywords_in_some_places() {
    assert_eq!(names::<Weak>(), ["union", "auto", "default", "safe", "raw", "macro_rules"]);
    let row: Weak = completed(NewWeak { union: 1, auto: 2, default: 3, safe: 4, raw: 5 });
    let Weak { union: 1, auto: 2, default: 3, safe: 4, raw: 5, macro_rules: 0 } = row else {
        panic!("they are where they were put")
    };
}

#[derive(Entity, Clone, Serialize, Deserialize)]
struct _Hidden {
    #[key]
    _id: u64,
    __: u8,
    #[index]
    _0: u8,
    #[index]
    __routier: u8,
    __private: u8,
    __value: u8,
    #[entity(default(2))]
    __default: u8,
    #[entity(name = "long")]
    a_name_that_goes_on_for_longer_than_any_storage_would_keep_it_if_it_were_asked_to_do_so: u8,
}

#[test]
fn underscores_and_a_name_that_is_long() {
    let all = ["_id", "__", "_0", "__routier", "__private", "__value", "__default", "long"];
    assert_eq!(names::<_Hidden>(), all);
    let row: _Hidden = completed(New_Hidden {
        _id: 1,
        __: 0,
        _0: 0,
        __routier: 0,
        __private: 0,
        __value: 9,
        __default: None,
        a_name_that_goes_on_for_longer_than_any_storage_would_keep_it_if_it_were_asked_to_do_so: 0,
    });
    assert_eq!((row.__value, row.__default), (9, 2));
}

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(collection = "streets", distinct(straße, strasse))]
struct Straßen {
    #[key]
    #[entity(name = "number")]
    #[serde(rename = "number")]
    número: u64,
    #[entity(name = "sharp")]
    #[serde(rename = "sharp")]
    straße: String,
    strasse: String,
    #[entity(name = "name")]
    名前: String,
    #[entity(name = "size", default(3))]
    #[serde(rename = "size")]
    größe: u8,
}

#[test]
fn letters_beyond_ascii_under_names_within() {
    assert_eq!(names::<Straßen>(), ["number", "sharp", "strasse", "name", "size"]);
    let text = String::new;
    let row: Straßen =
        completed(NewStraßen {
            número: 5, straße: text(), strasse: text(), 名前: text(), größe: None
        });
    assert_eq!((row.número, row.größe), (5, 3));
    let filter = |p: StraßenFields| p.straße.eq("a") & p.strasse.ne("b");
    drop(filter(Straßen::fields()));
}

#[derive(Entity, Clone, Serialize, Deserialize)]
#[entity(index(u8, bool))]
#[allow(non_snake_case)]
struct Types {
    #[key]
    u64: u64,
    u8: u8,
    bool: bool,
    str: String,
    #[index]
    Option: Option<u8>,
    Vec: Vec<u8>,
    #[entity(default(Some(1)))]
    Some: Option<u8>,
    Self_: u8,
    Entity: u8,
    Field: u8,
}

#[test]
fn fields_are_called_as_types() {
    let row: Types = completed(NewTypes {
        u64: 1,
        u8: 2,
        bool: true,
        str: String::new(),
        Option: None,
        Vec: Vec::new(),
        Some: None,
        Self_: 3,
        Entity: 4,
        Field: 5,
    });
    assert_eq!((row.u64, row.Some, row.bool), (1, Some(1), true));
    let filter = |p: TypesFields| p.u8.eq(2) & p.bool.eq(true) & p.Option.is_none();
    drop(filter(Types::fields()));
}

#[derive(Entity, Clone, Serialize, Deserialize)]
struct Items {
    #[key]
    key: u64,
    #[index]
    fields: u64,
    #[index]
    indexes: u64,
    columns: u64,
    dump: u64,
    new: u64,
    insert: u64,
    complete: u64,
    descriptor: u64,
    set_version: u64,
    #[version]
    copy: u64,
}

impl Items {
    const DESCRIPTOR: u8 = 1;
    const COPY: u8 = 2;
    const IDENTITIES: u8 = 3;

    #[expect(clippy::new_ret_no_self, reason = "it is what is tested")]
    fn new(new: u64) -> NewItems {
        NewItems {
            key: new,
            fields: 0,
            indexes: 0,
            columns: 0,
            dump: 0,
            new,
            insert: 0,
            complete: 0,
            descriptor: 0,
            set_version: 0,
        }
    }

    fn complete(&self) -> u64 {
        self.key + self.complete
    }

    fn set_version(&mut self, version: u64) {
        self.copy = version + 1;
    }
}

#[test]
fn fields_and_functions_are_called_as_what_is_written() {
    let mut row: Items = completed(Items::new(5));
    assert_eq!((row.key(), row.complete(), row.new), (5, 5, 5));
    row.set_version(6);
    assert_eq!(row.copy, 7);
    Entity::set_version(&mut row, 6);
    assert_eq!(row.copy, 6);
    assert_eq!([Items::DESCRIPTOR, Items::COPY, Items::IDENTITIES], [1, 2, 3]);
    assert_eq!(names::<Items>().len(), 11);
}

mod taken {
    use super::{Deserialize, Entity, Serialize};

    pub(super) struct PlayerFields;
    pub(super) struct NewPlayer;
    pub(super) mod player_fields {}

    #[derive(Entity, Clone, Serialize, Deserialize)]
    #[entity(fields = "PlayerColumns", new = "PlayerDraft")]
    pub(super) struct Player {
        #[key]
        #[identity]
        pub(super) id: u64,
        pub(super) bio: String,
    }
}

#[test]
fn names_that_the_user_has_are_given_way_to() {
    let _ = (taken::PlayerFields, taken::NewPlayer);
    let row: taken::Player = completed(taken::PlayerDraft { bio: "x".to_owned() });
    assert_eq!((row.id, row.bio.as_str()), (1, "x"));
    let filter = |p: taken::PlayerColumns| p.id.eq(1);
    drop(filter(taken::Player::fields()));
}
