//! There is no `::routier` here.
#![deny(warnings)]

use db::{Entity, Insert, Value};
use serde::{Deserialize, Serialize};

#[derive(Entity, Clone, Debug, Serialize, Deserialize)]
#[entity(crate = "::db", distinct(name, place))]
struct Player {
    #[key]
    #[identity]
    id: u64,
    name: String,
    #[index]
    place: Place,
    #[index]
    score: Score,
    #[entity(default(3))]
    level: u8,
    #[version]
    revision: u64,
}

#[derive(Value, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[value(crate = "::db")]
enum Place {
    Bank,
    Hand,
}

#[derive(Value, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[value(crate = "db")]
struct Score(u32);

fn main() {
    let new = NewPlayer { name: "x".to_owned(), place: Place::Hand, score: Score(2), level: None };
    let row: Player = new.complete(&mut db::entity::Fill::new("player").with_integers([9])).unwrap();
    assert_eq!((row.id, row.level, row.revision, row.name.as_str()), (9, 3, 0, "x"));
    assert_eq!((row.place, row.score), (Place::Hand, Score(2)));
    let filter = |p: PlayerFields| p.place.eq(Place::Bank) & p.score.ge(Score(1));
    drop(filter(Player::fields()));
}
