//! Live queries through the store.

use std::collections::BTreeMap;

use routier::{Error, Live, Result, Store, Watch};

use crate::{Player, player, stores};

type Rows = BTreeMap<u64, u32>;

/// Applies what a watch says to rows, as its user does; what does not fit is a failure.
fn apply(rows: &mut Rows, live: Live<Player>) -> Option<routier::Token> {
    match live {
        Live::Reset(all) => *rows = all.iter().map(|row| (row.id, row.score)).collect(),
        Live::Entered(row) => assert_eq!(rows.insert(row.id, row.score), None),
        Live::Changed { before, after } => {
            assert_eq!(rows.insert(after.id, after.score), Some(before.score));
        }
        Live::Moved { before, after } => {
            assert_ne!(before.score, after.score);
            assert_eq!(rows.insert(after.id, after.score), Some(before.score));
        }
        Live::Left(row) => assert_eq!(rows.remove(&row.id), Some(row.score)),
        Live::Ready(token) => return Some(token),
    }
    None
}

async fn until_ready(watch: &mut Watch<Player>, rows: &mut Rows) -> Result<routier::Token> {
    loop {
        if let Some(token) = apply(rows, watch.next().await.expect("not the end")?) {
            return Ok(token);
        }
    }
}

#[tokio::test]
async fn a_watch_follows_a_query() -> Result<()> {
    for store in stores().await? {
        let players = store.collection::<Player>().await?;
        players.insert_many([player(1, 50), player(2, 95), player(3, 99)]).await?;
        let mut watch = players.filter(|p| p.score.ge(90)).order_by(|p| p.score.desc()).watch().await?;
        let Some(Ok(Live::Reset(rows))) = watch.next().await else { panic!("a reset comes first") };
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [3, 2]);
        assert!(matches!(watch.next().await, Some(Ok(Live::Ready(token))) if token == store.token()));
        players.modify(&1, |row| row.score = 60).await?;
        players.modify(&1, |row| row.score = 91).await?;
        players.modify(&2, |row| row.score = 100).await?;
        players.modify(&2, |_| ()).await?;
        players.remove_key(&3).await?;
        let mut said = Vec::new();
        for _ in 0..8 {
            said.push(match watch.next().await.expect("not the end")? {
                Live::Entered(row) => format!("+{}", row.id),
                Live::Moved { after, .. } => format!(">{}", after.id),
                Live::Changed { after, .. } => format!("~{}", after.id),
                Live::Left(row) => format!("-{}", row.id),
                Live::Ready(_) => ".".to_owned(),
                Live::Reset(_) => "reset".to_owned(),
            });
        }
        assert_eq!(said.join(" "), "+1 . >2 . ~2 . -3 .");
        store.close().await?;
        assert!(watch.next().await.is_none());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn watches_beside_writers_have_what_the_query_gives() -> Result<()> {
    for store in [Store::memory(), Store::builder().retain(20).memory()] {
        let players = store.collection::<Player>().await?;
        // With a limit, rows behind it are fetched beside the writers as well.
        let finds = (0..4).flat_map(|place| {
            let best = players.filter(|p| p.score.ge(place)).order_by(|p| p.score.desc());
            [players.filter(|p| p.score.ge(place * 20)), best.limit(1 + u64::from(place) * 4)]
        });
        let followers: Vec<_> = finds
            .map(|find| {
                tokio::spawn(async move {
                    let mut watch = find.clone().watch().await?;
                    let mut rows = Rows::new();
                    let mut last = until_ready(&mut watch, &mut rows).await?;
                    while !rows.contains_key(&u64::MAX) {
                        let token = until_ready(&mut watch, &mut rows).await?;
                        assert!(token.number() >= last.number(), "{token:?} after {last:?}");
                        last = token;
                    }
                    Ok::<_, Error>((find, rows))
                })
            })
            .collect();
        let writers: Vec<_> = (0..4_u64)
            .map(|writer| {
                let store = store.clone();
                tokio::spawn(async move {
                    for round in 0..400_u64 {
                        let pair = store.transaction(|tx| async move {
                            let players = tx.collection::<Player>().await?;
                            for place in 0..3 {
                                let id = writer * 10 + (round + place) % 10;
                                match (round * 7 + place * 3 + writer) % 5 {
                                    0 => drop(players.remove_key(&id).await?),
                                    _ => drop(
                                        players.upsert(player(id, (round * 13 + place) as u32 % 90)).await?,
                                    ),
                                }
                            }
                            Ok(())
                        });
                        pair.await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .collect();
        for writer in writers {
            writer.await.expect("no panic")?;
        }
        players.insert(player(u64::MAX, 1000)).await?;
        for follower in followers {
            let (find, rows) = follower.await.expect("no panic")?;
            let expected = find.all().await?;
            assert_eq!(rows, expected.iter().map(|row| (row.id, row.score)).collect());
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_watch_of_a_closed_store_says_what_is_left() -> Result<()> {
    for (history, limit) in [(100, 2), (1, 1_000)] {
        let store = Store::builder().retain(history).memory();
        let players = store.collection::<Player>().await?;
        players.insert_many((1..=30).map(|id| player(id, 100 - id as u32))).await?;
        let best = players.query().order_by(|p| p.score.desc()).limit(limit);
        let mut watch = best.clone().watch().await?;
        // It has to ask for rows again: for those behind the ones that it knows, or for all.
        for id in 1..=15 {
            players.remove_key(&id).await?;
        }
        let expected: Rows = best.all().await?.iter().map(|row| (row.id, row.score)).collect();
        store.close().await?;
        let mut rows = Rows::new();
        while let Some(live) = watch.next().await {
            apply(&mut rows, live?);
        }
        assert_eq!(rows, expected, "a history of {history}, a limit of {limit}");
    }
    Ok(())
}
