//! `gen` is a name like others.
#![deny(warnings, rust_2018_idioms)]

use routier::{Entity, Insert, Value};
use serde::{Deserialize, Serialize};

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
#[entity(distinct(gen, level))]
pub struct Player {
    #[key]
    #[identity]
    pub id: u64,
    #[index]
    pub gen: u8,
    pub r#async: u8,
    #[entity(default({ let gen = 1; gen + 2 }))]
    pub level: u8,
    #[index]
    pub place: Option<crate::Place>,
    #[index]
    pub tags: Vec<String>,
    pub object: Option<Box<Self>>,
    #[version]
    pub revision: u64,
}

#[derive(Value, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(non_camel_case_types)]
pub enum Place {
    Bank,
    gen,
}

#[derive(Value, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    gen: u8,
}

fn main() {
    let new =
        NewPlayer { gen: 1, r#async: 2, level: None, place: Some(Place::gen), tags: vec![], object: None };
    let mut fill = routier::entity::Fill::new("player").with_integers(vec![9]);
    let row: Player = new.complete(&mut fill).unwrap();
    assert_eq!((row.id, row.gen, row.r#async, row.level), (9, 1, 2, 3));
    assert_eq!((row.place, Score { gen: 1 }.gen), (Some(Place::gen), 1));
    let _ = |p: PlayerFields| p.gen.eq(1) & p.place.ne(Place::Bank);
    let names: Vec<&str> = Player::DESCRIPTOR.fields.iter().map(|field| field.name).collect();
    assert_eq!(names[..3], ["id", "gen", "async"]);
}
