//! Transactions, snapshots, composite keys, transient rows.

use routier::{Error, ErrorKind, Isolation, Result, Store, TransactionOptions};

use crate::entities::{Coins, FreshPurse, NewPlayer, NewSession, Place, Player, Purse};

fn purse(place: Place, coins: u64) -> FreshPurse {
    FreshPurse { owner: "ada".to_owned(), place, label: format!("{place:?}"), coins: Coins(coins) }
}

pub async fn all(store: &Store) -> Result<()> {
    let purses = store.collection::<Purse>().await?;
    let bank = purses.insert(purse(Place::Bank, 10)).await?;
    assert_eq!(bank.revision, bank.version());
    assert_eq!(bank.key(), ("ada".to_owned(), Place::Bank));
    purses.insert(purse(Place::Hand, 0)).await?;
    let then = store.snapshot().await?;

    let amount = store
        .transaction(|tx| async move {
            let purses = tx.collection::<Purse>().await?;
            purses.modify(&("ada", Place::Bank), |purse| purse.coins.0 -= 3).await?;
            purses.modify(&("ada", Place::Hand), |purse| purse.coins.0 += 3).await?;
            tx.collection::<Player>().await?.insert(NewPlayer::named("bob", 1)).await?;
            Ok(3)
        })
        .await?;
    assert_eq!(amount, 3);
    assert_eq!(purses.get(&("ada", Place::Hand)).await?.map(|purse| purse.coins.0), Some(3));
    let by_label = purses.get_by(|p| (p.owner, p.label), ("ada", "Hand")).await?;
    assert_eq!(by_label.map(|purse| purse.place), Some(Place::Hand));
    let before = then.collection::<Purse>().await?;
    assert_eq!(before.get(&("ada", Place::Hand)).await?.map(|purse| purse.coins.0), Some(0));

    let tx = store.begin().await?;
    tx.collection::<Purse>().await?.remove_key(&("ada", Place::Hand)).await?;
    tx.rollback().await?;
    let tx = store.begin().await?;
    tx.collection::<Purse>().await?.query().update(|purse| purse.coins.0 *= 2).await?;
    tx.commit().await?;
    assert_eq!(purses.filter(|p| p.coins.ge(Coins(6))).count().await?, 2);

    let options = TransactionOptions::new().isolation(Isolation::Snapshot).runs(2);
    let failed = store.transaction_with(options, |_tx| async { Err::<(), _>(Error::other("no")) }).await;
    assert_eq!(failed.expect_err("the closure's own error").kind(), ErrorKind::Other);
    let boxed: std::result::Result<u8, Box<dyn std::error::Error>> =
        store.try_transaction(|_tx| async { Ok(u8::try_from(300)?) }).await;
    assert!(boxed.is_err());

    let spawned = store.clone();
    let counted = tokio::spawn(async move {
        let name = &"ada".to_owned();
        spawned
            .transaction(|tx| async move {
                let purses = tx.collection::<Purse>().await?;
                let count = purses.filter(|p| p.owner.eq(name)).count().await?;
                purses.scan(|purse| purse.coins.0 > 1_000).remove().await?;
                Ok(count)
            })
            .await
    });
    assert_eq!(counted.await.expect("it does not panic")?, 2);

    let (wake, woken) = std::sync::mpsc::sync_channel(1);
    let sessions = store.collection::<crate::entities::Session>().await?;
    let session = sessions.insert(NewSession { wake }).await?;
    session.wake.send(()).expect("the receiver is there");
    woken.recv().expect("it was sent");
    Ok(())
}
