//! Paths begin at the root of the crate, `gen` is a name like others, and what became a keyword since is written raw.
#![deny(warnings)]

extern crate routier;
extern crate serde;

mod inner {
    use routier::Entity;
    use serde::{Deserialize, Serialize};

    #[derive(Entity, Clone, Debug, Serialize, Deserialize)]
    #[entity(index(r#async, r#try), distinct(r#dyn, gen))]
    pub struct Player {
        #[key]
        #[identity]
        pub id: u64,
        pub r#async: u8,
        pub r#try: u8,
        pub r#dyn: u8,
        pub gen: u8,
        #[index]
        pub r#await: Option<u8>,
        #[entity(default({ let r#async = 1; r#async + 2 }))]
        pub level: u8,
        pub place: ::Place,
        #[index]
        pub tags: ::std::vec::Vec<::std::string::String>,
        pub object: Option<Box<Player>>,
        #[version]
        pub revision: u64,
    }
}

#[derive(routier::Value, Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Place {
    Bank,
    Hand,
}

#[derive(routier::Value, Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Score {
    r#async: u8,
}

fn main() {
    use inner::{NewPlayer, Player, PlayerFields};
    use routier::{Entity, Insert};

    let new = NewPlayer {
        r#async: 1,
        r#try: 2,
        r#dyn: 3,
        gen: 4,
        r#await: None,
        level: None,
        place: Place::Hand,
        tags: vec![],
        object: None,
    };
    let mut fill = routier::entity::Fill::new("player").with_integers([9]);
    let row: Player = new.complete(&mut fill).unwrap();
    assert_eq!((row.id, row.r#async, row.r#try, row.r#dyn, row.gen, row.level), (9, 1, 2, 3, 4, 3));
    assert_eq!(row.place, Place::Hand);
    let _ = |p: PlayerFields| p.r#async.eq(1) & p.r#await.is_none();
    let names: Vec<&str> = Player::DESCRIPTOR.fields.iter().map(|field| field.name).collect();
    assert_eq!(names[1..5], ["async", "try", "dyn", "gen"]);
    assert!(Place::Bank != Place::Hand && Score { r#async: 1 }.r#async == 1);
}
