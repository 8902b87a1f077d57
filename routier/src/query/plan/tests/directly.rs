//! Which queries need no plan: as many as possible, since nothing but the time they take shows that one does.

use std::ops::Bound;

use super::super::Direct;
use crate::entity::Entity;
use crate::env::sync::Arc;
use crate::query::filter::Filter;
use crate::query::predicate::{Position, Predicate};
use crate::query::sample::{Asked, GUILD, HANDLE, ID, LEVEL, NAME, Player, SCORE, TAGS, of};
use crate::value::Datum;

fn within(field: u16, low: Bound<Datum>, high: Bound<Datum>) -> Asked {
    let mut asked = of(Filter::<Player>::all());
    asked.0.filter = Predicate::Within { field, low, high };
    asked
}

fn behind(mut asked: Asked, values: Vec<Datum>) -> Asked {
    asked.0.after = Some(Arc::new(Position { values, key: vec![Datum::UInt(7)] }));
    asked
}

/// `plan`, or which index is walked and from where to where, and `<` for backwards.
fn direct(asked: &Asked) -> String {
    Direct::of(&asked.0, Player::DESCRIPTOR).map_or_else(
        || "plan".to_owned(),
        |direct| {
            let sign = if direct.descending { " <" } else { "" };
            format!("{} {:?} {:?}{sign}", direct.index, direct.low.cloned(), direct.high.cloned())
        },
    )
}

#[test]
fn one_range_of_one_index_needs_no_plan() {
    let all = || of(Filter::<Player>::all());
    let five = || Bound::Included(Datum::Int(5));
    let cases = [
        ("all by an index", all().by(SCORE.asc()), "2 Unbounded Unbounded"),
        ("all by an index, backwards", all().by(SCORE.desc()), "2 Unbounded Unbounded <"),
        ("all by an index that may be absent", all().by(GUILD.asc()), "1 Unbounded Unbounded"),
        ("all behind a place", behind(all().by(SCORE.asc()), vec![Datum::Int(5)]), "2 Unbounded Unbounded"),
        ("one value", of(SCORE.eq(5)), "2 Included(5) Included(5)"),
        ("one value in its order", of(SCORE.eq(5)).by(SCORE.desc()), "2 Included(5) Included(5) <"),
        ("a range in its order", of(SCORE.ge(5)).by(SCORE.asc()), "2 Included(5) Unbounded"),
        ("a range of one value", within(3, five(), five()), "2 Included(5) Included(5)"),
        ("a range of what may be absent", of(GUILD.lt(5)).by(GUILD.asc()), "1 Excluded(None) Excluded(5)"),
        ("a text", of(NAME.eq("x")), "7 Included(\"x\") Included(\"x\")"),
        ("all by key", all(), "plan"),
        ("all by the key's field", all().by(ID.asc()), "plan"),
        ("all by a distinct field", all().by(HANDLE.asc()), "plan"),
        ("all by the second field of an index", all().by(LEVEL.asc()), "plan"),
        ("all by two fields", all().by(GUILD.asc()).by(SCORE.asc()), "plan"),
        ("a range by key", of(SCORE.ge(5)), "plan"),
        (
            "an empty range by key",
            within(3, Bound::Excluded(Datum::Int(5)), Bound::Excluded(Datum::Int(5))),
            "plan",
        ),
        ("a range by another field", of(SCORE.ge(5)).by(GUILD.asc()), "plan"),
        ("one value behind a place", behind(of(SCORE.eq(5)), Vec::new()), "plan"),
        ("up to none", within(2, Bound::Unbounded, Bound::Included(Datum::None)).by(GUILD.asc()), "plan"),
        ("below none", within(2, Bound::Unbounded, Bound::Excluded(Datum::None)).by(GUILD.asc()), "plan"),
        ("from none", within(2, Bound::Included(Datum::None), Bound::Unbounded).by(GUILD.asc()), "plan"),
        ("an element", of(TAGS.contains("x")), "plan"),
        ("two tests", of(SCORE.ge(5) & GUILD.eq(1)).by(SCORE.asc()), "plan"),
        ("either", of(SCORE.eq(5) | SCORE.eq(6)), "plan"),
        ("the first field of a wider index", all().by_league(), "plan"),
    ];
    for (case, asked, expected) in cases {
        assert_eq!(direct(&asked), expected, "{case}");
    }
}
