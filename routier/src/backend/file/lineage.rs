//! Which openings the history has, and how far each of them went.
//!
//! A token names its opening. Two openings of copies of one directory must not have the same name, or a token of one
//! would be taken for a place in the other: so names grow by a random step.

use std::collections::BTreeMap;

use crate::env::Env;
use crate::journal::record::Head;
use crate::journal::replay::Segment;

/// The openings that there have been.
#[derive(Debug, Default)]
pub(super) struct Lineage {
    /// The last number of each opening of which there is a file.
    known: BTreeMap<u64, u64>,
    /// What the oldest of these files says of what came before it.
    oldest: Option<Head>,
}

impl Lineage {
    pub(super) fn of<'a>(segments: impl IntoIterator<Item = &'a Segment>) -> Self {
        let mut lineage = Self::default();
        for segment in segments {
            let last = segment.head.first.max(segment.reached().number);
            lineage.known.insert(segment.head.epoch, last);
            lineage.oldest.get_or_insert_with(|| segment.head.clone());
        }
        lineage
    }

    /// The name of the next opening.
    pub(super) fn next(&self) -> u64 {
        let step = 1 + u64::from(Env::system().ids.random() as u32);
        self.known.last_key_value().map_or(0, |(epoch, _)| *epoch).saturating_add(step)
    }

    /// Whether there has been such an opening, and it went as far as this number.
    pub(super) fn is_of(&self, epoch: u64, number: u64) -> bool {
        if let Some(last) = self.known.get(&epoch) {
            return number <= *last;
        }
        // Of openings whose files are gone only that is known from which the oldest file goes on: its last commit, and
        // the number behind which it began, which is what a store shows before its first commit.
        let before = self.oldest.as_ref().filter(|oldest| epoch < oldest.epoch);
        before.is_some_and(|oldest| number <= oldest.after || number == oldest.first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(epoch: u64, after: u64, first: u64) -> Segment {
        let head = Head { format: 1, store: "5a".to_owned(), epoch, after, first, done: 0 };
        Segment { head, commits: Vec::new(), reserves: Vec::new(), end: None, len: 0, torn: 0 }
    }

    #[test]
    fn what_was_reached_is_known_by_opening() {
        let lineage = Lineage::of(&[segment(5, 10, 12), segment(9, 12, 20), segment(9, 30, 30)]);
        let table = [
            // of openings of which there is a file
            (5, 12, true),
            (5, 13, false),
            (9, 12, true),
            (9, 30, true),
            (9, 31, false),
            // of older ones
            (3, 10, true),
            (3, 11, false),
            (3, 12, true),
            (3, 13, false),
            // of none
            (6, 1, false),
            (10, 1, false),
        ];
        for (epoch, number, expected) in table {
            assert_eq!(lineage.is_of(epoch, number), expected, "{epoch}, {number}");
        }
        assert!(!Lineage::default().is_of(0, 0));
    }

    #[test]
    fn two_openings_of_one_copy_have_two_names() {
        let lineage = Lineage::of(&[segment(5, 10, 12)]);
        let names = [lineage.next(), lineage.next(), lineage.next()];
        assert!(names.iter().all(|name| *name > 5), "{names:?}");
        assert!(names[0] != names[1] && names[1] != names[2], "{names:?}");
    }
}
