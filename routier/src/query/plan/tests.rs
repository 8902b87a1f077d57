//! Plans of the sample entities: what is chosen, as people read it, against `cases.txt`.

use std::fmt::Write as _;

use super::{Paths, Plan, plan};
use crate::entity::{Descriptor, Entity};
use crate::env::sync::Arc;
use crate::query::filter::Filter;
use crate::query::predicate::Predicate;
use crate::query::sample::{
    Asked, GUILD, HANDLE, ID, JOINED, LEVEL, Member, NAME, OF_GUILD, OF_PLAYER, Player, REALM, SCORE, SLOT,
    TAGS, league, league_is, of,
};

const EVERYTHING: Paths = Paths { indexes: true, ordered: true };

fn planned(asked: Asked, descriptor: &'static Descriptor) -> Plan {
    plan(asked.0, descriptor, EVERYTHING, &|_| None, Arc::new([]))
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
