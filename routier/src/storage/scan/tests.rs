use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::{BATCH, Collected, execute, run_plan};
use crate::entity::{AnyRow, Entity};
use crate::env::sync::Arc;
use crate::query::sample::{Asked, ID, Player, SCORE, of, player, row};
use crate::query::{Filter, Plan, Position, Query};
use crate::storage::{Answer, Rows};
use crate::value::{Datum, DatumRef};

/// Players whose score is their id modulo 10, from the last to the first.
fn players(count: u32) -> Vec<AnyRow> {
    (0..count).rev().map(|id| row(Player { score: (id % 10) as i32, ..player(id) })).collect()
}

fn scanned(asked: Asked) -> Plan {
    Plan::scan(asked.0, Player::DESCRIPTOR, Arc::new([]))
}

fn ids(rows: &[AnyRow]) -> Vec<u64> {
    let id = |row: &AnyRow| match row.read(0) {
        DatumRef::UInt(id) => id,
        other => panic!("{other} is no id"),
    };
    rows.iter().map(id).collect()
}

fn run(count: u32, asked: Asked) -> Vec<u64> {
    ids(&run_plan(players(count), &scanned(asked)))
}

fn all() -> Filter<Player> {
    Filter::all()
}

fn after(asked: Asked, values: Vec<Datum>, id: u64) -> Asked {
    let after = Some(Arc::new(Position { values, key: vec![Datum::UInt(id)] }));
    Asked(Query { after, ..asked.0 })
}

#[test]
fn filter_then_order_then_offset_then_limit() {
    assert_eq!(run(5, of(all())), [0, 1, 2, 3, 4]);
    assert_eq!(run(5, of(all()).by(ID.desc()).limit(2)), [4, 3]);
    assert_eq!(run(25, of(SCORE.eq(3))), [3, 13, 23]);
    assert_eq!(run(25, of(SCORE.ge(8)).by(SCORE.desc())), [19, 9, 18, 8]);
    assert_eq!(run(25, of(SCORE.ge(8)).by(SCORE.desc()).by(ID.asc()).offset(1).limit(2)), [19, 8]);
    assert_eq!(run(25, of(all()).offset(24)), [24]);
    assert_eq!(run(25, of(all()).offset(25)), [0_u64; 0]);
    assert_eq!(run(25, of(all()).offset(u64::MAX).limit(u64::MAX)), [0_u64; 0]);
    assert_eq!(run(25, of(all()).limit(0)), [0_u64; 0]);
    assert_eq!(run(0, of(all()).limit(3)), [0_u64; 0]);
}

#[test]
fn goes_on_after_a_place() {
    assert_eq!(run(5, after(of(all()), vec![], 2)), [3, 4]);
    assert_eq!(run(25, after(of(SCORE.ge(8)).by(SCORE.desc()), vec![Datum::Int(9)], 9)), [18, 8]);
    // The row of the place need not be there.
    assert_eq!(run(5, after(of(all()).limit(1), vec![], 9)), [0_u64; 0]);
}

#[test]
fn leaves_out_what_is_excepted() {
    let except = [1, 3].map(|id| Box::from([Datum::UInt(id)]));
    let plan = Plan { except: Arc::new(except), ..scanned(of(all()).limit(2)) };
    assert_eq!(ids(&run_plan(players(5), &plan)), [0, 2]);
}

#[test]
fn without_an_order_rows_stay_as_they_come() {
    assert_eq!(run(5, of(all()).by(SCORE.asc()).unordered().offset(1).limit(2)), [3, 2]);
}

/// What a scan gives batch by batch, and how many rows it was asked for.
fn executed(count: u32, asked: Asked) -> (Vec<u64>, u64) {
    let scan: Box<dyn Rows> = Box::new(Collected::new(players(count), 0));
    let found = execute(Answer::Ready(Ok(scan)), Arc::new(scanned(asked)));
    let mut rows = now(found).unwrap();
    let batch = now(rows.next(usize::MAX)).unwrap();
    (ids(&batch.rows), batch.examined)
}

fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here waits"),
    }
}

#[test]
fn a_scan_keeps_no_more_rows_than_it_needs_and_ends_when_any_will_do() {
    let (count, batch) = (10_000, BATCH as u64);
    let all_examined = u64::from(count);
    assert_eq!(executed(count, of(all()).by(ID.asc()).offset(1).limit(3)), (vec![1, 2, 3], all_examined));
    assert_eq!(executed(count, of(all()).by(SCORE.asc()).limit(2)), (vec![0, 10], all_examined));
    assert_eq!(executed(count, of(all()).limit(2).unordered()), (vec![9_999, 9_998], batch));
    assert_eq!(executed(count, of(SCORE.eq(5)).limit(1).unordered()), (vec![9_995], batch));
    assert_eq!(executed(count, of(all()).limit(0)), (vec![], 0));
    let (rows, examined) = executed(count, of(all()));
    assert_eq!((rows.len() as u64, examined), (all_examined, all_examined));
    assert!(rows.is_sorted());
}
