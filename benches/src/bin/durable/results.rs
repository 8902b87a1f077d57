//! What all rounds measured.

use crate::floor::Floor;
use crate::kind::Kind;
use crate::measured::Measured;
use crate::operation::Operation;

#[derive(Default)]
pub(crate) struct Results {
    /// Of each round.
    pub(crate) floor: Vec<Floor>,
    measured: Vec<(Kind, Operation, Measured)>,
}

/// Of one operation, or one row.
#[derive(Clone, Copy)]
pub(crate) struct Each {
    pub(crate) nanoseconds: f64,
    pub(crate) processor: f64,
    pub(crate) waits: f64,
}

impl Results {
    pub(crate) fn add(&mut self, kind: Kind, operation: Operation, measured: Measured) {
        self.measured.push((kind, operation, measured));
    }

    pub(crate) fn rounds(&self, kind: Kind, operation: Operation) -> Vec<&Measured> {
        let of_it = self.measured.iter().filter(|(of, what, _)| *of == kind && *what == operation);
        of_it.map(|(_, _, measured)| measured).collect()
    }

    pub(crate) fn each(&self, kind: Kind, operation: Operation) -> Option<Each> {
        each(&self.rounds(kind, operation))
    }
}

/// Of each piece the least of all rounds; of what the machine gave, the least of a round.
pub(crate) fn each(rounds: &[&Measured]) -> Option<Each> {
    let first = rounds.first()?;
    let least_of = |piece: usize| rounds.iter().filter_map(|round| round.pieces.get(piece)).min();
    let nanoseconds: u64 = (0..first.pieces.len()).filter_map(least_of).sum();
    let processor = rounds.iter().map(|round| round.processor).min()?;
    let waits = rounds.iter().map(|round| round.waits).min()?;
    let of_units = |sum: u64| sum as f64 / first.units as f64;
    Some(Each { nanoseconds: of_units(nanoseconds), processor: of_units(processor), waits: of_units(waits) })
}
