//! Plans of the sample entities: what is chosen, as people read it, against `cases.txt`.

mod choosing;
mod directly;

use std::cell::Cell;
use std::fmt::Write as _;

use super::{Access, Paths, Plan, Range, plan};
use crate::entity::{Descriptor, Entity};
use crate::env::sync::Arc;
use crate::query::filter::Filter;
use crate::query::predicate::{Position, Predicate, Query};
use crate::query::sample::{
    Asked, GUILD, HANDLE, ID, JOINED, LEVEL, Member, NAME, OF_GUILD, OF_PLAYER, Player, REALM, SCORE, SLOT,
    TAGS, league, league_is, of,
};
use crate::value::Datum;

const EVERYTHING: Paths = Paths { indexes: true, ordered: true };

fn planned(asked: Asked, descriptor: &'static Descriptor) -> Plan {
    plan(asked.0, descriptor, EVERYTHING, &|_, _| None, Arc::new([]))
}

fn all() -> Filter<Player> {
    Filter::all()
}

fn by_key() -> Vec<(&'static str, Asked)> {
    vec![
        ("everything", of(all())),
        ("nothing", of(Filter::<Player>::nothing())),
        ("limit 0", of(all()).limit(0)),
        ("key", of(ID.eq(7))),
        ("two keys at once", of(ID.eq(7) & ID.eq(8))),
        ("one of some keys", of(ID.one_of([9, 3, 3, 5]))),
        ("one of some keys, backwards", of(ID.one_of([9, 3, 5])).by(ID.desc())),
        ("one of some keys by score", of(ID.one_of([9, 3, 5])).by(SCORE.asc()).limit(1)),
        ("no keys", of(ID.one_of(Vec::<u32>::new()))),
        ("one of some keys within a range", of(ID.one_of([1, 5, 9]) & ID.between(2..9))),
        ("a range of keys", of(ID.between(5..10)).limit(3)),
        ("keys and ranges of keys", of(ID.eq(3) | ID.ge(10) | ID.between(4..=5) | ID.eq(12))),
        ("key and a test", of(ID.eq(7) & SCORE.gt(3))),
        ("any row", of(all()).limit(1).unordered()),
        ("first row", of(all()).limit(1)),
        ("last row", of(all()).by(ID.desc()).limit(1)),
    ]
}

fn by_index() -> Vec<(&'static str, Asked)> {
    vec![
        ("distinct", of(HANDLE.eq("ada"))),
        ("one of some distinct", of(HANDLE.one_of(["bob", "ada"])).by(HANDLE.desc())),
        ("distinct group", of(REALM.eq(1) & SLOT.one_of([2, 3]))),
        ("distinct group without a value", of(REALM.eq(1) & SLOT.is_none())),
        ("part of a distinct group", of(REALM.eq(1))),
        ("range of a distinct field", of(HANDLE.starts_with("a")).by(HANDLE.asc())),
        ("equality", of(SCORE.eq(5))),
        ("not equal", of(SCORE.ne(5))),
        ("range", of(SCORE.ge(5) & SCORE.lt(10))),
        ("empty range", of(SCORE.gt(10) & SCORE.lt(10))),
        ("range down to a point", of(SCORE.ge(10) & SCORE.le(10))),
        ("below, of a field that may be absent", of(GUILD.lt(5))),
        ("above, of a field that may be absent", of(GUILD.gt(5))),
        ("not above, of a field that may be absent", of(!GUILD.gt(5))),
        ("not within, of a field that may not be absent", of(!SCORE.between(5..10))),
        ("absent", of(GUILD.is_none())),
        ("present", of(GUILD.is_some())),
        ("absent and not", of(GUILD.is_none() & GUILD.eq(1))),
        ("absent, of a field that may not be", of(!Filter::<Player>::new(Predicate::Absent { field: 3 }))),
        ("prefix", of(NAME.starts_with("al"))),
        ("empty prefix", of(NAME.starts_with(""))),
        ("prefix within a range", of(NAME.starts_with("al") & NAME.gt("alice"))),
        ("last prefix of all", of(NAME.starts_with("\u{10FFFF}"))),
        ("not prefix", of(!NAME.starts_with("al"))),
        ("enum", of(league_is(1))),
        ("composite", of(GUILD.eq(1) & SCORE.eq(5))),
        ("composite prefix and range", of(GUILD.eq(1) & SCORE.ge(5))),
        ("composite with several prefixes", of(GUILD.one_of([2, 1]) & SCORE.between(5..=6) & LEVEL.gt(0.5))),
        ("composite with an absent prefix", of(GUILD.is_none() & SCORE.ge(5))),
        ("element", of(TAGS.contains("red"))),
        ("elements", of(TAGS.contains_any(["red", "blue"]))),
        ("two elements", of(TAGS.contains("red") & TAGS.contains("blue"))),
        ("either element", of(TAGS.contains("red") | TAGS.contains("blue"))),
        ("element, from the last key", of(TAGS.contains("red") & SCORE.ne(5)).by(ID.desc()).limit(10)),
        ("no elements", of(TAGS.contains_any(Vec::<&str>::new()))),
        ("empty list", of(TAGS.is_empty())),
        (
            "operand of another type",
            of(Filter::<Player>::new(Predicate::Equal { field: 3, value: league(1) })),
        ),
    ]
}

fn by_several() -> Vec<(&'static str, Asked)> {
    vec![
        ("either of one index", of(SCORE.lt(5) | SCORE.gt(10) | SCORE.eq(7) | SCORE.between(11..20))),
        ("either that covers all", of(SCORE.lt(5) | SCORE.ge(5))),
        ("either of two indexes", of(SCORE.lt(5) | NAME.eq("ada"))),
        ("either with a test in an arm", of((SCORE.lt(5) & LEVEL.gt(1.0)) | HANDLE.eq("ada"))),
        ("either with an arm without a path", of(SCORE.lt(5) | LEVEL.gt(1.0))),
        ("either within a prefix", of(GUILD.eq(1) & (SCORE.lt(5) | SCORE.gt(10)))),
        (
            "either within a prefix, and a test",
            of(GUILD.eq(1) & (SCORE.lt(5) | SCORE.gt(10)) & LEVEL.gt(1.0)),
        ),
        (
            "either within a prefix, with a test in an arm",
            of(GUILD.eq(1) & ((SCORE.lt(5) & LEVEL.gt(1.0)) | SCORE.gt(10))),
        ),
        ("either that contradicts", of(SCORE.eq(1) & (SCORE.lt(0) | SCORE.gt(5)))),
        ("not both", of(!(SCORE.ge(5) & GUILD.is_none()))),
        ("neither", of(!(SCORE.ge(5) | GUILD.is_none()))),
        ("both of two indexes", of(SCORE.gt(5) & NAME.eq("ada"))),
    ]
}

fn in_order() -> Vec<(&'static str, Asked)> {
    vec![
        ("order of an index", of(all()).by(SCORE.asc()).limit(10)),
        ("order of an index, backwards", of(all()).by(SCORE.desc()).offset(20).limit(10)),
        ("order of an index, key the other way", of(all()).by(SCORE.asc()).by(ID.desc()).limit(10)),
        ("order of an index, key named", of(all()).by(SCORE.desc()).by(ID.desc()).limit(10)),
        ("order of the key and more", of(all()).by(ID.desc()).by(SCORE.asc()).limit(10)),
        ("order of an index without a limit", of(all()).by(SCORE.asc())),
        ("order of a composite", of(all()).by(GUILD.asc()).by(SCORE.asc()).limit(10)),
        ("order of a composite, mixed", of(all()).by(GUILD.asc()).by(SCORE.desc()).limit(10)),
        ("order of enum and level", of(all()).by_league().by(LEVEL.asc()).limit(10)),
        ("order after an equal column", of(GUILD.eq(1)).by(SCORE.desc()).limit(10)),
        ("order of an equal column", of(GUILD.eq(1)).by(GUILD.desc()).limit(10)),
        ("order within a range", of(SCORE.ge(5)).by(SCORE.desc()).limit(10)),
        ("order without an index", of(all()).by(LEVEL.asc()).limit(10)),
        ("order of another index", of(NAME.eq("ada")).by(SCORE.asc()).limit(10)),
        ("order of a test without a path", of(LEVEL.gt(1.0)).by(SCORE.asc()).limit(10)),
        ("key order of a test without a path", of(LEVEL.gt(1.0))),
        ("key order of a test without a path, limited", of(LEVEL.gt(1.0)).limit(5)),
        ("no order of a test without a path", of(LEVEL.gt(1.0)).limit(5).unordered()),
        ("key order of an equality", of(SCORE.eq(5)).limit(10)),
    ]
}

fn of_members() -> Vec<(&'static str, Asked)> {
    vec![
        ("composite key", of(OF_GUILD.eq(1) & OF_PLAYER.eq(2))),
        ("composite keys", of(OF_GUILD.one_of([1, 2]) & OF_PLAYER.one_of([4, 3]))),
        ("composite key prefix", of(OF_GUILD.eq(1)).limit(10)),
        ("composite key prefix, backwards", of(OF_GUILD.eq(1)).by(OF_PLAYER.desc()).limit(10)),
        ("composite key prefix and range", of(OF_GUILD.eq(1) & OF_PLAYER.gt(2))),
        ("second part of a composite key", of(OF_PLAYER.eq(2))),
        ("index with a part of the key", of(Filter::<Member>::all()).by(JOINED.asc()).by(OF_PLAYER.asc())),
        ("index with a part of the key, fixed", of(OF_PLAYER.eq(3)).by(JOINED.desc()).limit(5)),
    ]
}

/// A plan where the indexes with these numbers have so many entries in whatever range, and the others 1,000.
fn estimated(asked: Asked, entries: &[(u16, usize)]) -> Plan {
    let estimate = |access: &Access, _: usize| {
        let Access::Index { index, .. } = access else { return Some(1_000) };
        entries.iter().find(|(number, _)| number == index).map_or(Some(1_000), |(_, entries)| Some(*entries))
    };
    plan(asked.0, Player::DESCRIPTOR, EVERYTHING, &estimate, Arc::new([]))
}

#[test]
fn the_cheaper_side_is_taken() {
    const SCORES: u16 = 2;
    const NAMES: u16 = 7;
    let both = || of(SCORE.gt(5) & NAME.eq("ada"));
    assert_eq!(estimated(both(), &[(SCORES, 3), (NAMES, 5)]).index(), Some(vec!["score"]));
    assert_eq!(estimated(both(), &[(SCORES, 5), (NAMES, 3)]).index(), Some(vec!["name"]));
    assert_eq!(estimated(both(), &[(SCORES, 3), (NAMES, 3)]).index(), Some(vec!["name"]), "by rank");

    // of long paths too, as far as that is worth counting
    assert_eq!(estimated(both(), &[(SCORES, 700), (NAMES, 3_000)]).index(), Some(vec!["score"]));
    assert_eq!(estimated(both(), &[(SCORES, 4_000), (NAMES, 9_000)]).index(), Some(vec!["score"]));
    assert_eq!(estimated(both(), &[(SCORES, 5_000), (NAMES, 9_000)]).index(), Some(vec!["name"]), "by rank");

    let ordered = || both().by(SCORE.desc()).offset(6).limit(10);
    let few = 4 * 16 + 64;
    assert_eq!(estimated(ordered(), &[(SCORES, 900), (NAMES, few)]).index(), Some(vec!["name"]));
    let walked = estimated(ordered(), &[(SCORES, 900), (NAMES, few + 1)]);
    assert_eq!((walked.index(), walked.is_sorted()), (Some(vec!["score"]), true));
    assert!(walked.access != Access::Index { index: SCORES, ranges: vec![Range::whole()], descending: true });

    // Without a limit all that passes has to be found, and the fewest entries are the best.
    let unlimited = estimated(both().by(SCORE.desc()), &[(SCORES, 900), (NAMES, few + 1)]);
    assert_eq!((unlimited.index(), unlimited.needs_sort()), (Some(vec!["name"]), true));
    // An equality elsewhere gives way to a walk over everything in order, where it has too many rows.
    let page = || of(NAME.eq("ada")).by(SCORE.asc()).limit(1);
    assert_eq!(estimated(page(), &[(NAMES, 68)]).index(), Some(vec!["name"]));
    let walked = estimated(page(), &[(NAMES, 69)]);
    assert_eq!((walked.index(), walked.is_scan()), (Some(vec!["score"]), true));
}

#[test]
fn estimates_are_asked_for_only_where_there_is_a_choice() {
    let asked = Cell::new(0);
    let count = |asked_of: Asked| {
        asked.set(0);
        let estimate = |_: &Access, _: usize| {
            asked.set(asked.get() + 1);
            Some(1)
        };
        plan(asked_of.0, Player::DESCRIPTOR, EVERYTHING, &estimate, Arc::new([]));
        asked.get()
    };
    assert_eq!(count(of(all()).by(SCORE.asc()).limit(10)), 0);
    assert_eq!(count(of(SCORE.ge(5))), 0);
    assert_eq!(count(of(SCORE.ge(5)).by(SCORE.desc()).limit(10)), 0);
    assert_eq!(count(of(ID.eq(5) & HANDLE.eq("ada"))), 0);
    assert_eq!(count(of(SCORE.ge(5) & NAME.eq("ada"))), 2);
    // A filter of any size asks for so many and no more.
    let many = (0..500).map(|n| SCORE.gt(n) & NAME.eq("ada")).reduce(|one, other| one | other);
    assert_eq!(count(of(many.unwrap())), 64);
}

#[test]
fn a_page_begins_where_the_last_one_ended() {
    let text = |text: &str| Datum::Text(text.into());
    let seek = |asked: Asked, values: Vec<Datum>| {
        let after = Some(Arc::new(Position { values, key: vec![Datum::UInt(7)] }));
        let found = planned(Asked(Query { after, ..asked.0 }), Player::DESCRIPTOR).seek?;
        assert_eq!(found.key, [Datum::UInt(7)]);
        Some(found.values.clone())
    };
    let [one, five] = [Datum::UInt(1), Datum::Int(5)];
    assert_eq!(seek(of(all()).limit(2), vec![]), Some(vec![]));
    assert_eq!(seek(of(all()).by(SCORE.desc()).limit(2), vec![five.clone()]), Some(vec![five.clone()]));
    assert_eq!(
        seek(of(GUILD.eq(1)).by(SCORE.asc()).limit(2), vec![five.clone()]),
        Some(vec![one.clone(), five.clone()]),
        "a column that the filter fixes"
    );
    assert_eq!(seek(of(TAGS.contains("red")), vec![]), Some(vec![text("red")]));
    assert_eq!(seek(of(TAGS.contains_any(["red", "blue"])), vec![]), None);
    assert_eq!(seek(of(SCORE.eq(5)), vec![]), Some(vec![five.clone()]));
    assert_eq!(
        seek(of(GUILD.eq(1)).by(GUILD.asc()).limit(2), vec![Datum::UInt(2)]),
        None,
        "a place where no row of the query can be"
    );
    assert_eq!(seek(of(NAME.eq("ada")).by(SCORE.asc()).limit(2), vec![five.clone()]), None, "not in order");
    assert_eq!(seek(of(all()).by(SCORE.asc()), vec![]), None, "a place of another order");
    let [name, id] = [text("ada"), Datum::UInt(7)];
    assert_eq!(seek(of(all()).by(NAME.asc()).by(ID.asc()), vec![name.clone(), id]), Some(vec![name]));
}

#[test]
fn a_storage_without_paths_scans() {
    let without = |asked: Asked, indexes, ordered| {
        plan(asked.0, Player::DESCRIPTOR, Paths { indexes, ordered }, &|_, _| None, Arc::new([]))
    };
    let plan = without(of(ID.eq(7)), false, false);
    assert!(plan.is_scan() && plan.index().is_none());
    let plan = without(of(SCORE.ge(7)).by(SCORE.asc()), true, false);
    assert_eq!((plan.index(), plan.is_sorted()), (Some(vec!["score"]), false));
    let plan = without(of(all()).by(SCORE.asc()).limit(1), true, false);
    assert_eq!((plan.is_scan(), plan.is_sorted()), (true, false));
    let plan = without(of(SCORE.lt(7) & SCORE.gt(7)), false, false);
    assert_eq!(plan.access, Access::Nothing);
}

#[test]
fn plans_are_as_written_down() {
    let players: Vec<_> = [by_key(), by_index(), by_several(), in_order()].into_iter().flatten().collect();
    let mut found = String::new();
    for (asked, descriptor) in [(players, Player::DESCRIPTOR), (of_members(), Member::DESCRIPTOR)] {
        for (name, asked) in asked {
            writeln!(found, "# {name}\n{}\n", planned(asked, descriptor)).unwrap();
        }
    }
    let expected = include_str!("cases.txt");
    // Shown on failure alone: what the file should hold, if the new plans are better.
    println!("{found}");
    for (found, expected) in found.split("\n\n").zip(expected.split("\n\n")) {
        assert_eq!(found, expected);
    }
    assert_eq!(found, expected);
}
