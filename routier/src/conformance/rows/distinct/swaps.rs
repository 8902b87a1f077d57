//! Distinct values that change hands within one commit.

use super::{STORED, Seat, is_duplicate, seat};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::{Scope, begin};
use crate::conformance::tools::refused;
use crate::{Collection, ErrorKind, Result};

clauses! {
    "2.5" u_swap: "Distinct values may be swapped within a transaction, and reads in it see them where they are.";
    "2.5" u_swap_query[SERIALIZABLE]: "Distinct values may be swapped by one statement.";
    "2.5" u_hand_over: "A transaction may remove a row and give its distinct values to another.";
    "2.5" u_cycle: "Distinct values may go round among several rows of a commit.";
    "2.5" u_twice_staged: "Two rows of a transaction with one value are `Duplicate`, not retryable, and nothing is written.";
    "2.5" u_twice_query[SERIALIZABLE]: "A query's `update` that gives two rows one value is `Duplicate`, and writes nothing.";
}

/// The line of the row that has a code.
async fn line_of(seats: &Collection<Seat>, code: u64) -> Result<Option<u32>> {
    Ok(seats.get_by(|s| s.code, code).await?.map(|row| row.line))
}

async fn u_swap(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let seats = store.collection::<Seat>().await?;
    seats.insert_many(STORED.map(seat)).await?;
    let tx = begin(&store).await?;
    let staged = tx.collection::<Seat>().await?;
    staged.modify(&(1, 1), |seat| (seat.code, seat.day) = (Some(6), 2)).await?;
    assert_eq!(line_of(&staged, 5).await?, None, "nobody has it in between");
    staged.modify(&(2, 1), |seat| (seat.code, seat.day) = (Some(5), 1)).await?;
    let holds = async |seats: &Collection<Seat>, what: &str| -> Result<()> {
        assert_eq!((line_of(seats, 5).await?, line_of(seats, 6).await?), (Some(2), Some(1)), "{what}");
        let by_group = seats.get_by(|s| (s.day, s.holder), (2, "ada")).await?;
        assert_eq!(by_group.map(|row| row.line), Some(1), "{what}");
        assert_eq!(seats.filter(|s| s.code.eq(5)).keys().await?, [(2, 1)], "{what}");
        Ok(())
    };
    holds(&staged, "inside").await?;
    assert_eq!((line_of(&seats, 5).await?, line_of(&seats, 6).await?), (Some(1), Some(2)), "outside");
    tx.commit().await?;
    holds(&seats, "afterwards").await
}

async fn u_swap_query(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let seats = scope.collection::<Seat>().await?;
        seats.insert_many(STORED.map(seat)).await?;
        let turned = |seat: &mut Seat| seat.code = seat.code.map(|code| 11 - code);
        assert_eq!(seats.filter(|s| s.code.ge(5)).update(turned).await?, 2, "{scope}");
        assert_eq!((line_of(&seats, 5).await?, line_of(&seats, 6).await?), (Some(2), Some(1)), "{scope}");
        let store = scope.end().await?;
        let seats = store.collection::<Seat>().await?;
        assert_eq!((line_of(&seats, 5).await?, line_of(&seats, 6).await?), (Some(2), Some(1)));
    }
    Ok(())
}

async fn u_hand_over(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let seats = store.collection::<Seat>().await?;
    seats.insert_many(STORED.map(seat)).await?;
    let tx = begin(&store).await?;
    let staged = tx.collection::<Seat>().await?;
    staged.remove_key(&(1, 1)).await?;
    staged.insert(seat(((9, 9), (1, Some("ada")), Some(5)))).await?;
    refused(staged.insert(seat(((8, 8), (8, None), Some(5)))).await, ErrorKind::Duplicate);
    staged.insert(seat(((1, 1), (8, None), None))).await?;
    tx.commit().await?;
    assert_eq!(line_of(&seats, 5).await?, Some(9));
    assert_eq!(seats.get(&(1, 1)).await?.map(|row| row.day), Some(8));
    assert_eq!(seats.query().count().await?, 4);
    Ok(())
}

async fn u_cycle(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let seats = store.collection::<Seat>().await?;
    let rows = (0..40).map(|line| seat(((line, 0), (line, Some("ada")), Some(line.into()))));
    seats.insert_many(rows.collect::<Vec<_>>()).await?;
    let tx = begin(&store).await?;
    let staged = tx.collection::<Seat>().await?;
    for line in 0..40 {
        staged
            .modify(&(line, 0), |seat| (seat.day, seat.code) = ((line + 1) % 40, Some((line + 1).into())))
            .await?;
    }
    tx.commit().await?;
    for line in 0..40 {
        assert_eq!(line_of(&seats, u64::from(line) + 1).await?, Some(line));
        let by_group = seats.get_by(|s| (s.day, s.holder), ((line + 1) % 40, "ada")).await?;
        assert_eq!(by_group.map(|row| row.line), Some(line));
    }
    assert_eq!(line_of(&seats, 0).await?, None);
    Ok(())
}

async fn u_twice_staged(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let seats = store.collection::<Seat>().await?;
    seats.insert_many(STORED.map(seat)).await?;
    let before = seats.query().all().await?;
    let tx = begin(&store).await?;
    let staged = tx.collection::<Seat>().await?;
    staged.modify(&(1, 1), |seat| seat.code = Some(77)).await?;
    staged.upsert(seat(((2, 1), (5, None), Some(77)))).await?;
    staged.insert(seat(((3, 1), (5, None), Some(78)))).await?;
    is_duplicate("a field", &refused(tx.commit().await, ErrorKind::Duplicate), &["code"], "77");
    assert_eq!(seats.query().all().await?, before);
    let tx = begin(&store).await?;
    let staged = tx.collection::<Seat>().await?;
    staged.insert(seat(((3, 1), (5, Some("x")), None))).await?;
    let error = refused(staged.insert(seat(((3, 2), (5, Some("x")), None))).await, ErrorKind::Duplicate);
    is_duplicate("a group", &error, &["day", "holder"], "(5, \"x\")");
    tx.commit().await?;
    assert_eq!(seats.query().count().await?, 4);
    Ok(())
}

async fn u_twice_query(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let seats = store.collection::<Seat>().await?;
    seats.insert_many(STORED.map(seat)).await?;
    let before = seats.query().all().await?;
    let error = refused(seats.query().update(|seat| seat.code = Some(78)).await, ErrorKind::Duplicate);
    is_duplicate("a field", &error, &["code"], "78");
    let change = |seat: &mut Seat| (seat.day, seat.holder) = (3, Some("bob".to_owned()));
    let error = refused(seats.query().update(change).await, ErrorKind::Duplicate);
    is_duplicate("a group", &error, &["day", "holder"], "(3, \"bob\")");
    assert_eq!(seats.query().all().await?, before);
    assert_eq!(line_of(&seats, 78).await?, None);
    Ok(())
}
