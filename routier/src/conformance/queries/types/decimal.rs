//! `rust_decimal::Decimal`.

use rust_decimal::Decimal;

use super::table::{Family, family};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::queries::sample::Sample;
use crate::conformance::queries::scene::Scene;
use crate::conformance::tools::refused;
use crate::{ErrorKind, Result};

clauses! {
    "3.2" q_type_decimal: "Every operator, order and extreme of `Decimal` is that of its value: `1.00` is `1`.";
    "3.5" q_sum_decimal: "Sums of decimals are exact in every digit, and `Overflow` where they do not fit.";
}

family! {
    OfDecimal "query_decimals"
    q_type_decimal Decimal: decimal_plain decimal_optional decimal_bare decimal_bare_optional decimal_list =
        [Decimal::MIN, Decimal::new(-10, 1), Decimal::ZERO, Decimal::new(1, 28), Decimal::new(100, 2), Decimal::ONE, Decimal::MAX],
        [Decimal::NEGATIVE_ONE, Decimal::new(0, 5), Decimal::new(11, 1), Decimal::new(1_000, 3)];
}

async fn q_sum_decimal(subject: &Subject) -> Result<()> {
    let values =
        [Decimal::MAX, Decimal::new(25, 1), Decimal::new(1, 28), Decimal::new(-350, 2), Decimal::MIN];
    let row = |(id, value): (u64, Option<Decimal>)| OfDecimal {
        decimal_plain: value.unwrap_or_default(),
        decimal_optional: value,
        ..OfDecimal::row(id, 1)
    };
    let rows = (0..).zip(values.map(Some).into_iter().chain([None])).map(row).collect();
    let scene = Scene::of(subject, rows, &[OfDecimal::row(100, 3).twisted()]).await?;
    for (scope, view) in &scene.views {
        // the extremes take each other away, and nothing is rounded on the way
        let exact = Decimal::new(-1, 0) + Decimal::new(1, 28);
        assert_eq!(view.query().sum(|d| d.decimal_plain).await?, exact, "{scope}");
        assert_eq!(view.query().sum(|d| d.decimal_optional).await?, exact, "{scope}");
        let some = view.filter(|d| d.decimal_optional.between(Decimal::new(-4, 0)..Decimal::new(3, 0)));
        assert_eq!(
            some.clone().limit(2).sum(|d| d.decimal_plain).await?,
            Decimal::new(25, 1) + Decimal::new(1, 28)
        );
        assert_eq!(some.clone().count().await?, 3, "{scope}");
        let average = some.avg(|d| d.decimal_optional).await?;
        assert!(average.is_some_and(|average| (average + 1.0 / 3.0).abs() < 1e-12), "{scope}: {average:?}");
        for find in [view.query().limit(2), view.filter(|d| d.decimal_plain.ge(Decimal::new(1, 28)))] {
            let error = refused(find.sum(|d| d.decimal_plain).await, ErrorKind::Overflow);
            assert_eq!(error.fields(), Some(&["decimal_plain".into()][..]), "{scope}");
        }
        assert_eq!(
            view.filter(|d| d.decimal_optional.is_none()).sum(|d| d.decimal_optional).await?,
            Decimal::ZERO
        );
    }
    Ok(())
}
