//! The rows that the clauses about queries ask for.

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

use crate::{Entity, Value};

/// An entity whose rows can be changed and put back.
pub(super) trait Sample: Entity<Key = u64> + Clone + PartialEq + Debug {
    /// A row with the same key and other values.
    fn twisted(&self) -> Self;
}

/// Declared in an order that is not that of its names.
#[derive(Value, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Rank {
    Novice,
    Expert,
    Apprentice,
}

/// Fields with an index of their own, with a part of one, and without any: `level`, `alias` and `rank` are declared only
/// by an index that they do not begin.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "query_items", index(group, score), index(open, level, alias, rank))]
pub(super) struct Item {
    #[key]
    pub(super) id: u64,
    #[distinct]
    pub(super) label: Option<String>,
    #[index]
    pub(super) score: i32,
    #[index]
    pub(super) group: Option<u8>,
    #[index]
    pub(super) name: String,
    #[index]
    pub(super) nick: Option<String>,
    #[index]
    pub(super) tags: Vec<String>,
    pub(super) open: bool,
    pub(super) level: i32,
    pub(super) alias: Option<String>,
    pub(super) rank: Rank,
    pub(super) note: String,
}

/// So many rows there are, but for the strangers.
pub(super) const ROWS: usize = 25;

/// The last key that there is: its row stands among the samples.
pub(super) const LAST: u64 = u64::MAX;

const NUMBERS: [i32; 7] = [i32::MIN, -5, 0, 5, 0, 7, i32::MAX];
const TEXTS: [&str; 9] = ["", "a", "ab", "ab\u{1}", "abc", "b", "\u{df}", "\u{ffff}", "\u{10ffff}"];
const LISTS: [&[&str]; 7] = [&[], &["a"], &["a", "b"], &["b", "a", "b"], &["", "ab"], &[], &["c", "c"]];
const GROUPS: [Option<u8>; 7] = [None, Some(0), Some(3), Some(255), Some(3), None, Some(7)];
const RANKS: [Rank; 3] = [Rank::Expert, Rank::Novice, Rank::Apprentice];

/// The rows, in an order of no meaning: every value stands in several of them, and every one that may be absent is so in
/// some.
pub(super) fn samples() -> Vec<Item> {
    (0..ROWS).map(|place| sample(if place == 0 { LAST } else { place as u64 * 37 % 101 }, place)).collect()
}

/// Rows that were there, and are no more.
pub(super) fn strangers() -> Vec<Item> {
    (0..6).map(|place| sample(200 + place as u64, place)).collect()
}

/// The row with this key and the values of this place.
pub(super) fn sample(id: u64, place: usize) -> Item {
    let optional = |place: usize| (place % 4 != 1).then(|| text(place));
    Item {
        id,
        label: (id % 3 != 1).then(|| format!("label {id}")),
        score: pick(&NUMBERS, place * 5),
        group: pick(&GROUPS, place * 2 + place / 7),
        name: text(place * 4),
        nick: optional(place * 7),
        tags: pick(&LISTS, place * 3 + place / 6).iter().map(|tag| (*tag).to_owned()).collect(),
        open: place.is_multiple_of(2),
        level: pick(&NUMBERS, place * 3 + place / 5),
        alias: optional(place * 5 + 2),
        rank: pick(&RANKS, place / 2),
        note: format!("note {}", place % 5),
    }
}

fn text(place: usize) -> String {
    pick(&TEXTS, place).to_owned()
}

/// The value in this place, beginning again behind the last.
pub(super) fn pick<T: Copy, const N: usize>(values: &[T; N], place: usize) -> T {
    let Some(value) = values.get(place % N) else { panic!("there are no values") };
    *value
}

impl Sample for Item {
    fn twisted(&self) -> Self {
        let label = self.label.as_ref().map(|label| format!("{label}, before"));
        Self { label, ..sample(self.id, self.name.len() + usize::from(self.open) + 3) }
    }
}
