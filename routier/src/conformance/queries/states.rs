//! That a query sees one state, whatever writers do meanwhile: sections 3.1, 3.10 and 4.2.

use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::queries::ask::ASKS;
use crate::conformance::queries::meanwhile::{AsyncOthers, meanwhile};
use crate::conformance::queries::sample::{Item, Sample, sample, samples};
use crate::conformance::queries::scene::begin;
use crate::{Collection, Filter, Find, Result, Store, Versioned, View};

clauses! {
    "3.1" q_state: "A query sees one state, whatever is committed while it is carried out.";
    "3.1" q_state_stream: "A stream stays at the state it began with, whatever is committed between its rows.";
    "3.1" q_state_begins: "A query begins when it is first polled: it sees what was committed before that.";
    "3.10" q_stream_long: "A stream of many batches gives every row once, in order, and so does `all`.";
    "3.1" q_state_moves: "A row that is moved ahead of a stream again and again comes once, as it was.";
    "4.2" q_state_own_stream: "A stream of a transaction stays at what the transaction saw, whatever it writes meanwhile.";
    "3.1" q_state_snapshots: "Every snapshot keeps its own state, however many there are and whichever goes first.";
    "3.1" q_state_many_snapshots: "All the queries of one snapshot see the same state.";
}

/// More rows than a batch has.
const MANY: u64 = 270;

type Way = (&'static str, fn(&View<Item>) -> Find<Item>);

/// One of each way through all the rows.
const WAYS: [Way; 9] = [
    ("by key", |v| v.query()),
    ("by key, backwards", |v| v.query().order_by(|i| i.id.desc())),
    ("a range of keys", |v| v.filter(|i| i.id.lt(9_000))),
    ("an index", |v| v.query().order_by(|i| i.score.asc())),
    ("an index, backwards", |v| v.query().order_by(|i| i.group.desc())),
    ("a range of an index", |v| v.filter(|i| i.score.ge(-1_000_000))),
    ("a union", |v| v.filter(|i| i.group.is_none() | i.group.ge(0) | i.score.ge(0))),
    ("a list", |v| v.filter(|i| i.tags.contains_any(["all", "a", "b"]))),
    ("a sort", |v| v.query().order_by(|i| i.open.desc()).then_by(|i| i.level.asc())),
];

fn row(id: u64) -> Item {
    let item = sample(id, id as usize);
    let tags = [vec!["all".to_owned()], item.tags].concat();
    Item { score: (id as i32 * 37) % 101, level: id as i32 % 7, tags, ..item }
}

async fn many(subject: &Subject) -> Result<(Store, Collection<Item>)> {
    let store = subject.store().await?;
    let items = store.collection::<Item>().await?;
    items.insert_many((0..MANY).map(row)).await?;
    Ok((store, items))
}

/// Changes, removes and inserts rows all over the place.
async fn churn(items: &Collection<Item>, turn: u64) -> Result<()> {
    for place in 0..6 {
        let id = (turn * 41 + place * 47) % MANY;
        match place {
            0 => drop(items.remove_key(&id).await?),
            1 => drop(items.upsert(Item { label: None, ..row(1_000 + turn) }).await?),
            2 => drop(items.upsert(Item { score: 1_000, group: Some(255), ..row(id) }).await?),
            3 => drop(items.upsert(Item { score: -1, tags: Vec::new(), group: None, ..row(id) }).await?),
            _ => drop(items.upsert(Item { open: id.is_multiple_of(3), ..row(id).twisted() }).await?),
        }
    }
    Ok(())
}

/// Moves points from one row to another: the sum of all scores stays.
struct Moving(Store);

impl AsyncOthers for Moving {
    async fn write(&mut self, turn: u32) -> Result<()> {
        let transaction = begin(&self.0).await?;
        let items = transaction.collection::<Item>().await?;
        let (from, to) = (u64::from(turn) * 7 % 20, u64::from(turn) * 7 % 20 + 1);
        items.modify(&from, |item| item.score -= 500).await?;
        items.modify(&to, |item| item.score += 500).await?;
        // one goes, and another comes
        let mut removed = items.remove_key(&(100 + u64::from(turn))).await?.map(|row| row.entity().clone());
        if let Some(row) = &mut removed {
            row.id += 500;
            row.label = None;
            items.insert(row.clone()).await?;
        }
        transaction.commit().await
    }
}

async fn q_state(subject: &Subject) -> Result<()> {
    let sum: i128 = (0..MANY).map(|id| i128::from(row(id).score)).sum();
    for (name, way) in WAYS {
        let (store, items) = many(subject).await?;
        let others = || Moving(store.clone());
        let rows = meanwhile(way(&items).all(), others()).await?;
        let mut ids: Vec<u64> = rows.iter().map(|row| row.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((rows.len() as u64, ids.len() as u64), (MANY, MANY), "{name}");
        assert_eq!(rows.iter().map(|row| i128::from(row.score)).sum::<i128>(), sum, "{name}");
        assert_eq!(meanwhile(way(&items).sum(|i| i.score), others()).await?, sum, "{name}");
        assert_eq!(meanwhile(way(&items).count(), others()).await?, MANY, "{name}");
        assert_eq!(meanwhile(way(&items).keys(), others()).await?.len() as u64, MANY, "{name}");
        let page = meanwhile(way(&items).page(MANY), others()).await?;
        let paged: i128 = page.items().iter().map(|row| i128::from(row.score)).sum();
        assert_eq!((paged, page.next()), (sum, None), "{name}");
    }
    Ok(())
}

async fn q_state_stream(subject: &Subject) -> Result<()> {
    for (name, way) in WAYS {
        let (_store, items) = many(subject).await?;
        let expected = way(&items).all().await?;
        let mut stream = way(&items).stream();
        let mut seen = Vec::new();
        while let Some(row) = stream.next().await.transpose()? {
            seen.push(row);
            if seen.len() % 30 == 1 {
                churn(&items, seen.len() as u64).await?;
            }
        }
        assert!(seen == expected, "{name}: {} rows, not {}", seen.len(), expected.len());
        assert!(way(&items).all().await? != expected, "{name}");
    }
    Ok(())
}

async fn q_state_begins(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let items = store.collection::<Item>().await?;
    items.insert_many(samples()).await?;
    let (all, count) = (items.query().all(), items.filter(|i| i.score.eq(6)).count());
    let (mut stream, page) = (items.query().stream(), items.query().page(100));
    items.insert(Item { score: 6, ..sample(300, 0) }).await?;
    assert_eq!((all.await?.len(), count.await?, page.await?.items().len()), (26, 1, 26));
    let mut n_streamed = 0;
    while let Some(row) = stream.next().await {
        row?;
        n_streamed += 1;
        if n_streamed == 1 {
            items.insert(sample(301, 0)).await?;
        }
    }
    assert_eq!(n_streamed, 26);
    Ok(())
}

async fn q_stream_long(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let items = store.collection::<Item>().await?;
    let rows: Vec<Item> = (0..520).map(row).collect();
    items.insert_many(rows.iter().rev().cloned()).await?;
    for (name, find, key) in [
        ("by key", items.query(), (|_| 0) as fn(&Item) -> i32),
        ("by score", items.query().order_by(|i| i.score.asc()), |item| item.score),
        ("by level", items.query().order_by(|i| i.level.asc()), |item| item.level),
    ] {
        let mut expected: Vec<&Item> = rows.iter().collect();
        expected.sort_by_key(|item| (key(item), item.id));
        let all = find.clone().all().await?;
        assert!(all.iter().map(|row| row.entity()).eq(expected.iter().copied()), "{name}");
        let mut stream = find.clone().stream();
        for expected in &expected {
            let row = stream.next().await.transpose()?;
            assert_eq!(row.as_deref(), Some(*expected), "{name}");
        }
        assert!(stream.next().await.is_none(), "{name}");
        let part = find.offset(250).limit(20).keys().await?;
        assert!(expected.iter().skip(250).take(20).map(|item| &item.id).eq(&part), "{name}: {part:?}");
    }
    Ok(())
}

async fn q_state_moves(subject: &Subject) -> Result<()> {
    for descending in [false, true] {
        let (_store, items) = many(subject).await?;
        let find = items.query().order_by(|i| if descending { i.score.desc() } else { i.score.asc() });
        let expected = find.clone().all().await?;
        let mut stream = find.stream();
        let mut seen = Vec::new();
        while let Some(row) = stream.next().await.transpose()? {
            // always just ahead of the stream
            let ahead = if descending { row.score - 1 } else { row.score + 1 };
            if seen.len() % 20 == 0 {
                items.modify(&row.id, |item| item.score = ahead).await?;
            }
            seen.push(row);
        }
        assert!(seen == expected, "descending: {descending}");
    }
    Ok(())
}

async fn q_state_own_stream(subject: &Subject) -> Result<()> {
    for (name, way) in WAYS {
        let (store, items) = many(subject).await?;
        let transaction = begin(&store).await?;
        let inside = transaction.collection::<Item>().await?;
        churn(&inside, 3).await?;
        churn(&items, 5).await?;
        let expected = way(&inside).all().await?;
        let mut stream = way(&inside).stream();
        let mut seen: Vec<Versioned<Item>> = Vec::new();
        while let Some(row) = stream.next().await.transpose()? {
            seen.push(row);
            if seen.len() % 60 == 1 {
                churn(&inside, seen.len() as u64).await?;
                churn(&items, seen.len() as u64 + 1).await?;
            }
        }
        let entities =
            |rows: &[Versioned<Item>]| -> Vec<Item> { rows.iter().map(|row| row.entity().clone()).collect() };
        assert!(entities(&seen) == entities(&expected), "{name}: {} rows of {}", seen.len(), expected.len());
        transaction.rollback().await?;
    }
    Ok(())
}

async fn q_state_snapshots(subject: &Subject) -> Result<()> {
    let (store, items) = many(subject).await?;
    let mut kept = Vec::new();
    for turn in 0..8 {
        let view = store.snapshot().await?.collection::<Item>().await?;
        let states: [Vec<Versioned<Item>>; 3] = [
            items.query().all().await?,
            items.query().order_by(|i| i.score.asc()).all().await?,
            items.filter(|i| i.tags.contains("all") & i.group.ge(3)).all().await?,
        ];
        kept.push((turn, view, states));
        churn(&items, turn * 3).await?;
        churn(&items, turn * 3 + 1).await?;
    }
    // they go in an order that is not theirs
    for place in [3, 0, 4, 4, 0, 1, 0, 0] {
        for (turn, view, [whole, by_score, some]) in &kept {
            assert!(view.query().all().await? == *whole, "snapshot {turn}");
            assert!(view.query().order_by(|i| i.score.asc()).all().await? == *by_score, "snapshot {turn}");
            let found = view.filter(|i| i.tags.contains("all") & i.group.ge(3)).all().await?;
            assert!(found == *some, "snapshot {turn}");
            assert_eq!(view.query().count().await?, whole.len() as u64, "snapshot {turn}");
        }
        drop(kept.swap_remove(place));
        churn(&items, place as u64).await?;
    }
    assert!(kept.is_empty());
    Ok(())
}

async fn q_state_many_snapshots(subject: &Subject) -> Result<()> {
    let store = subject.store().await?;
    let items = store.collection::<Item>().await?;
    items.insert_many(samples()).await?;
    let then = store.snapshot().await?.collection::<Item>().await?;
    let rows = then.query().all().await?;
    for (turn, ask) in ASKS.iter().enumerate() {
        let item = sample(400 + turn as u64, turn);
        items.insert(item).await?;
        for place in [turn % 25, (turn * 7 + 3) % 25] {
            let Some(item) = samples().get(place).cloned() else { continue };
            items.remove_key(&item.id).await?;
            items.upsert(item.twisted()).await?;
        }
        let expected = ask.of(&samples());
        let found = ask.find(&then).all().await?;
        assert!(found.iter().map(|row| row.entity()).eq(&expected), "{}: {found:?}", ask.name);
        let scanned = ask.scan(&then).keys().await?;
        assert!(expected.iter().map(|item| &item.id).eq(&scanned), "{}: {scanned:?}", ask.name);
        assert!(
            then.get_many(rows.iter().map(|row| row.id)).await?.iter().flatten().eq(&rows),
            "{}",
            ask.name
        );
    }
    assert_eq!(then.filter(|_| Filter::all()).all().await?, rows);
    Ok(())
}
