//! The floats.

use super::table::{Family, family};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::queries::scene::begin;
use crate::conformance::tools::refused;
use crate::{Entity, ErrorKind, Result};

clauses! {
    "3.2" q_type_f32: "Every operator, order and extreme of `f32` is that of Rust: `-0.0` is `0.0`.";
    "3.2" q_type_f64: "Every operator, order and extreme of `f64` is that of Rust: `-0.0` is `0.0`.";
    "3.2" q_nan: "A filter that compares with NaN is `Invalid`, whichever way it is asked.";
    "3.3" q_zero: "`-0.0` and `0.0` are one value: found as one, ordered as one, with ties by key.";
    "3.3" q_infinity [TRANSIENT]: "Infinities are the ends of the order, where rows that hold them are taken.";
}

const TINY_32: f32 = f32::MIN_POSITIVE / 2.0;
const TINY_64: f64 = f64::MIN_POSITIVE / 2.0;

family! {
    Floats "query_floats"
    q_type_f32 f32: f32_plain f32_optional f32_bare f32_bare_optional f32_list = [f32::MIN, -1.5, -0.0, 0.0, TINY_32, f32::MAX], [f32::NEG_INFINITY, -TINY_32, 0.1, f32::INFINITY];
    q_type_f64 f64: f64_plain f64_optional f64_bare f64_bare_optional f64_list = [f64::MIN, -1.5, -0.0, 0.0, TINY_64, f64::MAX], [f64::NEG_INFINITY, -TINY_64, 0.1, f64::INFINITY];
}

async fn q_nan(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let floats = store.collection::<Floats>().await?;
    floats.insert_many((0..9).map(|id| Floats::row(id, id as usize))).await?;
    let transaction = begin(&store).await?;
    let inside = transaction.collection::<Floats>().await?;
    let nan = f64::NAN;
    for view in [&*floats, &*inside] {
        for (place, find) in [
            view.filter(|f| f.f64_plain.eq(nan)),
            view.filter(|f| f.f64_bare.ne(nan)),
            view.filter(|f| f.f64_optional.lt(nan)),
            view.filter(|f| f.f64_plain.ge(-nan)),
            view.filter(|f| f.f64_plain.between(nan..)),
            view.filter(|f| f.f64_bare_optional.between(0.0..=nan)),
            view.filter(|f| f.f64_plain.one_of([0.0, nan])),
            view.filter(|f| f.f64_list.contains(nan)),
            view.filter(|f| f.f32_plain.gt(f32::NAN)),
            view.filter(|f| f.id.eq(99) & !(f.half.eq(true) | f.f64_plain.gt(nan))),
        ]
        .into_iter()
        .enumerate()
        {
            let error = refused(find.clone().all().await, ErrorKind::Invalid);
            let named = error
                .fields()
                .and_then(|fields| fields.first())
                .is_some_and(|name| name.starts_with("f64_") || name.starts_with("f32_"));
            assert!(named && error.collection() == Some("query_floats"), "filter {place}: {error}");
            refused(find.clone().limit(0).all().await, ErrorKind::Invalid);
            refused(find.clone().count().await, ErrorKind::Invalid);
            refused(find.clone().exists().await, ErrorKind::Invalid);
            refused(find.clone().explain().await, ErrorKind::Invalid);
            refused(find.clone().page(3).await, ErrorKind::Invalid);
            refused(find.clone().max(|f| f.id).await, ErrorKind::Invalid);
            refused(find.clone().sum(|f| f.id).await, ErrorKind::Invalid);
            let streamed = find.stream().next().await;
            assert!(streamed.is_some_and(|row| row.is_err()), "filter {place}");
        }
    }
    Ok(())
}

async fn q_zero(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let floats = store.collection::<Floats>().await?;
    let zero = |id: u64| if id.is_multiple_of(2) { 0.0 } else { -0.0 };
    let row = |id: u64| Floats {
        f64_plain: zero(id),
        f64_bare: zero(id),
        f64_optional: Some(zero(id + 1)),
        f64_list: vec![zero(id)],
        ..Floats::row(id, 0)
    };
    floats.insert_many((0..8).rev().map(row)).await?;
    let all: Vec<u64> = (0..8).collect();
    for zero in [0.0, -0.0] {
        for find in [
            floats.filter(|f| f.f64_plain.eq(zero)),
            floats.filter(|f| f.f64_optional.between(zero..=zero)),
            floats.filter(|f| f.f64_bare.ge(zero) & f.f64_bare.le(zero)),
            floats.filter(|f| f.f64_optional.one_of([zero])),
            floats.filter(|f| f.f64_list.contains(zero)),
            floats.filter(|f| !f.f64_plain.lt(zero)),
        ] {
            assert_eq!(find.keys().await?, all, "{zero:?}");
        }
        assert_eq!(floats.filter(|f| f.f64_plain.lt(zero) | f.f64_bare.gt(zero)).count().await?, 0);
    }
    for field in [Floats::fields().f64_plain, Floats::fields().f64_bare] {
        assert_eq!(floats.query().order_by(|_| field.asc()).keys().await?, all);
        let mut turned = floats.query().order_by(|_| field.desc()).keys().await?;
        turned.reverse();
        assert_eq!(turned, all);
    }
    Ok(())
}

/// Never encoded, so that an infinity may stand in it.
#[derive(Entity, Clone, Debug, PartialEq)]
#[entity(collection = "query_ends", transient, index(id, bare))]
struct Ends {
    #[key]
    id: u64,
    #[index]
    indexed: f64,
    bare: f64,
    #[index]
    single: Option<f32>,
}

async fn q_infinity(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let ends = store.collection::<Ends>().await?;
    let values = [f64::INFINITY, 0.0, f64::MAX, f64::NEG_INFINITY, f64::MIN];
    let row = |(id, value): (u64, f64)| Ends {
        id,
        indexed: value,
        bare: value,
        single: value.is_infinite().then_some(value as f32),
    };
    ends.insert_many((0..).zip(values).map(row)).await?;
    for field in [Ends::fields().indexed, Ends::fields().bare] {
        assert_eq!(ends.query().order_by(|_| field.asc()).keys().await?, [3, 4, 1, 2, 0]);
        assert_eq!(ends.query().order_by(|_| field.desc()).keys().await?, [0, 2, 1, 4, 3]);
        assert_eq!(ends.filter(|_| field.gt(f64::MAX)).keys().await?, [0]);
        assert_eq!(ends.filter(|_| field.le(f64::NEG_INFINITY)).keys().await?, [3]);
        assert_eq!(ends.filter(|_| field.lt(f64::INFINITY)).count().await?, 4);
        let extremes = (ends.query().min(|_| field).await?, ends.query().max(|_| field).await?);
        assert_eq!(extremes, (Some(f64::NEG_INFINITY), Some(f64::INFINITY)));
    }
    assert_eq!(ends.filter(|e| e.single.eq(f32::INFINITY)).keys().await?, [0]);
    assert_eq!(ends.filter(|e| e.single.lt(0.0)).keys().await?, [3]);
    let first = ends.query().order_by(|e| e.indexed.asc()).page(1).await?;
    let Some(cursor) = first.next() else { panic!("there are more") };
    let next = ends.query().order_by(|e| e.indexed.asc()).after(cursor).page(4).await?;
    assert!(next.items().iter().map(|row| row.id).eq([4, 1, 2, 0]));
    Ok(())
}
