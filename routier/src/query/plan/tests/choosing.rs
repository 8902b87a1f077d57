//! What is chosen where it shows in the cost alone, and with filters that no operator makes.

use std::cell::Cell;

use super::{EVERYTHING, all, estimated, planned};
use crate::entity::{Descriptor, Entity, FieldDescriptor, IndexDescriptor};
use crate::env::sync::Arc;
use crate::query::plan::rank::Rank;
use crate::query::plan::set::Set;
use crate::query::plan::{Access, Paths, Range, plan};
use crate::query::predicate::Predicate;
use crate::query::sample::{
    GUILD, HANDLE, ID, JOINED, LEVEL, Member, NAME, OF_GUILD, OF_PLAYER, Player, SCORE, TAGS, of,
};
use crate::value::Datum;
use std::ops::Bound::{Excluded, Included, Unbounded};

const SCORES: u16 = 2;
const NAMES: u16 = 7;

#[test]
fn a_plan_that_may_look_at_everything_is_a_scan() {
    for (asked, is_scan) in [
        (of(all()), false),
        (of(LEVEL.gt(1.0)), true),
        (of(SCORE.ge(5)), false),
        (of(SCORE.ge(5) & LEVEL.gt(1.0)), false),
        (of(ID.eq(5) & LEVEL.gt(1.0)), false),
        (of(all()).by(SCORE.asc()).limit(1), false),
        (of(LEVEL.gt(1.0)).by(SCORE.asc()).limit(1), true),
        (of(ID.ge(5) & LEVEL.gt(1.0)).limit(1), false),
        (of(LEVEL.gt(1.0)).limit(1), true),
    ] {
        let found = planned(asked, Player::DESCRIPTOR);
        assert_eq!(found.is_scan(), is_scan, "{found}");
    }
}

/// Whether the walk in order is taken, and how many estimates that took.
fn walks(limit: u64, entries: usize) -> (bool, usize) {
    let asked = Cell::new(0);
    let estimate = |_: &Access, _: usize| {
        asked.set(asked.get() + 1);
        Some(entries)
    };
    let query = of(SCORE.gt(5) & NAME.eq("ada")).by(SCORE.desc()).limit(limit);
    let found = plan(query.0, Player::DESCRIPTOR, EVERYTHING, &estimate, Arc::new([]));
    (found.is_sorted(), asked.get())
}

#[test]
fn a_long_limit_is_compared_with_what_is_really_there() {
    // Two paths are counted up to 64, 512 and 4,096; a limit of 1,008 is worth 4,096 rows of another order.
    assert_eq!(walks(1_007, 5_000), (true, 6), "more than counted is more than few");
    assert_eq!(walks(1_008, 5_000), (true, 7), "few are as many as were counted: it has to count further");
    assert_eq!(walks(1_008, 4_096), (false, 7));
    assert_eq!(walks(1_008, 4_097), (true, 7));
    assert_eq!(walks(2_000, 100), (false, 4), "what was counted to its end is known");
    assert_eq!(walks(2_000, 8_064), (false, 7));
    assert_eq!(walks(2_000, 8_065), (true, 7));
    // It ends somewhere.
    assert_eq!(walks(9_000, 1_000_000), (false, 7));
}

#[test]
fn what_can_be_one_row_needs_no_order() {
    assert!(planned(of(HANDLE.eq("ada")).by(SCORE.asc()), Player::DESCRIPTOR).is_sorted());
    let mixed = of(HANDLE.eq("ada")).by(SCORE.asc()).by(LEVEL.desc());
    assert!(
        planned(mixed, Player::DESCRIPTOR).is_sorted(),
        "no index has this order, and one row needs none"
    );
    assert!(!planned(of(HANDLE.one_of(["ada", "bob"])).by(SCORE.asc()), Player::DESCRIPTOR).is_sorted());
    let none = Paths { indexes: false, ordered: false };
    let scanned = |asked: super::Asked| plan(asked.0, Player::DESCRIPTOR, none, &|_, _| None, Arc::new([]));
    assert!(scanned(of(ID.eq(7)).by(SCORE.asc())).is_sorted());
    assert!(!scanned(of(ID.gt(7)).by(SCORE.asc())).is_sorted());
}

#[test]
fn a_column_that_stands_twice_decides_once() {
    const INDEXED: &Descriptor = &Descriptor::of::<Member>("Member", "members")
        .with_fields(&[
            FieldDescriptor::declared::<u16>("guild"),
            FieldDescriptor::declared::<u16>("player"),
            FieldDescriptor::declared::<Option<i64>>("joined"),
        ])
        .with_key(&[0, 1])
        .with_indexes(&[IndexDescriptor::ordered(&[0, 2])]);
    let all = || of(crate::query::filter::Filter::<Member>::all());
    for (asked, is_sorted) in [
        (all().by(OF_GUILD.asc()).by(JOINED.asc()), true),
        (all().by(OF_GUILD.asc()).by(JOINED.asc()).by(OF_PLAYER.asc()), true),
        (all().by(OF_GUILD.desc()).by(JOINED.desc()), true),
        (all().by(JOINED.asc()).by(OF_GUILD.asc()), false),
    ] {
        let found = planned(asked.limit(3), INDEXED);
        assert_eq!((found.is_sorted(), found.index().is_some()), (is_sorted, is_sorted), "{found}");
    }
}

#[test]
fn what_no_operator_makes_is_found_by_a_scan() {
    let texts = |texts: &[&str]| texts.iter().map(|text| Datum::Text((*text).into())).collect();
    for (filter, is_scan) in [
        (Predicate::Contains { field: 6, values: texts(&["a", "b"]) }, false),
        (Predicate::Contains { field: 6, values: texts(&["b", "a"]) }, true),
        (Predicate::Contains { field: 6, values: [Datum::UInt(1)].into() }, true),
        (Predicate::OneOf { field: 3, values: [Datum::Int(1), Datum::Int(2)].into() }, false),
        (Predicate::OneOf { field: 3, values: [Datum::Int(2), Datum::Int(1)].into() }, true),
        (Predicate::OneOf { field: 3, values: texts(&["a", "b"]) }, true),
    ] {
        let said = format!("{filter:?}");
        let found = planned(of(crate::query::filter::Filter::<Player>::new(filter)), Player::DESCRIPTOR);
        assert_eq!(found.is_scan(), is_scan, "{said}\n{found}");
    }
    assert!(matches!(Set::Points(vec![Datum::None]).test(2), Predicate::Absent { field: 2 }));
    assert!(matches!(Set::Points(vec![Datum::UInt(1)]).test(2), Predicate::Equal { field: 2, .. }));
}

#[test]
fn lookups_are_not_multiplied_without_end() {
    let n_points = |asked| match planned(asked, Member::DESCRIPTOR).access {
        Access::Keys(keys) => Some(keys.len()),
        _ => None,
    };
    let (few, many) = (0..64_u16, 0..65_u16);
    assert_eq!(n_points(of(OF_GUILD.one_of(few.clone()) & OF_PLAYER.one_of(few.clone()))), Some(4_096));
    assert_eq!(n_points(of(OF_GUILD.one_of(many) & OF_PLAYER.one_of(few))), None);
    assert_eq!(n_points(of(OF_GUILD.eq(1) & OF_PLAYER.one_of(0..5_000_u16))), Some(5_000));
    assert_eq!(n_points(of(OF_GUILD.one_of(0..5_000_u16) & OF_PLAYER.eq(1))), Some(5_000));
}

#[test]
fn paths_stand_in_their_rank() {
    let n = |value| Datum::Int(value);
    let index = |ranges: Vec<Range>| Access::Index { index: SCORES, ranges, descending: false };
    let bounded = || Range::within(vec![n(1)], Included(n(1)), Excluded(n(9)));
    let half = || Range::within(vec![n(1)], Included(n(1)), Unbounded);
    let present = || Range::within(vec![n(1)], Excluded(Datum::None), Unbounded);
    let below = || Range::within(vec![n(1)], Excluded(Datum::None), Excluded(n(9)));
    let ranked = [
        vec![Access::Keys(vec![vec![n(1)]]), Access::Distinct { index: 0, values: vec![vec![n(1)]] }],
        vec![index(vec![Range::of(vec![n(1), n(2)])])],
        vec![index(vec![Range::of(vec![n(1), n(2)]), Range::of(vec![n(1), n(3)])])],
        vec![index(vec![bounded()])],
        vec![index(vec![half()]), index(vec![below()])],
        vec![index(vec![present()])],
        vec![index(vec![Range::of(vec![n(1)])])],
        vec![Access::KeyRange { ranges: vec![Range::of(vec![n(1)])], descending: false }],
        vec![
            index(vec![Range::of(vec![n(1), n(5)]), Range::of(vec![n(2), n(5)])]),
            index(vec![bounded(), Range::within(vec![n(2)], Included(n(1)), Excluded(n(9)))]),
        ],
        vec![index(vec![Range::of(vec![n(1)]), Range::of(vec![n(2)])])],
        vec![index(vec![Range::within(vec![], Included(n(1)), Included(n(2)))])],
        vec![Access::Union(vec![index(vec![bounded()])])],
        vec![Access::Scan],
    ];
    let ranks: Vec<Vec<Rank>> = ranked.iter().map(|equal| equal.iter().map(Rank::of).collect()).collect();
    for (place, equal) in ranks.iter().enumerate() {
        assert!(equal.windows(2).all(|pair| pair[0] == pair[1]), "{:?}", ranked[place]);
        if let Some(worse) = ranks.get(place + 1) {
            assert!(equal[0] < worse[0], "{:?} before {:?}", ranked[place], ranked[place + 1]);
        }
    }
}

#[test]
fn rank_decides_where_the_costs_are_alike() {
    let both = || of(GUILD.eq(1) & NAME.eq("ada"));
    assert_eq!(estimated(both(), &[(NAMES, 3), (1, 3), (3, 3)]).index(), Some(vec!["guild"]));
    let tagged = estimated(of(TAGS.contains("a") & SCORE.gt(1)), &[(5, 3), (SCORES, 3)]);
    assert_eq!(tagged.index(), Some(vec!["tags"]));
}
