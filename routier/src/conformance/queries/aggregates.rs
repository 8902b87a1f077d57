//! Counts, sums and averages at their edges: section 3.5.

use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::queries::sample::{Item, Sample};
use crate::conformance::queries::scene::Scene;
use crate::conformance::tools::refused;
use crate::{Entity, ErrorKind, Result};

clauses! {
    "3.5" q_aggregates_of_nothing: "Of no rows `count` and `sum` are 0, and `min`, `max` and `avg` are `None`.";
    "3.2" q_aggregates_of_none: "`min`, `max`, `sum` and `avg` pass over `None`, which counts as no row.";
    "3.2" q_aggregates_window: "Rows with `None` take their place in offset and limit, though nothing is added of them.";
    "3.5" q_sum_wide: "Sums of 64-bit integers do not wrap: they are exact in 128 bits.";
    "3.5" q_sum_exact: "A sum of 128-bit integers is exact as long as it fits, whatever is added on the way.";
    "3.5" q_sum_overflow: "A sum that does not fit in 128 bits is `Overflow`, and names the field.";
    "3.5" q_sum_float: "Sums and averages of floats are `f64`, also of `f32`.";
    "3.5" q_avg_wide: "An average does not overflow where the sum would.";
}

/// Numbers of each kind.
#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "query_numbers")]
struct Numbers {
    #[key]
    id: u64,
    #[index]
    signed: i64,
    #[index]
    unsigned: Option<u64>,
    #[index]
    wide: i128,
    #[index]
    natural: u128,
    #[index]
    single: f32,
    #[index]
    double: Option<f64>,
}

impl Sample for Numbers {
    fn twisted(&self) -> Self {
        Self { signed: -7, unsigned: Some(3), wide: 9, natural: 8, single: 0.5, double: Some(1.0), ..*self }
    }
}

const ZERO: Numbers =
    Numbers { id: 0, signed: 0, unsigned: None, wide: 0, natural: 0, single: 0.0, double: None };

async fn scene(subject: &Subject, rows: &[Numbers]) -> Result<Scene<Numbers>> {
    let rows = (1..).zip(rows).map(|(id, row)| Numbers { id, ..row.clone() }).collect();
    Scene::of(subject, rows, &[Numbers { id: 100, ..ZERO }.twisted()]).await
}

async fn q_aggregates_of_nothing(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        for find in [
            view.filter(|i| i.id.eq(12)),
            view.filter(|i| i.score.lt(0) & i.score.gt(0)),
            view.query().offset(100),
            view.query().limit(0),
            view.filter(|i| i.level.eq(6)).order_by(|i| i.name.asc()).limit(3),
        ] {
            assert_eq!(find.clone().count().await?, 0, "{scope}");
            assert_eq!(find.clone().sum(|i| i.score).await?, 0_i128, "{scope}");
            assert_eq!(find.clone().sum(|i| i.group).await?, 0_u128, "{scope}");
            assert_eq!(find.clone().avg(|i| i.score).await?, None, "{scope}");
            assert_eq!(find.clone().min(|i| i.score).await?, None, "{scope}");
            assert_eq!(find.clone().max(|i| i.nick).await?, None, "{scope}");
            assert_eq!(find.clone().max(|i| i.level).await?, None, "{scope}");
        }
    }
    let store = subject.store().await?;
    let none = store.collection::<Numbers>().await?;
    assert_eq!(none.query().count().await?, 0);
    assert_eq!(none.query().sum(|n| n.double).await?, 0.0);
    assert_eq!(none.query().avg(|n| n.single).await?, None);
    assert_eq!(none.query().min(|n| n.wide).await?, None);
    Ok(())
}

async fn q_aggregates_of_none(subject: &Subject) -> Result<()> {
    let rows = [ZERO, Numbers { unsigned: Some(4), double: Some(-1.5), ..ZERO }, ZERO, ZERO];
    let more = [Numbers { unsigned: Some(8), double: Some(0.5), ..ZERO }, ZERO];
    let scene = scene(subject, &[&rows[..], &more].concat()).await?;
    for (scope, view) in &scene.views {
        assert_eq!(view.query().count().await?, 6, "{scope}");
        assert_eq!(view.query().sum(|n| n.unsigned).await?, 12, "{scope}");
        assert_eq!(view.query().avg(|n| n.unsigned).await?, Some(6.0), "{scope}");
        assert_eq!(view.query().min(|n| n.unsigned).await?, Some(4), "{scope}");
        assert_eq!(view.query().max(|n| n.unsigned).await?, Some(8), "{scope}");
        assert_eq!(view.query().min(|n| n.double).await?, Some(-1.5), "{scope}");
        assert_eq!(view.query().avg(|n| n.double).await?, Some(-0.5), "{scope}");
        let absent = view.filter(|n| n.unsigned.is_none());
        assert_eq!(absent.clone().count().await?, 4, "{scope}");
        assert_eq!(absent.clone().sum(|n| n.unsigned).await?, 0, "{scope}");
        assert_eq!(absent.clone().avg(|n| n.unsigned).await?, None, "{scope}");
        assert_eq!(absent.clone().min(|n| n.unsigned).await?, None, "{scope}");
        assert_eq!(absent.max(|n| n.double).await?, None, "{scope}");
    }
    Ok(())
}

async fn q_aggregates_window(subject: &Subject) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (scope, view) in &scene.views {
        let by_group = || view.query().order_by(|i| i.group.asc());
        let absent = scene.rows.iter().filter(|row: &&Item| row.group.is_none()).count() as u64;
        let mut groups: Vec<u8> = scene.rows.iter().filter_map(|row| row.group).collect();
        groups.sort_unstable();
        let first_two: Vec<u8> = groups.iter().take(2).copied().collect();
        let window = || by_group().offset(absent - 3).limit(5);
        assert_eq!(window().count().await?, 5, "{scope}");
        assert_eq!(window().min(|i| i.group).await?, first_two.first().copied(), "{scope}");
        assert_eq!(window().max(|i| i.group).await?, first_two.last().copied(), "{scope}");
        let sum: u128 = first_two.iter().map(|group| u128::from(*group)).sum();
        assert_eq!(window().sum(|i| i.group).await?, sum, "{scope}");
        assert_eq!(window().avg(|i| i.group).await?, Some(sum as f64 / 2.0), "{scope}");
        assert_eq!(by_group().limit(absent).max(|i| i.group).await?, None, "{scope}");
    }
    Ok(())
}

async fn q_sum_wide(subject: &Subject) -> Result<()> {
    let most = Numbers { signed: i64::MAX, unsigned: Some(u64::MAX), ..ZERO };
    let least = Numbers { signed: i64::MIN, unsigned: Some(u64::MAX), ..ZERO };
    let scene = scene(subject, &[most.clone(), most.clone(), most, least.clone(), least]).await?;
    for (scope, view) in &scene.views {
        let sum = 3 * i128::from(i64::MAX) + 2 * i128::from(i64::MIN);
        assert_eq!(view.query().sum(|n| n.signed).await?, sum, "{scope}");
        let sum = 2 * i128::from(i64::MIN);
        assert_eq!(view.filter(|n| n.signed.lt(0)).sum(|n| n.signed).await?, sum, "{scope}");
        assert_eq!(view.query().limit(2).sum(|n| n.signed).await?, 2 * i128::from(i64::MAX), "{scope}");
        assert_eq!(view.query().sum(|n| n.unsigned).await?, 5 * u128::from(u64::MAX), "{scope}");
        assert_eq!(view.query().avg(|n| n.unsigned).await?, Some(u64::MAX as f64), "{scope}");
    }
    Ok(())
}

async fn q_sum_exact(subject: &Subject) -> Result<()> {
    let wide = |wide: i128| Numbers { wide, natural: wide.unsigned_abs(), ..ZERO };
    let scene = scene(subject, &[wide(i128::MAX), wide(1), wide(-2), wide(i128::MIN), wide(5)]).await?;
    for (scope, view) in &scene.views {
        assert_eq!(view.query().sum(|n| n.wide).await?, 3, "{scope}");
        assert_eq!(view.query().limit(3).sum(|n| n.wide).await?, i128::MAX - 1, "{scope}");
        let falling = view.query().order_by(|n| n.wide.desc());
        assert_eq!(falling.sum(|n| n.wide).await?, 3, "{scope}");
        let most = view.filter(|n| n.natural.between(1 << 127..));
        assert_eq!(most.sum(|n| n.natural).await?, 1 << 127, "{scope}");
        let fits = view.filter(|n| n.id.one_of([1, 4])).sum(|n| n.natural).await?;
        assert_eq!(fits, u128::MAX, "{scope}");
    }
    Ok(())
}

async fn q_sum_overflow(subject: &Subject) -> Result<()> {
    let wide = |wide: i128, natural: u128| Numbers { wide, natural, ..ZERO };
    let rows = [wide(i128::MAX, u128::MAX), wide(1, 1), wide(i128::MIN, 0), wide(-1, 0)];
    let scene = scene(subject, &rows).await?;
    for (scope, view) in &scene.views {
        let falls = view.filter(|n| n.wide.lt(0));
        let rises = view.query().limit(2);
        for (field, outcome) in [
            ("wide", rises.clone().sum(|n| n.wide).await.map(drop)),
            ("wide", falls.sum(|n| n.wide).await.map(drop)),
            ("wide", view.filter(|n| n.wide.gt(0)).sum(|n| n.wide).await.map(drop)),
            ("natural", rises.sum(|n| n.natural).await.map(drop)),
            ("natural", view.query().sum(|n| n.natural).await.map(drop)),
        ] {
            let error = refused(outcome, ErrorKind::Overflow);
            assert_eq!(error.collection(), Some("query_numbers"), "{scope}");
            assert_eq!(error.fields(), Some(&[field.into()][..]), "{scope}");
            assert!(!error.is_retryable(), "{scope}");
        }
        assert_eq!(view.query().sum(|n| n.wide).await?, -1, "{scope}");
    }
    Ok(())
}

async fn q_sum_float(subject: &Subject) -> Result<()> {
    let float = |single: f32, double: Option<f64>| Numbers { single, double, ..ZERO };
    let rows =
        [float(f32::MAX, Some(0.25)), float(f32::MAX, None), float(0.5, Some(-1.0)), float(-0.5, None)];
    let scene = scene(subject, &rows).await?;
    for (scope, view) in &scene.views {
        let most = f64::from(f32::MAX);
        assert_eq!(view.query().sum(|n| n.single).await?, 2.0 * most, "{scope}");
        assert_eq!(view.query().avg(|n| n.single).await?, Some(most / 2.0), "{scope}");
        assert_eq!(view.query().sum(|n| n.double).await?, -0.75, "{scope}");
        assert_eq!(view.query().avg(|n| n.double).await?, Some(-0.375), "{scope}");
        let small = view.filter(|n| n.single.lt(1.0));
        assert_eq!(small.clone().sum(|n| n.single).await?, 0.0, "{scope}");
        assert_eq!(small.avg(|n| n.single).await?, Some(0.0), "{scope}");
        assert_eq!(view.filter(|n| n.double.is_none()).sum(|n| n.double).await?, 0.0, "{scope}");
    }
    Ok(())
}

async fn q_avg_wide(subject: &Subject) -> Result<()> {
    let wide = |wide: i128, natural: u128| Numbers { wide, natural, ..ZERO };
    let rows = [wide(i128::MAX, u128::MAX), wide(i128::MAX, u128::MAX), wide(i128::MAX, u128::MAX)];
    let scene = scene(subject, &rows).await?;
    for (scope, view) in &scene.views {
        assert_eq!(view.query().avg(|n| n.wide).await?, Some(i128::MAX as f64), "{scope}");
        assert_eq!(view.query().avg(|n| n.natural).await?, Some(u128::MAX as f64), "{scope}");
    }
    let negative = self::scene(subject, &[wide(-1, 0), wide(-2, 0)]).await?;
    for (scope, view) in &negative.views {
        assert_eq!(view.query().avg(|n| n.wide).await?, Some(-1.5), "{scope}");
        assert_eq!(view.query().sum(|n| n.wide).await?, -3, "{scope}");
    }
    Ok(())
}
