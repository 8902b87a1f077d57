//! Feeds, tokens and live queries.

use routier::{Change, Live, Operation, Result, Store, Token};

use crate::entities::{NewPlayer, Player};

pub async fn all(store: &Store) -> Result<()> {
    let players = store.collection::<Player>().await?;
    let token: Token = store.token().to_string().parse()?;
    let mut feed = players.changes().await?;
    let mut foreign = players.changes().await?.without_own();
    let mut commits = store.changes().await?;
    let mut watch = players.filter(|p| p.score.ge(90)).watch().await?;

    let eve = players.insert(NewPlayer::named("eve", 95)).await?;
    let other = store.as_origin("other").collection::<Player>().await?;
    other.modify(&eve.id, |p| p.score = 10).await?;

    let change: Change<Player> = feed.next().await.expect("it was inserted")?;
    assert_eq!(
        (change.operation(), change.key(), change.version()),
        (Operation::Inserted, eve.id, eve.version())
    );
    assert_eq!((change.before(), change.after(), change.collection()), (None, Some(&eve), "players"));
    let change = foreign.next().await.expect("it was modified")?;
    assert_eq!((change.operation(), change.origin().name()), (Operation::Updated, "other"));
    let commit = commits.next().await.expect("it was inserted")?;
    assert_eq!(commit.of::<Player>().len(), commit.changes().count());
    assert!(commit.token() != token);

    let mut again = players.changes_after(token).await?;
    assert_eq!(again.next().await.expect("the same again")?.token(), feed.token());
    drop(store.changes_after(token).await?);

    let mut seen = Vec::new();
    while seen.last() != Some(&"left") {
        seen.push(match watch.next().await.expect("it goes on")? {
            Live::Reset(rows) => {
                assert!(rows.is_empty());
                "reset"
            }
            Live::Entered(_) => "entered",
            Live::Changed { .. } => "changed",
            Live::Moved { .. } => "moved",
            Live::Left(_) => "left",
            Live::Ready(_) => "ready",
        });
    }
    assert_eq!(seen, ["reset", "ready", "entered", "ready", "left"]);
    Ok(())
}
