//! Rows of which a batch is not to hold a thousand.

use routier::{Entity, Result};
use serde::{Deserialize, Serialize};

use crate::Place;

#[derive(Entity, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[entity(collection = "letters")]
struct Letter {
    #[key]
    id: u32,
    #[index]
    to: u32,
    text: String,
}

/// Together they have more bytes than are read, and remembered, at a time.
#[tokio::test]
async fn large_rows_come_in_small_batches_once_each() -> Result<()> {
    let place = Place::new();
    let store = place.open().await?;
    let letters = store.collection::<Letter>().await?;
    let token = store.token();
    let text = "x".repeat(3 << 20);
    for id in 0..7 {
        let text = if id == 3 { String::new() } else { text.clone() };
        letters.insert(Letter { id, to: id % 2, text }).await?;
    }
    let ids = |rows: &[routier::Versioned<Letter>]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(&letters.query().all().await?), [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(ids(&letters.query().offset(1).limit(5).all().await?), [1, 2, 3, 4, 5]);
    assert_eq!(
        ids(&letters.filter(|l| l.to.ge(0)).order_by(|l| l.to.desc()).all().await?),
        [5, 3, 1, 6, 4, 2, 0]
    );
    let seldom = letters.scan(|letter| letter.text.is_empty()).all().await?;
    assert_eq!(ids(&seldom), [3]);

    let mut feed = letters.changes_after(token).await?;
    for id in 0..7 {
        assert_eq!(feed.next().await.unwrap()?.after().unwrap().id, id);
    }
    Ok(())
}
