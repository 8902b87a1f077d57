//! `rust_decimal::Decimal`.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::rows::key_types::held::{self, alone, entities, held};
use crate::conformance::tools::refused;
use crate::{Entity, ErrorKind, Result};

clauses! {
    "2.1" k_decimal: "`Decimal` is a key, distinct and indexed, in the order of its values.";
    "2.1" k_decimal_value: "A `Decimal` is compared by value, however many zeros it ends in.";
}

entities! {
    Parts: a Decimal = Decimal::ONE;
    Fields: a a_;
}

async fn k_decimal(subject: &Subject) -> Result<()> {
    let least = Decimal::from_parts(1, 0, 0, false, 28);
    let values = [
        Decimal::MIN,
        Decimal::new(-15, 1),
        Decimal::NEGATIVE_ONE,
        -least,
        Decimal::ZERO,
        least,
        Decimal::new(1, 1),
        Decimal::new(9, 1),
        Decimal::ONE,
        // by digits it would stand before the last
        Decimal::TEN,
        Decimal::MAX - Decimal::ONE,
        Decimal::MAX,
    ];
    held! { subject: Decimal: Parts a, Fields a a_ = values; }
    alone! { subject: Decimal = values; }
    Ok(())
}

async fn k_decimal_value(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let rows = store.collection::<Fields>().await?;
    let given = Some(Decimal::new(150, 2));
    rows.insert(Fields { place: 1, a: given, a_: given, note: 1 }).await?;
    let keys = store.collection::<Parts>().await?;
    keys.insert(Parts { half: true, a: Decimal::new(150, 2), note: 1 }).await?;
    for same in [Decimal::new(15, 1), Decimal::new(1_500, 3), Decimal::new(150, 2)] {
        assert_eq!(rows.get_by(|r| r.a, same).await?.map(|row| row.place), Some(1), "{same}");
        assert_eq!(rows.filter(|r| r.a_.eq(same)).keys().await?, [1], "{same}");
        assert!(!rows.filter(|r| r.a_.lt(same) | r.a_.gt(same)).exists().await?, "{same}");
        assert!(keys.get(&(true, same)).await?.is_some(), "{same}");
        let error = refused(
            rows.insert(Fields { place: 2, a: Some(same), a_: None, note: 2 }).await,
            ErrorKind::Duplicate,
        );
        assert_eq!(error.fields(), Some(&["a".into()][..]), "{same}");
        refused(keys.insert(Parts { half: true, a: same, note: 2 }).await, ErrorKind::Duplicate);
        keys.upsert(Parts { half: true, a: same, note: 2 }).await?;
        assert_eq!(keys.query().count().await?, 1, "{same}");
    }
    Ok(())
}
