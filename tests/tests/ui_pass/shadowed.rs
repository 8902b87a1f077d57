//! Names that everybody uses, taken by the user.

/// Without a prelude, there are no names to take.
mod bare {
    #![no_implicit_prelude]

    #[derive(::routier::Entity, ::core::clone::Clone, ::serde::Serialize, ::serde::Deserialize)]
    #[entity(index(score, guild))]
    pub(super) struct Player {
        #[key]
        #[identity]
        id: u64,
        #[distinct]
        handle: ::std::string::String,
        score: u32,
        guild: ::core::option::Option<u8>,
        #[index]
        tags: ::std::vec::Vec<u8>,
        #[entity(default(5))]
        level: u8,
        #[index]
        color: Color,
        #[version]
        revision: u64,
    }

    #[derive(::routier::Value, ::core::clone::Clone, ::serde::Serialize, ::serde::Deserialize)]
    pub(super) enum Color {
        Red,
        Green,
    }
}

/// With other things of the same names.
mod taken {
    pub(super) struct Option;
    pub(super) struct Result;
    pub(super) struct Vec;
    pub(super) struct String;
    #[derive(::core::clone::Clone)]
    pub(super) struct Some;
    pub(super) struct None;
    pub(super) struct Ok;
    #[allow(non_camel_case_types)]
    pub(super) struct str;
    pub(super) trait Clone {}
    pub(super) trait From {}
    pub(super) trait Entity {}
    pub(super) trait Single {}
    pub(super) mod std {}
    pub(super) mod core {}
    pub(super) mod routier {}

    #[derive(::routier::Entity, ::core::clone::Clone)]
    #[entity(transient, distinct(text, list))]
    pub(super) struct Player {
        #[key]
        #[identity]
        id: u64,
        text: ::std::string::String,
        list: ::core::option::Option<u8>,
        #[index]
        tags: ::std::vec::Vec<u8>,
        #[entity(default(Some))]
        pub(super) some: Some,
        #[version]
        revision: u64,
        #[index]
        color: Color,
        #[index]
        level: Level,
    }

    #[derive(::routier::Value, ::core::clone::Clone)]
    pub(super) enum Color {
        Some,
        None,
    }

    #[derive(::routier::Value, ::core::clone::Clone)]
    pub(super) struct Level(u8);

    impl NewPlayer {
        pub(super) fn of_nothing() -> Self {
            Self {
                text: ::std::default::Default::default(),
                list: ::std::option::Option::None,
                tags: ::std::vec::Vec::new(),
                some: ::std::option::Option::None,
                color: Color::None,
                level: Level(0),
            }
        }
    }

    /// So that all of them are used.
    pub(super) struct Everything;
    impl Clone for Everything {}
    impl From for Everything {}
    impl Entity for Everything {}
    impl Single for Everything {}
    pub(super) type All = (Option, Result, Vec, String, None, Ok, str);
    pub(super) fn all<T: Clone + From + Entity + Single>() {}
}

/// Called as types of the library and of std are.
mod borrowed {
    use routier::Entity;

    #[derive(Entity, Clone, serde::Serialize, serde::Deserialize)]
    pub(super) struct Option {
        #[key]
        pub(super) id: u64,
        pub(super) value: std::option::Option<u8>,
    }

    #[derive(Entity, Clone, serde::Serialize, serde::Deserialize)]
    pub(super) struct Field {
        #[key]
        #[identity]
        pub(super) id: u64,
        pub(super) value: u8,
    }
}

#[test]
fn without_a_prelude() {
    use routier::Entity;

    assert_eq!(bare::Player::DESCRIPTOR.indexes.len(), 4);
}

#[test]
fn structs_are_called_as_types_of_others() {
    use routier::Entity;

    let row = borrowed::Option { id: 1, value: None };
    assert_eq!((row.key(), row.value), (1, None));
    let row: borrowed::Field = crate::completed(borrowed::NewField { value: 2 });
    assert_eq!((row.id, row.value), (1, 2));
}

#[test]
fn names_may_be_taken() {
    use routier::{Entity, Insert};

    assert_eq!(taken::Player::DESCRIPTOR.collection, "player");
    assert_eq!(size_of::<taken::All>(), 0);
    taken::all::<taken::Everything>();
    let mut fill = routier::entity::Fill::new("player");
    let row = taken::NewPlayer::of_nothing().complete(&mut fill).ok().map(|row| row.some);
    assert!(row.is_none(), "no identity is left");
}
