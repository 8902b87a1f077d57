//! Distinct values: what is a duplicate, and what the error says.

use routier::{Collection, Entity, Error, ErrorKind, Result};
use routier_tests::stores::{on_each, on_each_kind};
use serde::{Deserialize, Serialize};

use crate::scopes::fails;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(distinct(day, holder))]
struct Seat {
    #[key]
    line: u32,
    #[key]
    place: u32,
    day: u32,
    holder: Option<String>,
    #[distinct]
    code: Option<u64>,
}

/// A row as `(line, place)`, `(day, holder)`, code.
type Given = ((u32, u32), (u32, Option<&'static str>), Option<u64>);

fn seat(((line, place), (day, holder), code): Given) -> Seat {
    Seat { line, place, day, holder: holder.map(str::to_owned), code }
}

const STORED: &[Given] =
    &[((1, 1), (1, Some("ada")), Some(5)), ((1, 2), (1, None), None), ((2, 1), (2, Some("ada")), Some(6))];

/// What a row is a duplicate of: fields and value.
type Taken = Option<(&'static [&'static str], &'static str)>;

const CASES: &[(Given, Taken)] = &[
    (((9, 9), (1, Some("bob")), Some(7)), None),
    (((9, 9), (3, Some("ada")), None), None),
    (((9, 9), (1, Some("ada")), None), Some((&["day", "holder"], "(1, \"ada\")"))),
    (((9, 9), (2, Some("ada")), Some(7)), Some((&["day", "holder"], "(2, \"ada\")"))),
    (((9, 9), (1, Some("bob")), Some(6)), Some((&["code"], "6"))),
    // `None` never collides, nor does a group with a `None` in it
    (((9, 9), (1, None), None), None),
    (((1, 3), (2, None), None), None),
    (((1, 2), (7, None), None), Some((&["line", "place"], "(1, 2)"))),
];

#[track_caller]
fn is_duplicate(error: &Error, fields: &[&str], value: &str) {
    assert_eq!(error.kind(), ErrorKind::Duplicate, "{error}");
    assert_eq!(error.collection(), Some("seat"));
    let names: Vec<&str> = error.fields().unwrap_or_default().iter().map(|name| &**name).collect();
    assert_eq!((names.as_slice(), error.value()), (fields, Some(value)));
    assert!(!error.is_retryable(), "the row was there");
}

/// The ways to bring a row into a collection. All but `insert` may be refused at the commit only.
async fn bring(way: usize, seats: &Collection<Seat>, row: Seat) -> Option<Result<()>> {
    let key = (row.line, row.place);
    let is_there = seats.get(&key).await.expect("it reads").is_some();
    Some(match way {
        0 => seats.insert(row).await.map(drop),
        1 => seats.insert_many([seat(((7, 7), (70, Some("x")), Some(70))), row]).await.map(drop),
        _ if is_there => return None,
        2 => seats.upsert(row).await.map(drop),
        way => {
            // a row that is there already takes the values
            let start = Seat { day: 90, holder: None, code: None, ..row.clone() };
            let start = seats.insert(start).await.expect("it collides with nothing");
            let take = move |seat: &mut Seat| *seat = row.clone();
            match way {
                3 => seats.update(&start, take).await.map(drop),
                4 => seats.modify(&key, take).await.map(drop),
                5 => seats.filter(|s| s.day.eq(90)).update(take).await.map(drop),
                _ => return None,
            }
        }
    })
}

#[tokio::test]
async fn every_way_to_write_meets_a_duplicate() {
    on_each_kind(async |kind| {
        for (case, expected) in CASES {
            for (way, in_transaction) in (0..6).flat_map(|way| [(way, false), (way, true)]) {
                let store = kind.open().await?;
                let seats = store.collection::<Seat>().await?;
                seats.insert_many(STORED.iter().copied().map(seat)).await?;
                let outcome = if in_transaction {
                    let tx = store.begin().await?;
                    let staged = bring(way, &tx.collection().await?, seat(*case)).await;
                    let committed = tx.commit().await;
                    staged.map(|staged| staged.and(committed))
                } else {
                    bring(way, &seats, seat(*case)).await
                };
                match (outcome, expected) {
                    (None, _) => {}
                    (Some(outcome), None) => outcome?,
                    (Some(outcome), Some((fields, value))) => {
                        is_duplicate(&outcome.unwrap_err(), fields, value);
                        let rows = seats.filter(|s| s.day.le(70)).count().await?;
                        assert_eq!(rows, STORED.len() as u64, "nothing is written");
                    }
                }
            }
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_row_keeps_its_own_values() {
    on_each(async |store| {
        let seats = store.collection::<Seat>().await?;
        let row = seats.insert(seat(STORED[0])).await?;
        let row = seats.update(&row, |seat| seat.code = Some(5)).await?;
        seats.upsert(Seat::clone(&row)).await?;
        assert_eq!(seats.modify(&(1, 1), |seat| seat.day = 4).await?.day, 4);
        let by_group = seats.get_by(|s| (s.day, s.holder), (4, "ada")).await?;
        assert_eq!(by_group.map(|seat| (seat.line, seat.place)), Some((1, 1)));
        assert_eq!(seats.get_by(|s| (s.day, s.holder), (1, "ada")).await?, None);
        assert_eq!(seats.get_by(|s| s.code, 5).await?.map(|seat| seat.day), Some(4));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_value_is_free_once_its_row_has_let_go_of_it() {
    on_each(async |store| {
        let seats = store.collection::<Seat>().await?;
        let row = seats.insert(seat(STORED[0])).await?;
        let row = seats.update(&row, |seat| seat.code = Some(50)).await?;
        let other = seats.insert(seat(((9, 9), (9, None), Some(5)))).await?;
        seats.remove(&row).await?;
        seats.update(&other, |seat| seat.code = Some(50)).await?;
        seats.insert(seat(STORED[0])).await?;
        assert_eq!(seats.get_by(|s| s.code, 50).await?.map(|seat| seat.line), Some(9));
        assert_eq!(seats.get_by(|s| s.code, 5).await?.map(|seat| seat.line), Some(1));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn distinct_values_can_be_swapped_within_a_transaction() {
    on_each(async |store| {
        let seats = store.collection::<Seat>().await?;
        seats.insert_many(STORED.iter().copied().map(seat)).await?;
        let tx = store.begin().await?;
        let staged = tx.collection::<Seat>().await?;
        staged.modify(&(1, 1), |seat| (seat.code, seat.day) = (Some(6), 2)).await?;
        assert_eq!(staged.get_by(|s| s.code, 5).await?, None);
        staged.modify(&(2, 1), |seat| (seat.code, seat.day) = (Some(5), 1)).await?;
        assert_eq!(staged.get_by(|s| s.code, 5).await?.map(|seat| seat.line), Some(2));
        assert_eq!(staged.get_by(|s| (s.day, s.holder), (2, "ada")).await?.map(|seat| seat.line), Some(1));
        tx.commit().await?;
        assert_eq!(seats.get_by(|s| s.code, 5).await?.map(|seat| seat.line), Some(2));
        assert_eq!(seats.get_by(|s| s.code, 6).await?.map(|seat| seat.line), Some(1));

        // by one statement, too
        assert_eq!(
            seats.filter(|s| s.code.ge(5)).update(|seat| seat.code = seat.code.map(|code| 11 - code)).await?,
            2
        );
        assert_eq!(seats.get_by(|s| s.code, 5).await?.map(|seat| seat.line), Some(1));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_transaction_may_hand_a_value_over() {
    on_each(async |store| {
        let seats = store.collection::<Seat>().await?;
        seats.insert_many(STORED.iter().copied().map(seat)).await?;
        let tx = store.begin().await?;
        let staged = tx.collection::<Seat>().await?;
        staged.remove_key(&(1, 1)).await?;
        staged.insert(seat(((9, 9), (1, Some("ada")), Some(5)))).await?;
        fails(staged.insert(seat(((8, 8), (8, None), Some(5)))).await, ErrorKind::Duplicate);
        staged.insert(seat(((1, 1), (8, None), None))).await?;
        tx.commit().await?;
        assert_eq!(seats.get_by(|s| s.code, 5).await?.map(|seat| seat.line), Some(9));
        assert_eq!(seats.get(&(1, 1)).await?.map(|seat| seat.day), Some(8));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn two_rows_of_a_transaction_with_one_value_are_no_case_for_another_run() {
    on_each(async |store| {
        let seats = store.collection::<Seat>().await?;
        seats.insert_many(STORED.iter().copied().map(seat)).await?;
        let tx = store.begin().await?;
        let staged = tx.collection::<Seat>().await?;
        staged.modify(&(1, 1), |seat| seat.code = Some(77)).await?;
        staged.modify(&(2, 1), |seat| seat.code = Some(77)).await?;
        is_duplicate(&tx.commit().await.unwrap_err(), &["code"], "77");
        let error = seats.query().update(|seat| seat.code = Some(78)).await.unwrap_err();
        is_duplicate(&error, &["code"], "78");
        Ok(())
    })
    .await;
}
