//! What the processes of one variant measured, brought together.

use crate::operation::Operation;
use crate::options::Variant;
use crate::record::{Allocations, Beside, Record, Space, Times};

/// All that was measured of one variant.
pub(crate) struct Outcome {
    pub(crate) variant: Variant,
    /// Of each operation, the least of each chunk over all rounds.
    pub(crate) times: Vec<Times>,
    /// Of each operation, what each round took.
    pub(crate) rounds: Vec<(String, Vec<f64>)>,
    pub(crate) space: Option<Space>,
    /// The least of all rounds.
    pub(crate) beside: Vec<Beside>,
}

impl Outcome {
    pub(crate) fn new(variant: Variant) -> Self {
        Self { variant, times: Vec::new(), rounds: Vec::new(), space: None, beside: Vec::new() }
    }

    pub(crate) fn add(&mut self, record: Record) {
        for times in record.times {
            let each = times.each();
            match self.rounds.iter_mut().find(|(operation, _)| *operation == times.operation) {
                Some((_, rounds)) => rounds.push(each),
                None => self.rounds.push((times.operation.clone(), vec![each])),
            }
            match self.times.iter_mut().find(|known| known.operation == times.operation) {
                Some(known) => known.keep_least(&times),
                None => self.times.push(times),
            }
        }
        for read in record.beside {
            match self.beside.iter_mut().find(|known| known.operation == read.operation) {
                Some(known) => {
                    known.alone = known.alone.min(read.alone);
                    known.beside = known.beside.min(read.beside);
                    known.elsewhere = known.elsewhere.min(read.elsewhere);
                    known.commits = known.commits.max(read.commits);
                }
                None => self.beside.push(read),
            }
        }
        self.space = record.space.or(self.space.take());
    }

    pub(crate) fn each(&self, operation: Operation) -> Option<f64> {
        self.each_of(operation.name())
    }

    pub(crate) fn each_of(&self, name: &str) -> Option<f64> {
        self.times.iter().find(|times| times.operation == name).map(Times::each)
    }

    pub(crate) fn rounds(&self, operation: Operation) -> Option<&[f64]> {
        let found = self.rounds.iter().find(|(name, _)| name == operation.name())?;
        Some(&found.1)
    }

    /// The median of the ratios of each round, whose processes ran one after the other.
    pub(crate) fn median_ratio(&self, other: &Self, operation: Operation) -> Option<f64> {
        let pairs = self.rounds(operation)?.iter().zip(other.rounds(operation)?);
        let mut ratios: Vec<f64> = pairs.map(|(one, other)| one / other).collect();
        ratios.sort_by(f64::total_cmp);
        ratios.get(ratios.len() / 2).copied()
    }

    pub(crate) fn allocated(&self, operation: Operation) -> Option<&Allocations> {
        let all = &self.space.as_ref()?.allocations;
        all.iter().find(|allocated| allocated.operation == operation.name())
    }
}

/// The faster of the two locks over all operations.
pub(crate) fn baseline(outcomes: &[Outcome]) -> Variant {
    let (Some(one), Some(other)) = (of(outcomes, Variant::Hand), of(outcomes, Variant::HandParkingLot))
    else {
        let parking_lot = of(outcomes, Variant::HandParkingLot).is_some();
        return if parking_lot { Variant::HandParkingLot } else { Variant::Hand };
    };
    let logarithms = Operation::ALL.iter().filter_map(|operation| {
        one.each(*operation).zip(other.each(*operation)).map(|(one, other)| (one / other).ln())
    });
    if logarithms.sum::<f64>() > 0.0 { Variant::HandParkingLot } else { Variant::Hand }
}

/// That of a variant.
pub(crate) fn of(outcomes: &[Outcome], variant: Variant) -> Option<&Outcome> {
    outcomes.iter().find(|outcome| outcome.variant == variant)
}
