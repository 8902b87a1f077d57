//! Every way to merge the steps of two sessions.

use super::action::Action;

/// The merges of two lists of steps: each keeps its order, and there are (a + b)! / (a! b!) of them.
pub(crate) fn merges(
    (one, ones): (u8, &[Action]),
    (other, others): (u8, &[Action]),
) -> impl Iterator<Item = Vec<(u8, Action)>> {
    let n_steps = ones.len() + others.len();
    let n_others = u32::try_from(others.len()).unwrap_or(u32::MAX);
    // a bit for each place: whether the step there is one of the other's
    let all = 0..1_u32 << n_steps;
    all.filter(move |bits| bits.count_ones() == n_others).map(move |bits| {
        let (mut ones, mut others) = (ones.iter(), others.iter());
        let next = (0..n_steps).filter_map(|place| match bits >> place & 1 {
            0 => ones.next().map(|action| (one, *action)),
            _ => others.next().map(|action| (other, *action)),
        });
        next.collect()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Action, merges};

    #[test]
    fn each_merge_is_there_once_and_keeps_both_orders() {
        let (one, other) =
            ([Action::Begin, Action::Get(1), Action::Commit], [Action::Begin, Action::Rollback]);
        let all: Vec<_> = merges((1, &one), (2, &other)).collect();
        assert_eq!(all.len(), 10);
        let texts: BTreeSet<String> = all.iter().map(|steps| format!("{steps:?}")).collect();
        assert_eq!(texts.len(), 10);
        for steps in all {
            let of = |session: u8| -> Vec<Action> {
                steps.iter().filter(|(by, _)| *by == session).map(|(_, action)| *action).collect()
            };
            assert_eq!((of(1).as_slice(), of(2).as_slice()), (one.as_slice(), other.as_slice()));
        }
    }
}
