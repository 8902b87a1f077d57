//! Every way to bring a value into a collection meets what is there.

use super::{Given, STORED, Seat, is_duplicate, seat};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::{begin, writes_by_query};
use crate::{Collection, Error, Result, Store};

clauses! {
    "2.5" u_field: "A value that another row's distinct field has is `Duplicate`, by every way to write it.";
    "2.5" u_group: "The values of a `distinct(..)` that another row has are `Duplicate`, by every way to write them.";
    "2.5" u_key: "The key of another row is `Duplicate` before its values are, by every way to insert it.";
    "2.5" u_none: "`None` never collides, nor does a group with a `None` in it.";
    "2.5" u_free: "Values that no row has are taken by every way to write them.";
}

/// The ways to bring a row into a collection. Those that change a row insert one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Insert,
    InsertMany,
    Upsert,
    Update,
    Modify,
    QueryUpdate,
}

const INSERTS: &[Way] = &[Way::Insert, Way::InsertMany];
const WAYS: &[Way] = &[Way::Insert, Way::InsertMany, Way::Upsert, Way::Update, Way::Modify, Way::QueryUpdate];

async fn bring(way: Way, seats: &Collection<Seat>, row: Seat) -> Result<()> {
    match way {
        Way::Insert => return seats.insert(row).await.map(drop),
        Way::InsertMany => {
            return seats.insert_many([seat(((7, 7), (70, Some("x")), Some(70))), row]).await.map(drop);
        }
        Way::Upsert => return seats.upsert(row).await.map(drop),
        Way::Update | Way::Modify | Way::QueryUpdate => {}
    }
    let (line, place) = (row.line, row.place);
    let Some(start) = seats.get(&(line, place)).await? else {
        return Err(Error::other("there is no row to be changed"));
    };
    let take = move |seat: &mut Seat| *seat = row.clone();
    match way {
        Way::Update => seats.update(&start, take).await.map(drop),
        Way::Modify => seats.modify(&(line, place), take).await.map(drop),
        _ => seats.filter(|s| s.line.eq(line) & s.place.eq(place)).update(take).await.map(drop),
    }
}

/// A store with the rows, the one that ways which change a row find included.
async fn store(subject: &Subject, way: Way, ((line, place), ..): Given) -> Result<(Store, u64)> {
    let store = subject.store().await?;
    let seats = store.collection::<Seat>().await?;
    seats.insert_many(STORED.map(seat)).await?;
    if matches!(way, Way::Update | Way::Modify | Way::QueryUpdate) {
        seats.insert(seat(((line, place), (90, None), None))).await?;
    }
    let count = seats.query().count().await?;
    Ok((store, count))
}

/// What becomes of a row, alone and in a transaction, which may refuse it at its commit only.
async fn outcome(store: &Store, way: Way, given: Given, within: bool) -> Result<()> {
    if !within {
        return bring(way, &store.collection().await?, seat(given)).await;
    }
    let tx = begin(store).await?;
    let staged = bring(way, &tx.collection().await?, seat(given)).await;
    let committed = tx.commit().await;
    staged.and(committed)
}

async fn are_refused(
    subject: &Subject,
    ways: &[Way],
    cases: &[(Given, &str)],
    fields: &[&str],
) -> Result<()> {
    for (given, value) in cases {
        for (way, within) in ways.iter().flat_map(|way| [(*way, false), (*way, true)]) {
            let what = format!("{given:?} by {way:?}, in a transaction: {within}");
            let (store, count) = store(subject, way, *given).await?;
            if way == Way::QueryUpdate && !within && !writes_by_query(&store) {
                continue;
            }
            let seats = store.collection::<Seat>().await?;
            let before = seats.query().all().await?;
            let Err(error) = outcome(&store, way, *given, within).await else { panic!("{what} is taken") };
            is_duplicate(&what, &error, fields, value);
            assert_eq!(seats.query().all().await?, before, "{what}");
            assert_eq!(before.len() as u64, count, "{what}");
        }
    }
    Ok(())
}

async fn are_taken(subject: &Subject, cases: &[Given]) -> Result<()> {
    for given in cases {
        for (way, within) in WAYS.iter().flat_map(|way| [(*way, false), (*way, true)]) {
            let what = format!("{given:?} by {way:?}, in a transaction: {within}");
            let (store, _) = store(subject, way, *given).await?;
            if way == Way::QueryUpdate && !within && !writes_by_query(&store) {
                continue;
            }
            if let Err(error) = outcome(&store, way, *given, within).await {
                panic!("{what}: {error}");
            }
            let found = store.collection::<Seat>().await?.get(&given.0).await?;
            assert_eq!(found.as_deref(), Some(&seat(*given)), "{what}");
        }
    }
    Ok(())
}

async fn u_field(subject: &Subject) -> Result<()> {
    let cases = [
        (((9, 9), (1, Some("bob")), Some(6)), "6"),
        (((9, 9), (9, None), Some(5)), "5"),
        (((1, 9), (9, Some("ada")), Some(5)), "5"),
    ];
    are_refused(subject, WAYS, &cases, &["code"]).await
}

async fn u_group(subject: &Subject) -> Result<()> {
    let cases = [
        (((9, 9), (1, Some("ada")), None), "(1, \"ada\")"),
        (((9, 9), (2, Some("ada")), Some(7)), "(2, \"ada\")"),
    ];
    are_refused(subject, WAYS, &cases, &["day", "holder"]).await
}

async fn u_key(subject: &Subject) -> Result<()> {
    let cases = [
        (((1, 2), (7, None), None), "(1, 2)"),
        (((1, 1), (1, Some("ada")), Some(5)), "(1, 1)"),
        (((2, 1), (1, Some("ada")), Some(5)), "(2, 1)"),
    ];
    are_refused(subject, INSERTS, &cases, &["line", "place"]).await
}

async fn u_none(subject: &Subject) -> Result<()> {
    let cases = [((9, 9), (1, None), None), ((1, 3), (2, None), None), ((1, 3), (1, None), Some(7))];
    are_taken(subject, &cases).await
}

async fn u_free(subject: &Subject) -> Result<()> {
    let cases = [
        ((9, 9), (1, Some("bob")), Some(7)),
        ((9, 9), (3, Some("ada")), None),
        ((9, 9), (1, Some("Ada")), Some(u64::MAX)),
        ((9, 9), (1, Some("ada ")), Some(0)),
        ((9, 9), (1, Some("")), Some(56)),
    ];
    are_taken(subject, &cases).await
}
