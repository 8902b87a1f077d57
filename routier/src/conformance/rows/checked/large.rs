//! 16 MiB a row.

use serde::{Deserialize, Serialize};

use super::{scopes, ways, written};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::refused;
use crate::{Entity, ErrorKind, Result};

clauses! {
    "2.9" c_row: "Where rows are checked, a row whose encoding has 16 MiB is taken.";
    "2.9" c_row_beyond: "Where rows are checked, a row whose encoding has a byte more is `TooLarge`, by every way to write it.";
}

/// How many bytes the encoding of a row may have.
const LIMIT: usize = 16 << 20;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "checked_large")]
struct Large {
    #[key]
    id: u64,
    text: String,
}

/// A row whose encoding, `{"id":1,"text":".."}`, has so many bytes.
fn large(bytes: usize) -> Large {
    Large { id: 1, text: "x".repeat(bytes - r#"{"id":1,"text":""}"#.len()) }
}

async fn c_row(subject: &Subject) -> Result<()> {
    let [alone, within] = scopes(subject).await?;
    for (scope, bytes) in [(alone, LIMIT), (within, LIMIT - 1)] {
        let rows = scope.collection::<Large>().await?;
        rows.insert(large(bytes)).await?;
        let length = rows.get(&1).await?.map(|row| row.text.len());
        assert_eq!(length, Some(large(bytes).text.len()), "{bytes} {scope}");
        scope.end().await?;
    }
    Ok(())
}

async fn c_row_beyond(subject: &Subject) -> Result<()> {
    let small = Large { id: 1, text: String::new() };
    let large = large(LIMIT + 1);
    // to encode so much takes its time: a transaction has one place where it stages
    let [alone, within] = scopes(subject).await?;
    let every: Vec<&str> = ways(&alone).collect();
    for (scope, ways) in [(alone, every), (within, vec!["insert", "update"])] {
        let rows = scope.collection::<Large>().await?;
        for way in ways {
            let error = refused(written(way, &rows, &small, &large).await?, ErrorKind::TooLarge);
            assert_eq!(error.collection(), Some("checked_large"), "{way} {scope}");
            assert_eq!(error.key(), Some("1"), "{way} {scope}");
            assert!(error.to_string().len() < 300, "the row is not shown, {way} {scope}");
            assert_eq!(rows.query().one().await?.entity(), &small, "{way} {scope}");
        }
        scope.end().await?;
    }
    Ok(())
}
