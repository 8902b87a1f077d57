//! Random rows and random queries.

use std::collections::BTreeSet;
use std::ops::Bound;

use super::position;
use crate::entity::{AnyRow, Descriptor};
use crate::env::sync::Arc;
use crate::query::order::{OrderTerm, Terms};
use crate::query::predicate::{Predicate, Query, ScanFn};
use crate::query::sample::{Member, Player, league, row};
use crate::value::{Datum, DatumRef};

/// SplitMix64, by Sebastiano Vigna: <https://prng.di.unimi.it/splitmix64.c>.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    pub(super) fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }

    fn word(&mut self) -> String {
        let length = self.below(4);
        (0..length).map(|_| ["a", "b", "\u{D7FF}", "\u{10FFFF}"][self.below(4) as usize]).collect()
    }
}

pub(super) fn players(random: &mut Random) -> Vec<AnyRow> {
    let count = random.below(40) as u32;
    let rows = (0..count).map(|id| Player {
        id,
        handle: format!("{}{id}", random.word()),
        guild: (!random.one_in(3)).then(|| random.below(3) as u32),
        score: random.below(8) as i32 - 4,
        league: random.below(3) as u32,
        level: [-0.0, 0.0, 1.5, -2.0, f64::INFINITY][random.below(5) as usize],
        tags: (0..random.below(4)).map(|_| random.word()).collect(),
        realm: random.below(2) as u8,
        slot: (!random.one_in(2)).then(|| random.below(3) as u8),
        name: (!random.one_in(3)).then(|| random.word()),
        bio: String::new(),
    });
    rows.map(row).collect()
}

pub(super) fn members(random: &mut Random) -> Vec<AnyRow> {
    let keys: BTreeSet<(u16, u16)> =
        (0..random.below(30)).map(|_| (random.below(4) as u16, random.below(4) as u16)).collect();
    let rows = keys.into_iter().map(|(guild, player)| Member {
        guild,
        player,
        joined: (!random.one_in(3)).then(|| random.below(4) as i64),
    });
    rows.map(row).collect()
}

/// A value for a field: of its type, most of the time.
fn value(random: &mut Random, field: u16, descriptor: &Descriptor) -> Datum {
    if random.one_in(40) {
        return Datum::None;
    }
    let field = if random.one_in(40) { random.below(descriptor.fields.len() as u64) as u16 } else { field };
    let number = random.below(9);
    match (descriptor.entity, field) {
        ("Member", 2) => Datum::Int(number as i64 - 1),
        ("Member", _) => Datum::UInt(number),
        (_, 0) => Datum::UInt(number * 3),
        (_, 1) => Datum::Text(format!("{}{number}", random.word()).into()),
        (_, 2 | 7 | 8) => Datum::UInt(number / 2),
        (_, 3) => Datum::Int(number as i64 - 5),
        (_, 4) => league(number as u32 % 3),
        (_, 5) => Datum::Float([0.0, -0.0, 1.5, -2.0, 7.0, f64::NEG_INFINITY][number as usize % 6]),
        _ => Datum::Text(random.word().into()),
    }
}

fn values(random: &mut Random, field: u16, descriptor: &Descriptor) -> Arc<[Datum]> {
    let count = random.below(4);
    let values: BTreeSet<Datum> = (0..count).map(|_| value(random, field, descriptor)).collect();
    values.into_iter().collect()
}

fn bound(random: &mut Random, field: u16, descriptor: &Descriptor) -> Bound<Datum> {
    match random.below(3) {
        0 => Bound::Unbounded,
        1 => Bound::Included(value(random, field, descriptor)),
        _ => Bound::Excluded(value(random, field, descriptor)),
    }
}

/// A test of one of the fields, or now and then of any: tests of the same field have to meet each other.
fn leaf(random: &mut Random, fields: &[u16], descriptor: &Descriptor) -> Predicate {
    let field = match random.below(8) {
        0 => random.below(descriptor.fields.len() as u64) as u16,
        _ => fields[random.below(fields.len() as u64) as usize],
    };
    match random.below(24) {
        0..7 => Predicate::Equal { field, value: value(random, field, descriptor) },
        7..13 => {
            let (low, high) = (bound(random, field, descriptor), bound(random, field, descriptor));
            Predicate::Within { field, low, high }
        }
        13..16 => Predicate::OneOf { field, values: values(random, field, descriptor) },
        16..18 => Predicate::Absent { field },
        18..20 => Predicate::StartsWith { field, prefix: random.word().into() },
        20 => Predicate::Contains { field: 6, values: values(random, 6, descriptor) },
        21 => Predicate::Empty { field },
        22 => Predicate::Scan(ScanFn(Arc::new(|row| !matches!(row.read(0), DatumRef::UInt(0..5))))),
        _ => [Predicate::All, Predicate::Nothing, Predicate::TooDeep][random.below(3) as usize].clone(),
    }
}

fn predicate(random: &mut Random, depth: u64, fields: &[u16], descriptor: &Descriptor) -> Predicate {
    if depth == 0 || random.one_in(4) {
        return leaf(random, fields, descriptor);
    }
    let count = random.below(4);
    let parts =
        |random: &mut Random| (0..count).map(|_| predicate(random, depth - 1, fields, descriptor)).collect();
    match random.below(5) {
        0 | 1 => Predicate::And(parts(random)),
        2 | 3 => Predicate::Or(parts(random)),
        _ => Predicate::Not(Box::new(predicate(random, depth - 1, fields, descriptor))),
    }
}

pub(super) fn query(random: &mut Random, rows: &[AnyRow], descriptor: &Descriptor) -> Query {
    let single = |field: &u16| descriptor.field(*field).is_some_and(|it| it.ty.is_some() && !it.many);
    let fields: Vec<u16> = (0..descriptor.fields.len() as u16).filter(single).collect();
    // Fields of one index are tested together often, since they are what paths are made of.
    let index = descriptor.indexes[random.below(descriptor.indexes.len() as u64) as usize];
    let tested: Vec<u16> = match random.below(3) {
        0 => [index.fields, descriptor.key].concat(),
        1 => index.fields.to_vec(),
        _ => (0..3).map(|_| random.below(descriptor.fields.len() as u64) as u16).collect(),
    };
    let depth = random.below(4) + 1;
    let same_way = random.one_in(2);
    let order: Terms = (0..random.below(4))
        .map(|_| OrderTerm {
            field: fields[random.below(fields.len() as u64) as usize],
            descending: if same_way { true } else { random.one_in(2) },
        })
        .collect();
    let after = match rows.len() as u64 {
        0 => None,
        count if random.one_in(2) => Some(position(&rows[random.below(count) as usize], &order)),
        _ => None,
    };
    Query {
        filter: predicate(random, depth, &tested, descriptor),
        offset: random.below(4),
        limit: random.one_in(2).then(|| random.below(12)),
        unordered: random.one_in(5),
        order,
        after: after.map(Arc::new),
    }
}
