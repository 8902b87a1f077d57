//! The rows, and the order in which they are asked for. The same in every process.

use std::ops::Range;

use routier::Entity;
use serde::{Deserialize, Serialize};

use crate::zipf::Zipf;

/// How many ages there are.
pub(crate) const AGES: u32 = 1_000;
/// How many cities there are.
const CITIES: u64 = 100;
/// How far an update moves an age.
const STEP: u32 = 389;

/// The row of every variant.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct User {
    #[key]
    pub(crate) id: u64,
    #[distinct]
    pub(crate) email: String,
    pub(crate) name: String,
    #[index]
    pub(crate) age: u32,
    pub(crate) city: String,
}

impl User {
    /// The row with this number: ids are random and differ.
    pub(crate) fn nth(number: u64) -> Self {
        Self {
            id: id_of(number),
            email: email_of(number),
            name: format!("User Number {number}"),
            age: age_of(number),
            city: format!("City {:02}", mixed(number ^ 0xC17_1E5) % CITIES),
        }
    }

    /// What an update does.
    pub(crate) fn grow_older(&mut self) {
        self.age = Self::older(self.age);
    }

    /// The age after an update.
    pub(crate) fn older(age: u32) -> u32 {
        (age + STEP) % AGES
    }

    /// The heap bytes of the entity itself.
    pub(crate) fn bytes(&self) -> usize {
        size_of::<Self>() + self.email.capacity() + self.name.capacity() + self.city.capacity()
    }
}

/// The city that a scan looks for: one row in a hundred is there.
pub(crate) const CITY: &str = "City 42";

pub(crate) fn id_of(number: u64) -> u64 {
    mixed(number)
}

pub(crate) fn email_of(number: u64) -> String {
    format!("user.{number}@example.org")
}

pub(crate) fn age_of(number: u64) -> u32 {
    (mixed(number ^ 0xA6E5) % u64::from(AGES)) as u32
}

/// The ages of a range are this many.
pub(crate) const SPAN: u32 = 10;

/// What is asked for, in random order.
pub(crate) struct Probes {
    /// Ids, some several times.
    pub(crate) ids: Vec<u64>,
    /// The emails of the same rows.
    pub(crate) emails: Vec<String>,
    /// Different ids.
    pub(crate) updates: Vec<u64>,
    pub(crate) ages: Vec<u32>,
    /// How many rows have each age, before any update.
    histogram: Vec<u64>,
    pub(crate) in_city: u64,
    /// Of a hundred steps, 5 write.
    pub(crate) mixed_95: Vec<Step>,
    /// Of two steps, one writes.
    pub(crate) mixed_50: Vec<Step>,
}

/// A step of mixed work, and the id of its row.
pub(crate) enum Step {
    Get(u64),
    Modify(u64),
}

impl Probes {
    pub(crate) fn new(rows: u64) -> Self {
        let mut random = Random(0x5EED);
        let picked: Vec<u64> = (0..100_000).map(|_| random.below(rows)).collect();
        let mut shuffled = shuffled(rows, &mut random);
        let mixed = [5, 50].map(|writes| steps(&shuffled, writes));
        let [mixed_95, mixed_50] = mixed;
        shuffled.truncate(40_000.min(shuffled.len()));
        let mut histogram = vec![0; AGES as usize];
        for number in 0..rows {
            histogram[age_of(number) as usize] += 1;
        }
        Self {
            emails: picked.iter().map(|number| email_of(*number)).collect(),
            ids: picked.into_iter().map(id_of).collect(),
            updates: shuffled,
            ages: (0..1_000).map(|_| random.below(u64::from(AGES - SPAN)) as u32).collect(),
            histogram,
            in_city: (0..rows).filter(|number| User::nth(*number).city == CITY).count() as u64,
            mixed_95,
            mixed_50,
        }
    }

    /// Ids that differ, for transactions.
    pub(crate) fn in_transactions(&self) -> &[u64] {
        let some = if self.updates.len() < 10_000 { 1_000 } else { 10_000 };
        &self.updates[..some]
    }

    /// How many rows have an age in this range.
    pub(crate) fn rows_between(&self, ages: Range<u32>) -> u64 {
        self.histogram[ages.start as usize..ages.end as usize].iter().sum()
    }
}

/// All ids in random order.
fn shuffled(rows: u64, random: &mut Random) -> Vec<u64> {
    let mut ids: Vec<u64> = (0..rows).map(id_of).collect();
    for place in (1..ids.len()).rev() {
        ids.swap(place, random.below(place as u64 + 1) as usize);
    }
    ids
}

/// The ids stand in random order, so that those asked for most do not stand together in anybody's memory.
fn steps(ids: &[u64], writes_in_hundred: u64) -> Vec<Step> {
    let (zipf, mut random) = (Zipf::new(ids.len() as u64), Random(0x000B_EA75));
    let mut step = || {
        let id = ids[zipf.rank(&mut random) as usize];
        if random.below(100) < writes_in_hundred { Step::Modify(id) } else { Step::Get(id) }
    };
    (0..40_000).map(|_| step()).collect()
}

/// SplitMix64: a small generator, and one to one.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(1);
        mixed(self.0)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// From 0 on, below 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
