//! The entities of these tests.

use routier::{Entity, Filter, Find, Order};
use routier_tests::model::{Operator, Real, Row, Value};
use serde::{Deserialize, Serialize};

use crate::asked::{Asked, Later, Native, Shape, Total, fields, optional};
use crate::rng::Rng;

#[derive(
    routier::Value, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub(crate) enum Rank {
    Private,
    Captain,
    Admiral,
}

const RANKS: [Rank; 3] = [Rank::Private, Rank::Captain, Rank::Admiral];

impl Native for Rank {
    fn native(value: &Value) -> Self {
        match value {
            Value::Int(rank) => RANKS[*rank as usize],
            other => unreachable!("{other:?}"),
        }
    }
    fn model(self) -> Value {
        Value::Int(self as i128)
    }
}

/// One key field; indexes over one field, several, and a list.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "items", index(group, score), index(rank, level, open))]
pub(crate) struct Item {
    #[key]
    pub(crate) id: u64,
    #[distinct]
    pub(crate) label: Option<String>,
    #[index]
    pub(crate) score: i32,
    #[index]
    pub(crate) group: Option<u8>,
    #[index]
    pub(crate) tags: Vec<String>,
    pub(crate) rank: Rank,
    pub(crate) level: f64,
    pub(crate) open: bool,
    pub(crate) note: String,
}

/// A composite key, and a distinct group of which a part may be absent.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "places", distinct(kind, code), index(number, height))]
pub(crate) struct Place {
    #[key]
    pub(crate) region: String,
    #[key]
    pub(crate) number: u32,
    #[index]
    pub(crate) kind: Option<Rank>,
    pub(crate) code: i64,
    #[index]
    pub(crate) height: Option<f64>,
    #[index]
    pub(crate) words: Vec<u16>,
    #[index]
    pub(crate) name: Option<String>,
}

/// An item with nothing but a key.
pub(crate) fn item(id: u64) -> Item {
    Item {
        id,
        label: None,
        score: 0,
        group: None,
        tags: Vec::new(),
        rank: Rank::Private,
        level: 0.0,
        open: false,
        note: String::new(),
    }
}

const TEXTS: &[&str] = &[
    "",
    "a",
    "aa",
    "ab",
    "ab\u{1}",
    "abc",
    "b",
    "ba",
    "ß",
    "z",
    "\u{ffff}",
    "\u{10ffff}",
    "\u{10ffff}\u{10ffff}",
];
const REALS: &[f64] = &[f64::NEG_INFINITY, -1.5, -0.0, 0.0, 0.25, 1.0, 1e300, f64::INFINITY];
const SMALL: &[f64] = &[-1.5, -0.0, 0.0, 0.25, 0.5, 1.0, 2.75];

fn any_text(rng: &mut Rng) -> String {
    (*rng.pick(TEXTS)).to_owned()
}

fn any_whole(rng: &mut Rng, least: i128, greatest: i128) -> i128 {
    match rng.below(12) {
        0 => least,
        1 => greatest,
        _ => i128::from(rng.below(6)),
    }
}

impl Row for Item {
    type Key = u64;
    const DISTINCT: &'static [&'static [usize]] = &[&[1]];

    fn key(&self) -> u64 {
        self.id
    }
    fn value(&self, field: usize) -> Value {
        match field {
            0 => self.id.model(),
            1 => optional(self.label.clone()),
            2 => self.score.model(),
            3 => optional(self.group),
            4 => Value::Many(self.tags.iter().cloned().map(Native::model).collect()),
            5 => self.rank.model(),
            6 => self.level.model(),
            7 => self.open.model(),
            other => unreachable!("{other}"),
        }
    }
}

impl Asked for Item {
    fields! {
        0 id: Number,
        1 label: Text,
        2 score: Number,
        3 group: Number,
        4 tags: List,
        5 rank: Plain,
        6 level: Number,
        7 open: Plain,
    }

    fn any(rng: &mut Rng) -> Self {
        let tags = rng.below(4);
        Self {
            id: [rng.below(24), rng.below(24), u64::MAX][rng.below(3) as usize],
            label: rng.once_in(3).then(|| any_text(rng)),
            score: i32::native(&Self::operand(2, rng)),
            group: (!rng.once_in(3)).then(|| u8::native(&Self::operand(3, rng))),
            tags: (0..tags).map(|_| any_text(rng)).collect(),
            rank: *rng.pick(&RANKS),
            level: *rng.pick(SMALL),
            open: rng.once_in(2),
            note: any_text(rng),
        }
    }
    fn operand(field: usize, rng: &mut Rng) -> Value {
        match field {
            0 => Value::Int(any_whole(rng, 0, u64::MAX.into())),
            1 | 4 => any_text(rng).model(),
            2 => Value::Int(any_whole(rng, i32::MIN.into(), i32::MAX.into())),
            3 => Value::Int(any_whole(rng, 0, u8::MAX.into())),
            5 => rng.pick(&RANKS).model(),
            6 => Value::Real(Real(*rng.pick(REALS))),
            7 => Value::Bool(rng.once_in(2)),
            other => unreachable!("{other}"),
        }
    }
    fn vary(&mut self, by: u64) {
        let mut rng = Rng::new(by);
        let other = Self::any(&mut rng);
        match by % 5 {
            0 => self.score = other.score,
            1 => (self.group, self.tags) = (other.group, other.tags),
            2 => (self.rank, self.level) = (other.rank, other.level),
            3 => self.note = other.note,
            _ => (self.score, self.group, self.open) = (other.score, other.group, !self.open),
        }
    }
    fn forget_distinct(&mut self) {
        self.label = None;
    }
}

impl Row for Place {
    type Key = (String, u32);
    const DISTINCT: &'static [&'static [usize]] = &[&[2, 3]];

    fn key(&self) -> (String, u32) {
        (self.region.clone(), self.number)
    }
    fn value(&self, field: usize) -> Value {
        match field {
            0 => self.region.clone().model(),
            1 => self.number.model(),
            2 => optional(self.kind),
            3 => self.code.model(),
            4 => optional(self.height),
            5 => Value::Many(self.words.iter().map(|word| word.model()).collect()),
            6 => optional(self.name.clone()),
            other => unreachable!("{other}"),
        }
    }
}

impl Asked for Place {
    fields! {
        0 region: Text,
        1 number: Number,
        2 kind: Plain,
        3 code: Number,
        4 height: Number,
        5 words: List,
        6 name: Text,
    }

    fn any(rng: &mut Rng) -> Self {
        let words = rng.below(4);
        Self {
            region: any_text(rng),
            number: u32::native(&Self::operand(1, rng)),
            kind: rng.once_in(2).then(|| *rng.pick(&RANKS)),
            code: i64::native(&Self::operand(3, rng)),
            height: (!rng.once_in(3)).then(|| *rng.pick(SMALL)),
            words: (0..words).map(|_| u16::native(&Self::operand(5, rng))).collect(),
            name: (!rng.once_in(3)).then(|| any_text(rng)),
        }
    }
    fn operand(field: usize, rng: &mut Rng) -> Value {
        match field {
            0 | 6 => any_text(rng).model(),
            1 => Value::Int(any_whole(rng, 0, u32::MAX.into())),
            2 => rng.pick(&RANKS).model(),
            3 => Value::Int(any_whole(rng, i64::MIN.into(), i64::MAX.into())),
            4 => Value::Real(Real(*rng.pick(REALS))),
            5 => Value::Int(any_whole(rng, 0, u16::MAX.into())),
            other => unreachable!("{other}"),
        }
    }
    fn vary(&mut self, by: u64) {
        let mut rng = Rng::new(by);
        let other = Self::any(&mut rng);
        match by % 3 {
            0 => self.height = other.height,
            1 => (self.words, self.name) = (other.words, other.name),
            _ => self.name = other.name,
        }
    }
    fn forget_distinct(&mut self) {
        self.kind = None;
    }
}
