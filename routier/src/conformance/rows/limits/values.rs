//! Values that are never taken, and floats in an index.

use super::ways::{Refusal, Sample, is_met};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::scope::Scope;
use crate::{Entity, ErrorKind, Result};

clauses! {
    "2.1" l_nul: "U+0000 in declared text is `Invalid`, by every way to write it.";
    "2.1" l_nul_undeclared: "Text that is not declared may have U+0000 in it, and comes back with it.";
    "2.1" l_nan: "NaN in a declared field is `Invalid`, by every way to write it.";
    "2.1" l_zero: "`-0.0` is `0.0` in an index: either finds both, and they tie in an order.";
    "2.1" l_zero_kept: "A row keeps the sign of its zero.";
    "2.1" l_floats: "Floats are ordered by value, from the least to the greatest, the smallest differences counting.";
    "2.1" l_infinity[TRANSIENT]: "An infinity may be indexed where rows are never encoded, and stands at its end of the order.";
}

fn invalid(fields: &'static [&'static str]) -> Refusal {
    Some((ErrorKind::Invalid, fields))
}

async fn l_nul(subject: &Subject) -> Result<()> {
    is_met(subject, "text", invalid(&["text"]), |s| s.text = "\0".into()).await?;
    is_met(subject, "text", invalid(&["text"]), |s| s.text = format!("{}\0", "x".repeat(500))).await?;
    is_met(subject, "an option", invalid(&["note"]), |s| s.note = Some("a\0b".into())).await?;
    is_met(subject, "distinct", invalid(&["name"]), |s| s.name = Some("\0a".into())).await?;
    is_met(subject, "an element", invalid(&["tags"]), |s| s.tags = vec!["a".into(), "b\0".into()]).await?;
    is_met(subject, "in an index", invalid(&["right"]), |s| s.right = "\0\0".into()).await?;
    is_met(subject, "in a group", invalid(&["code"]), |s| s.code = Some("\0".into())).await
}

async fn l_nul_undeclared(subject: &Subject) -> Result<()> {
    is_met(subject, "not declared", None, |s| s.bio = "\0a\0\0b\0".into()).await
}

async fn l_nan(subject: &Subject) -> Result<()> {
    is_met(subject, "a float", invalid(&["ratio"]), |s| s.ratio = f64::NAN).await?;
    is_met(subject, "with a sign", invalid(&["ratio"]), |s| s.ratio = -f64::NAN).await?;
    is_met(subject, "with a payload", invalid(&["ratio"]), |s| {
        s.ratio = f64::from_bits(0x7ff0_0000_0000_0001)
    })
    .await?;
    is_met(subject, "an option", invalid(&["share"]), |s| s.share = Some(f32::NAN)).await?;
    is_met(subject, "an element", invalid(&["ratios"]), |s| s.ratios = vec![1.0, f64::NAN]).await
}

async fn l_zero(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let samples = scope.collection::<Sample>().await?;
        for (id, ratio) in (1..).zip([0.0, -0.0, -f64::MIN_POSITIVE, f64::MIN_POSITIVE, 0.0, -0.0]) {
            let row =
                Sample { id, ratio, share: Some(ratio as f32), ratios: vec![ratio], ..Sample::default() };
            samples.insert(row).await?;
        }
        for zero in [0.0, -0.0] {
            assert_eq!(samples.filter(|s| s.ratio.eq(zero)).keys().await?, [1, 2, 5, 6], "{zero} {scope}");
            assert_eq!(samples.filter(|s| s.ratio.ne(zero)).keys().await?, [3, 4], "{zero} {scope}");
            assert_eq!(samples.filter(|s| s.ratio.lt(zero)).keys().await?, [3], "{zero} {scope}");
            assert_eq!(samples.filter(|s| s.ratio.gt(zero)).keys().await?, [4], "{zero} {scope}");
            assert_eq!(samples.filter(|s| s.ratio.ge(zero)).count().await?, 5, "{zero} {scope}");
            assert_eq!(samples.filter(|s| s.ratio.one_of([zero])).count().await?, 4, "{zero} {scope}");
            assert_eq!(
                samples.filter(|s| s.ratios.contains(zero)).keys().await?,
                [1, 2, 5, 6],
                "{zero} {scope}"
            );
            let share = zero as f32;
            assert_eq!(
                samples.filter(|s| s.share.eq(share)).count().await?,
                6,
                "too small for an f32 {scope}"
            );
        }
        let ordered = samples.query().order_by(|s| s.ratio.asc()).keys().await?;
        assert_eq!(ordered, [3, 1, 2, 5, 6, 4], "{scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn l_zero_kept(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let samples = scope.collection::<Sample>().await?;
        samples.insert(Sample { id: 1, ratio: -0.0, share: Some(-0.0), ..Sample::default() }).await?;
        samples.insert(Sample { id: 2, ratio: -0.0, ratios: vec![0.0, -0.0], ..Sample::default() }).await?;
        // a change of nothing but the sign
        samples.modify(&2, |s| s.ratio = 0.0).await?;
        let store = scope.end().await?;
        let samples = store.collection::<Sample>().await?;
        let signs = |row: &Sample| -> Vec<bool> {
            std::iter::once(&row.ratio).chain(&row.ratios).map(|ratio| ratio.is_sign_negative()).collect()
        };
        let [Some(first), Some(second)] = &samples.get_many([1, 2]).await?[..] else { panic!("two rows") };
        assert_eq!((signs(first), signs(second)), (vec![true], vec![false, false, true]));
        assert!(first.share.is_some_and(|share| share.is_sign_negative()));
    }
    Ok(())
}

async fn l_floats(subject: &Subject) -> Result<()> {
    let tiny = f64::from_bits(1);
    let ascending = [
        f64::MIN,
        -1e300,
        -1.5,
        -1.0,
        -0.1 - 0.2,
        -0.3,
        -f64::MIN_POSITIVE,
        -tiny,
        0.0,
        tiny,
        f64::MIN_POSITIVE,
        0.3,
        0.1 + 0.2,
        1.0,
        1.0 + f64::EPSILON,
        9_007_199_254_740_991.0,
        9_007_199_254_740_992.0,
        f64::MAX,
    ];
    for scope in Scope::each(subject).await? {
        let samples = scope.collection::<Sample>().await?;
        for (id, ratio) in (0..ascending.len() as u32).zip(ascending).rev() {
            samples.insert(Sample { id, ratio, ..Sample::default() }).await?;
        }
        let all: Vec<u32> = (0..ascending.len() as u32).collect();
        assert_eq!(samples.query().order_by(|s| s.ratio.asc()).keys().await?, all, "{scope}");
        for (id, ratio) in (0..).zip(ascending) {
            assert_eq!(samples.filter(|s| s.ratio.eq(ratio)).keys().await?, [id], "{ratio:e} {scope}");
            assert_eq!(
                samples.filter(|s| s.ratio.lt(ratio)).count().await?,
                u64::from(id),
                "{ratio:e} {scope}"
            );
            let kept = samples.get(&id).await?.map(|row| row.ratio.to_bits());
            assert_eq!(kept, Some(ratio.to_bits()), "{ratio:e} {scope}");
        }
        scope.end().await?;
    }
    Ok(())
}

/// A row that is never encoded.
#[derive(Entity, Clone, Debug, PartialEq)]
#[entity(transient, collection = "limit_passing")]
struct Passing {
    #[key]
    id: u32,
    #[index]
    ratio: f64,
    #[index]
    share: Option<f32>,
}

async fn l_infinity(subject: &Subject) -> Result<()> {
    for scope in Scope::each(subject).await? {
        let rows = scope.collection::<Passing>().await?;
        for (id, ratio) in (0..).zip([f64::INFINITY, 0.0, f64::NEG_INFINITY, f64::MAX, f64::MIN]) {
            rows.insert(Passing { id, ratio, share: Some(ratio as f32) }).await?;
        }
        rows.insert(Passing { id: 9, ratio: 1.0, share: None }).await?;
        let ordered = rows.query().order_by(|r| r.ratio.asc()).keys().await?;
        assert_eq!(ordered, [2, 4, 1, 9, 3, 0], "{scope}");
        assert_eq!(rows.filter(|r| r.ratio.eq(f64::INFINITY)).keys().await?, [0], "{scope}");
        assert_eq!(rows.filter(|r| r.ratio.gt(f64::NEG_INFINITY)).count().await?, 5, "{scope}");
        assert_eq!(rows.filter(|r| r.ratio.le(f64::MIN)).keys().await?, [2, 4], "{scope}");
        // as an `f32` the greatest `f64` is infinite, too
        assert_eq!(rows.filter(|r| r.share.eq(f32::INFINITY)).keys().await?, [0, 3], "{scope}");
        assert_eq!(rows.query().order_by(|r| r.share.asc()).keys().await?, [9, 2, 4, 1, 0, 3], "{scope}");
        scope.end().await?;
    }
    Ok(())
}
