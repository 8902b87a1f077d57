//! Forks: independent stores in memory with the same content.

use routier::{ErrorKind, Result, Store, Versioned};
use routier_tests::stores::on_each;

use crate::entities::{NewPlayer, Note, Player};

fn player(number: u64) -> NewPlayer {
    let guild = ["red", "blue"].get(number as usize % 3).map(|guild| (*guild).to_owned());
    let tags = (0..number % 4).map(|tag| format!("t{tag}")).collect();
    NewPlayer { guild, tags, ..NewPlayer::named(&format!("m{number}"), (number * 37 % 50) as u32) }
}

/// What the players of a store answer, by each structure.
async fn answers(store: &Store) -> Result<Vec<Vec<Versioned<Player>>>> {
    let players = store.collection::<Player>().await?;
    let mut by_name = Vec::new();
    for number in 0..70 {
        by_name.extend(players.get_by(|p| p.handle, format!("m{number}")).await?);
    }
    Ok(vec![
        players.query().all().await?,
        players.query().order_by(|p| p.score.desc()).all().await?,
        players.filter(|p| p.guild.eq("red") & p.score.ge(10)).order_by(|p| p.score.asc()).all().await?,
        players.filter(|p| p.tags.contains("t1")).all().await?,
        players.scan(|p: &Player| p.handle.ends_with('7')).all().await?,
        by_name,
    ])
}

async fn loaded(store: &Store) -> Result<()> {
    let players = store.collection::<Player>().await?;
    players.insert_many((0..60).map(player)).await?;
    for key in (1..=60).step_by(7) {
        players.modify(&key, |row| row.score += 1).await?;
    }
    players.filter(|p| p.score.lt(5)).remove().await?;
    Ok(())
}

#[tokio::test]
async fn a_fork_has_the_same_rows_and_goes_its_own_way() {
    on_each(async |store| {
        loaded(&store).await?;
        let before = answers(&store).await?;
        let fork = store.fork().await?;
        assert_eq!(answers(&fork).await?, before);
        assert_eq!(fork.stats().rows, before[0].len() as u64);

        let (ours, theirs) = (store.collection::<Player>().await?, fork.collection::<Player>().await?);
        let shared = before[0].first().expect("there are rows");
        let changed = theirs.update(shared, |row| row.score = 1_000).await?;
        assert!(changed.version() > shared.version(), "a version is not given twice");
        theirs.filter(|p| p.score.lt(20)).remove().await?;
        theirs.insert(NewPlayer { handle: "theirs".to_owned(), ..player(3) }).await?;
        assert_eq!(answers(&store).await?, before, "nothing of it is seen in the other");

        let there = answers(&fork).await?;
        ours.update(shared, |row| row.score = 2_000).await?;
        ours.query().remove().await?;
        ours.insert(NewPlayer { handle: "theirs".to_owned(), ..player(4) }).await?;
        assert_eq!(answers(&fork).await?, there, "nor the other way round");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_distinct_and_given_goes_on_in_a_fork() {
    on_each(async |store| {
        loaded(&store).await?;
        let last = store.collection::<Player>().await?.insert(player(100)).await?;
        let fork = store.fork().await?;
        let players = fork.collection::<Player>().await?;
        let refused = players.insert(player(100)).await.expect_err("the name is there");
        assert_eq!(refused.kind(), ErrorKind::Duplicate);
        assert!(players.insert(player(101)).await?.id > last.id, "no identity is given twice");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_feed_of_a_fork_begins_with_it() {
    on_each(async |store| {
        loaded(&store).await?;
        let token = store.token();
        let mut before = store.collection::<Player>().await?.changes().await?;
        let fork = store.fork().await?;
        let players = fork.collection::<Player>().await?;
        let refused = players.changes_after(token).await.expect_err("the token of another store");
        assert_eq!(refused.kind(), ErrorKind::TokenForeign);

        let begin = fork.token();
        let mut feed = players.changes().await?;
        let inserted = players.insert(player(200)).await?;
        let change = feed.next().await.expect("not the end")?;
        assert_eq!((change.key(), change.version()), (inserted.id, inserted.version()));
        let mut again = players.changes_after(begin).await?;
        assert_eq!(again.next().await.expect("not the end")?.key(), inserted.id);

        let ours = store.collection::<Player>().await?.insert(player(201)).await?;
        assert_eq!(before.next().await.expect("not the end")?.version(), ours.version(), "and only that");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_fork_of_a_fork_and_one_of_nothing() {
    on_each(async |store| {
        let empty = store.fork().await?;
        assert_eq!(empty.stats().rows, 0);
        loaded(&store).await?;
        assert_eq!(empty.collection::<Player>().await?.query().count().await?, 0);
        let second = store.fork().await?.fork().await?;
        assert_eq!(answers(&second).await?, answers(&store).await?);
        store.close().await?;
        assert_eq!(store.fork().await.expect_err("it is closed").kind(), ErrorKind::Closed);
        assert_eq!(second.collection::<Player>().await?.insert(player(300)).await?.handle, "m300");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_is_not_committed_is_not_in_a_fork() {
    on_each(async |store| {
        loaded(&store).await?;
        let before = answers(&store).await?;
        let tx = store.begin().await?;
        tx.collection::<Player>().await?.query().remove().await?;
        let fork = store.fork().await?;
        tx.commit().await?;
        assert_eq!(answers(&fork).await?, before);
        Ok(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn forks_beside_writers_have_whole_commits() -> Result<()> {
    let store = Store::memory();
    let notes = store.collection::<Note>().await?;
    notes.insert_many((0..40).map(|n| Note::new(&format!("{n:02}"), 0))).await?;
    let writers: Vec<_> = (0..3_u64)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for round in 0..300_u64 {
                    let moved = store.transaction(|tx| async move {
                        let notes = tx.collection::<Note>().await?;
                        let name = |place: u64| format!("{:02}", (writer * 13 + round * place) % 40);
                        let (from, to) = (name(3), name(7));
                        notes.modify(&from, |note| note.value -= 1).await?;
                        notes.modify(&to, |note| note.value += 1).await
                    });
                    moved.await?;
                }
                Ok::<_, routier::Error>(())
            })
        })
        .collect();
    for _ in 0..40 {
        let fork = store.fork().await?;
        let there = fork.collection::<Note>().await?;
        let all = there.query().all().await?;
        assert_eq!((all.len(), all.iter().map(|note| note.value).sum::<i64>()), (40, 0));
        there.modify("00", |note| note.value += 1).await?;
    }
    for writer in writers {
        writer.await.expect("no panic")?;
    }
    Ok(())
}
