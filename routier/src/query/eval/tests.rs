use std::cmp::Ordering;

use super::{compare, compare_position, matches};
use crate::entity::{AnyRow, Entity};
use crate::query::filter::Filter;
use crate::query::order::OrderTerm;
use crate::query::predicate::{Position, Predicate};
use crate::query::sample::{
    GUILD, HANDLE, ID, LEAGUE, LEVEL, Member, NAME, Player, SCORE, TAGS, league, league_is, player, row,
};
use crate::value::Datum;

/// Ada has everything, and Bob lacks what he may.
fn ada() -> AnyRow {
    row(Player {
        handle: "ada".to_owned(),
        guild: Some(7),
        score: -5,
        league: 1,
        level: -0.0,
        tags: vec!["red".to_owned(), "blue".to_owned()],
        name: Some("Ada Lovelace".to_owned()),
        ..player(1)
    })
}

fn bob() -> AnyRow {
    row(Player { handle: "bob".to_owned(), score: 9, league: 2, level: f64::INFINITY, ..player(2) })
}

/// Filters, and whether Ada and Bob pass them.
#[expect(clippy::reversed_empty_ranges, reason = "an empty range is one of the cases")]
fn passing() -> Vec<(Filter<Player>, bool, bool)> {
    vec![
        (Filter::all(), true, true),
        (Filter::nothing(), false, false),
        (ID.eq(1), true, false),
        (SCORE.lt(9), true, false),
        (SCORE.le(9), true, true),
        (SCORE.gt(-5), false, true),
        (SCORE.ge(-5), true, true),
        (SCORE.between(-5..9), true, false),
        (SCORE.between(..=9), true, true),
        (SCORE.between(9..-5), false, false),
        (SCORE.one_of([9, 1, -5]), true, true),
        (SCORE.one_of(Vec::<i32>::new()), false, false),
        (LEVEL.eq(0.0), true, false),
        (LEVEL.gt(f64::MAX), false, true),
        (league_is(1), true, false),
        (Filter::new(within_league(1)), false, true),
        // Of text, byte by byte.
        (HANDLE.starts_with("a"), true, false),
        (HANDLE.starts_with(""), true, true),
        (HANDLE.lt("aé"), true, false),
        (NAME.starts_with("ada"), false, false),
        (NAME.starts_with(""), true, false),
        // Of an absent value all but `is_none` and `ne` are false, and `!` is plain negation.
        (GUILD.eq(7), true, false),
        (GUILD.ne(7), false, true),
        (!GUILD.eq(7), false, true),
        (GUILD.lt(8), true, false),
        (GUILD.ge(0), true, false),
        (!GUILD.ge(0), false, true),
        (GUILD.between::<u32, _>(..), true, false),
        (GUILD.one_of([7]), true, false),
        (!GUILD.one_of([7]), false, true),
        (!NAME.starts_with("A"), false, true),
        (GUILD.is_none(), false, true),
        (GUILD.is_some(), true, false),
        // Of lists.
        (TAGS.contains("red"), true, false),
        (TAGS.contains("re"), false, false),
        (TAGS.contains_any(["green", "blue"]), true, false),
        (TAGS.contains_any(Vec::<&str>::new()), false, false),
        (!TAGS.contains("green"), true, true),
        (TAGS.is_empty(), false, true),
        // Combined.
        (GUILD.is_none() | SCORE.lt(0), true, true),
        (GUILD.is_none() & SCORE.lt(0), false, false),
        (!(GUILD.is_none() & SCORE.lt(0)), true, true),
        (!(GUILD.is_none() | SCORE.lt(0)), false, false),
    ]
}

fn within_league(below: u32) -> Predicate {
    use std::ops::Bound::{Excluded, Unbounded};
    Predicate::Within { field: LEAGUE, low: Excluded(league(below)), high: Unbounded }
}

#[test]
fn filters_are_two_valued() {
    for (filter, ada_passes, bob_passes) in passing() {
        assert_eq!(matches(&filter.predicate, &ada()), ada_passes, "Ada, {filter:?}");
        assert_eq!(matches(&filter.predicate, &bob()), bob_passes, "Bob, {filter:?}");
        let opposite = !filter;
        assert_eq!(matches(&opposite.predicate, &ada()), !ada_passes, "Ada, {opposite:?}");
        assert_eq!(matches(&opposite.predicate, &bob()), !bob_passes, "Bob, {opposite:?}");
    }
}

fn by(fields: &[(u16, bool)]) -> Vec<OrderTerm> {
    fields.iter().map(|(field, descending)| OrderTerm { field: *field, descending: *descending }).collect()
}

#[test]
fn rows_are_ordered_by_values_then_by_key() {
    const ASC: bool = false;
    const DESC: bool = true;
    let (guild, score, league, level, name) =
        (GUILD.number(), SCORE.number(), LEAGUE, LEVEL.number(), NAME.number());
    for (order, expected) in [
        (vec![], Ordering::Less),
        (vec![(guild, ASC)], Ordering::Greater),
        (vec![(guild, DESC)], Ordering::Less),
        (vec![(name, ASC)], Ordering::Greater),
        (vec![(score, ASC)], Ordering::Less),
        (vec![(league, DESC)], Ordering::Greater),
        (vec![(level, ASC)], Ordering::Less),
        (vec![(7, ASC)], Ordering::Less),
        (vec![(7, DESC)], Ordering::Greater),
        (vec![(7, DESC), (8, ASC)], Ordering::Less),
        (vec![(7, ASC), (score, DESC)], Ordering::Greater),
    ] {
        let order = by(&order);
        let (ada, bob) = (ada(), bob());
        assert_eq!(compare(&ada, &bob, &order, Player::DESCRIPTOR), expected, "{order:?}");
        assert_eq!(compare(&bob, &ada, &order, Player::DESCRIPTOR), expected.reverse(), "{order:?}");
        assert_eq!(compare(&ada, &ada, &order, Player::DESCRIPTOR), Ordering::Equal);
        let place = Position {
            values: order.iter().map(|term| bob.read(term.field).to_datum()).collect(),
            key: vec![Datum::UInt(2)],
        };
        assert_eq!(compare_position(&ada, &place, &order, Player::DESCRIPTOR), expected);
        assert_eq!(compare_position(&bob, &place, &order, Player::DESCRIPTOR), Ordering::Equal);
    }
}

#[test]
fn parts_of_a_key_are_ordered_one_after_the_other() {
    let member = |guild, player| row(Member { guild, player, joined: None });
    let order = by(&[(2, true)]);
    let compare = |one: AnyRow, other: AnyRow| compare(&one, &other, &order, Member::DESCRIPTOR);
    assert_eq!(compare(member(1, 9), member(2, 3)), Ordering::Greater);
    assert_eq!(compare(member(2, 9), member(2, 3)), Ordering::Less);
}
