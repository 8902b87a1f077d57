use super::{Cursor, fingerprint};
use crate::entity::{Descriptor, Entity, FieldDescriptor};
use crate::env::sync::Arc;
use crate::error::ErrorKind;
use crate::query::filter::Filter;
use crate::query::order::OrderTerm;
use crate::query::predicate::{Position, Predicate, ScanFn};
use crate::query::sample::{Asked, GUILD, LEAGUE, Member, NAME, Player, SCORE, TAGS, league, league_is, of};
use crate::value::{Datum, Type};

fn print(asked: &Asked) -> u64 {
    fingerprint(Player::DESCRIPTOR, &asked.0.filter, &asked.0.order).unwrap()
}

fn text(text: &str) -> Datum {
    Datum::Text(text.into())
}

/// By guild, name and league.
fn order() -> Vec<OrderTerm> {
    let term = |field| OrderTerm { field, descending: false };
    vec![term(GUILD.number()), term(NAME.number()), term(LEAGUE)]
}

fn place(guild: Datum, name: &str) -> Position {
    Position { values: vec![guild, text(name), league(2)], key: vec![Datum::UInt(u64::MAX)] }
}

#[test]
fn a_place_comes_back_through_text() {
    for place in [place(Datum::None, ""), place(Datum::UInt(7), "ada\0é\u{10FFFF}")] {
        let cursor = Cursor::new(5, place.clone());
        let written = cursor.to_string();
        assert!(written.chars().all(|it| it.is_ascii_alphanumeric() || it == '-' || it == '_'), "{written}");
        let read: Cursor = written.parse().unwrap();
        assert_eq!(read, cursor);
        assert_eq!(read.open(5, &order(), Player::DESCRIPTOR).unwrap(), place.into());
    }
}

#[test]
fn the_text_is_the_same_everywhere() {
    let cursor = Cursor::new(print(&of(SCORE.ge(5)).by(SCORE.desc())), place(Datum::UInt(7), "ada"));
    assert_eq!(cursor.to_string(), TEXT);
    assert_eq!(format!("{cursor:?}"), format!("Cursor({TEXT})"));
}

const TEXT: &str = "AfeNLouCS7GFAQAAAAAAAAAHAWFkYQAAAQAAAAIBR29sZAAAAf__________jJHEqQ";

/// As a page of this process gave it, and as it comes back from text.
fn both(place: Position) -> [Cursor; 2] {
    let cursor = Cursor::new(5, place);
    [cursor.to_string().parse().unwrap(), cursor]
}

#[test]
fn another_query_or_shape_is_refused() {
    let cursors = both(place(Datum::UInt(7), "ada"));
    let refused = |fingerprint, order: &[OrderTerm], descriptor| {
        for cursor in &cursors {
            let error = cursor.open(fingerprint, order, descriptor).unwrap_err();
            assert_eq!(
                (error.kind(), error.collection()),
                (ErrorKind::BadCursor, Some(descriptor.collection))
            );
            assert!(error.to_string().contains("of another query or was altered"), "{error}");
        }
    };
    refused(6, &order(), Player::DESCRIPTOR);
    refused(5, &order(), Member::DESCRIPTOR);
    refused(5, &order()[..2], Player::DESCRIPTOR);
    refused(5, &order()[1..], Player::DESCRIPTOR);
    refused(5, &[], Player::DESCRIPTOR);
    let without_name =
        Position { values: vec![Datum::UInt(1), Datum::None, Datum::None], key: vec![Datum::None] };
    for cursor in both(without_name) {
        let refused = cursor.open(5, &order(), Player::DESCRIPTOR);
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::BadCursor, "a value that cannot be absent");
    }
}

/// The players' descriptor with other variants of the enum.
fn with_leagues(names: &'static [&'static str]) -> Descriptor {
    let mut fields = Player::DESCRIPTOR.fields.to_vec();
    fields[usize::from(LEAGUE)].ty = Some(Type::Enum(names));
    Player::DESCRIPTOR.with_fields(Box::leak(fields.into_boxed_slice()))
}

#[test]
fn a_variant_has_to_stand_where_it_stood() {
    for cursor in both(place(Datum::None, "ada")) {
        let open = |names| cursor.open(5, &order(), &with_leagues(names));
        assert!(open(&["Bronze", "Silver", "Gold", "Platinum"]).is_ok());
        assert!(open(&["Wood", "Silver", "Gold"]).is_ok());
        for names in
            [&["Bronze", "Gold", "Silver"][..], &["Bronze", "Silver"], &["Bronze", "Silver", "Copper"]]
        {
            assert_eq!(open(names).unwrap_err().kind(), ErrorKind::BadCursor, "{names:?}");
        }
    }
}

#[test]
fn text_that_is_no_cursor_is_refused() {
    let empty = crate::query::cursor::text::seal(&[]);
    for text in ["", "A", "cursor", "AAAA", &empty, &TEXT[1..], &format!("{TEXT}A"), &format!(" {TEXT}")] {
        let error = text.parse::<Cursor>().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadCursor, "{text:?}");
    }
}

#[test]
fn different_queries_have_different_fingerprints() {
    let all = || Filter::<Player>::all();
    let mut prints = vec![
        print(&of(all())),
        print(&of(all()).by(SCORE.asc())),
        print(&of(all()).by(SCORE.desc())),
        print(&of(all()).by(SCORE.asc()).by(GUILD.asc())),
        print(&of(all()).by(GUILD.asc()).by(SCORE.asc())),
        print(&of(Filter::<Player>::nothing())),
        print(&of(SCORE.eq(1))),
        print(&of(SCORE.eq(2))),
        print(&of(SCORE.ne(1))),
        print(&of(SCORE.one_of([1, 2]))),
        print(&of(SCORE.lt(1))),
        print(&of(SCORE.le(1))),
        print(&of(SCORE.gt(1))),
        print(&of(SCORE.ge(1))),
        print(&of(GUILD.eq(1))),
        print(&of(GUILD.is_none())),
        print(&of(NAME.starts_with("a"))),
        print(&of(NAME.eq("a"))),
        print(&of(TAGS.contains("a"))),
        print(&of(TAGS.contains_any(["a", "b"]))),
        print(&of(TAGS.is_empty())),
        print(&of(league_is(1))),
        print(&of(SCORE.eq(1) & GUILD.eq(1))),
        print(&of(SCORE.eq(1) | GUILD.eq(1))),
        print(&of(!(SCORE.eq(1) | GUILD.eq(1)))),
        fingerprint(Member::DESCRIPTOR, &Predicate::All, &[]).unwrap(),
    ];
    let count = prints.len();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), count);

    let limited = of(all()).offset(3).limit(5);
    assert_eq!(print(&limited), print(&of(all())), "offset and limit do not count");
    let closure = Predicate::Not(Box::new(Predicate::Scan(ScanFn(Arc::new(|_| true)))));
    assert_eq!(fingerprint(Player::DESCRIPTOR, &closure, &[]), None);
}

#[test]
fn a_fingerprint_outlives_new_fields_and_variants() {
    let filter = (SCORE.ge(5) & league_is(1)).predicate;
    let before = fingerprint(Player::DESCRIPTOR, &filter, &order());
    let wider = with_leagues(&["Bronze", "Silver", "Gold", "Platinum"]);
    assert_eq!(fingerprint(&wider, &filter, &order()), before);

    let mut renamed = Player::DESCRIPTOR.fields.to_vec();
    renamed[usize::from(SCORE.number())] = FieldDescriptor::declared::<i32>("points");
    let renamed = Player::DESCRIPTOR.with_fields(Box::leak(renamed.into_boxed_slice()));
    assert_ne!(fingerprint(&renamed, &filter, &order()), before);
}
