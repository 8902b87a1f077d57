//! Filters, orders, and the calls that carry a query out.

use routier::{Collection, Filter, Result, View};

use crate::entities::{Player, PlayerFields};

fn strong(p: PlayerFields) -> Filter<Player> {
    p.score.ge(40)
}

async fn count(players: &View<Player>) -> Result<u64> {
    players.filter(strong).count().await
}

pub async fn all(players: &Collection<Player>) -> Result<()> {
    let found = players
        .filter(|p| p.score.ge(5) & p.guild.is_none() & !p.handle.starts_with("bot"))
        .order_by(|p| p.score.desc())
        .then_by(|p| p.handle.asc())
        .offset(20)
        .limit(10)
        .all()
        .await?;
    assert_eq!(found.iter().map(|p| p.score).collect::<Vec<_>>(), (20..30).rev().collect::<Vec<_>>());
    assert_eq!(count(players).await?, 10);

    let all = || players.query();
    let of = |filter: fn(PlayerFields) -> Filter<Player>| players.filter(filter).count();
    assert_eq!(of(|p| p.score.eq(5)).await?, 1);
    assert_eq!(of(|p| p.score.ne(5)).await?, 49);
    assert_eq!(of(|p| p.score.lt(5)).await?, 5);
    assert_eq!(of(|p| p.score.le(5)).await?, 6);
    assert_eq!(of(|p| p.score.gt(5)).await?, 44);
    assert_eq!(of(|p| p.score.between(5..=7)).await?, 3);
    assert_eq!(of(|p| p.score.one_of([1, 2, 99])).await?, 2);
    assert_eq!(of(|p| p.guild.is_some()).await?, 0);
    assert_eq!(of(|p| p.tags.contains("new") | p.tags.contains_any(["x"])).await?, 50);
    assert_eq!(of(|p| p.tags.is_empty()).await?, 0);

    assert_eq!(all().order_by(|p| p.score.asc()).first().await?.map(|p| p.score), Some(0));
    assert_eq!(players.filter(|p| p.handle.eq("p3")).one().await?.score, 3);
    assert!(all().exists().await?);
    assert_eq!(all().keys().await?.len(), 50);
    assert_eq!(all().min(|p| p.score).await?, Some(0));
    assert_eq!(all().max(|p| p.score).await?, Some(49));
    assert_eq!(all().sum(|p| p.score).await?, 1_225);
    assert_eq!(all().avg(|p| p.score).await?, Some(24.5));
    let mut stream = all().stream();
    let mut streamed = 0;
    while let Some(row) = stream.next().await {
        row?;
        streamed += 1;
    }
    assert_eq!(streamed, 50);

    println!("{}", players.filter(strong).explain().await?);
    println!("{}", players.filter(strong).explain_analyze().await?);
    let page = all().order_by(|p| p.score.asc()).page(30).await?;
    let cursor: routier::Cursor = page.next().expect("there is more").to_string().parse()?;
    let rest = all().order_by(|p| p.score.asc()).after(&cursor).page(30).await?;
    assert_eq!((page.items().len(), rest.items().len()), (30, 20));
    assert!(rest.next().is_none());

    assert_eq!(players.scan(|p: &Player| p.bio.contains("x")).count().await?, 0);
    assert_eq!(players.filter(strong).update(|p| p.score += 100).await?, 10);
    assert_eq!(players.filter(|p| p.score.ge(100)).remove().await?, 10);
    Ok(())
}
