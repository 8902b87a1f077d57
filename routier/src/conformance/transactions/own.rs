//! What a transaction has written, in its own reads: section 4.2.

use super::scene::{Item, Scene, begin_items, item};
use crate::conformance::Subject;
use crate::conformance::clause::clauses;
use crate::conformance::tools::refused;
use crate::{Collection, ErrorKind, Order, Result, Store, Transaction};

clauses! {
    "4.2" tx_own_get: "In a transaction, `get` and `get_many` show what it has inserted, changed and removed.";
    "4.2" tx_own_distinct: "In a transaction, `get_by` finds its own rows by the values they have now, and no row by one it has let go of.";
    "4.2" tx_own_order: "In a transaction, its own rows stand at their places in every order, before offset and limit are counted.";
    "4.2" tx_own_first: "In a transaction, `first`, `one`, `exists` and `keys` answer with its own rows among the others.";
    "4.2" tx_own_aggregates: "In a transaction, `count`, `sum`, `min`, `max` and `avg` take the values that it has written.";
    "4.2" tx_own_pages: "In a transaction, pages give each of its rows once, at any size.";
    "4.2" tx_own_stream: "In a transaction, a stream hands out its own rows in their places.";
    "4.2" tx_own_scan: "In a transaction, a scan is shown the rows as it has written them.";
    "4.2" tx_own_query_update: "In a transaction, `update` and `remove` of a query work on its own rows, and count them.";
    "4.2" tx_own_last: "Of several writes of a row in a transaction the last one counts, a removal included.";
    "4.2" tx_own_handles: "All handles and collections of a transaction show the same writes.";
    "4.2" tx_own_committed: "What a transaction read last is what everybody reads after its commit.";
}

/// The items 1 to 5, and over them a transaction that has written almost all of them.
struct Written {
    store: Store,
    items: Collection<Item>,
    tx: Transaction,
    own: Collection<Item>,
    /// What the transaction has to see, by key.
    expected: Vec<Item>,
}

impl Written {
    async fn new(subject: &Subject) -> Result<Self> {
        Self::among(subject, &[]).await
    }

    /// The same among more rows, which the transaction has not written.
    async fn among(subject: &Subject, others: &[Item]) -> Result<Self> {
        let scene = Scene::new(subject.store().await?).await?;
        scene.items.insert_many(others.to_vec()).await?;
        let (tx, own) = begin_items(&scene.store).await?;
        let changed = |item: &mut Item| {
            (item.value, item.rank, item.name) = (35, 9, Some("one".to_owned()));
            item.tags = vec!["new".to_owned()];
            item.note = "changed".to_owned();
        };
        own.modify(&1, changed).await?;
        own.remove_key(&2).await?;
        own.upsert(Item { value: 40, name: None, ..item(4) }).await?;
        own.remove_key(&5).await?;
        own.insert(Item { value: 7, ..item(5) }).await?;
        own.insert_many([Item { value: 5, ..item(6) }, Item { value: 35, ..item(7) }, item(8)]).await?;
        own.remove_key(&8).await?;
        let mut first = item(1);
        changed(&mut first);
        let mut expected = vec![
            first,
            item(3),
            Item { value: 40, name: None, ..item(4) },
            Item { value: 7, ..item(5) },
            Item { value: 5, ..item(6) },
            Item { value: 35, ..item(7) },
        ];
        expected.extend_from_slice(others);
        Ok(Self { store: scene.store, items: scene.items, tx, own, expected })
    }

    fn ids(&self, passes: impl Fn(&Item) -> bool) -> Vec<u64> {
        self.expected.iter().filter(|item| passes(item)).map(|item| item.id).collect()
    }
}

async fn tx_own_get(subject: &Subject) -> Result<()> {
    let written = Written::new(subject).await?;
    for id in 0..10 {
        let expected = written.expected.iter().find(|item| item.id == id);
        assert_eq!(written.own.get(&id).await?.as_deref(), expected, "{id}");
    }
    let asked = [8, 7, 2, 1, 3, 7, 9];
    let many = written.own.get_many(asked).await?;
    let many: Vec<Option<&Item>> = many.iter().map(|row| row.as_deref()).collect();
    let expected: Vec<Option<&Item>> =
        asked.iter().map(|id| written.expected.iter().find(|item| item.id == *id)).collect();
    assert_eq!(many, expected);
    Ok(())
}

async fn tx_own_distinct(subject: &Subject) -> Result<()> {
    let written = Written::new(subject).await?;
    let own = &written.own;
    let cases = [
        ("one", Some(1)),
        ("n1", None),
        ("n2", None),
        ("n3", Some(3)),
        ("n4", None),
        ("n5", Some(5)),
        ("n7", Some(7)),
        ("n8", None),
    ];
    for (name, expected) in cases {
        let found = own.get_by(|i| i.name, name).await?.map(|row| row.id);
        assert_eq!(found, expected, "{name}");
        let found = own.filter(|i| i.name.eq(name)).keys().await?;
        assert_eq!(found, Vec::from_iter(expected), "{name}, by a filter");
    }
    // a value goes over to another row, which is stored
    own.modify(&3, |item| item.name = Some("n1".to_owned())).await?;
    assert_eq!(own.get_by(|i| i.name, "n1").await?.map(|row| row.id), Some(3));
    own.remove_key(&3).await?;
    assert_eq!(own.get_by(|i| i.name, "n1").await?, None);
    Ok(())
}

/// An order, and by what the rows are sorted that have to come; `true` where it is backwards.
type Sorted = (&'static str, fn(<Item as crate::Entity>::Fields) -> Order<Item>, fn(&Item) -> i64, bool);

const ORDERS: &[Sorted] = &[
    ("id ascending", |i| i.id.asc(), |_| 0, false),
    ("id descending", |i| i.id.desc(), |_| 0, true),
    ("value ascending", |i| i.value.asc(), |item| item.value, false),
    ("value descending", |i| i.value.desc(), |item| item.value, true),
    ("part ascending", |i| i.part.asc(), |item| i64::try_from(item.part).unwrap_or(0), false),
    ("rank descending", |i| i.rank.desc(), |item| i64::try_from(item.rank).unwrap_or(0), true),
];

/// Rows whose places are before, between, beside and behind those of the transaction.
fn others() -> Vec<Item> {
    [(11, 6), (12, 35), (13, 2), (14, 38), (15, 90), (16, 40)]
        .map(|(id, value)| Item { value, rank: id % 5, ..item(id) })
        .into()
}

fn sorted(rows: &[Item], by: fn(&Item) -> i64, is_reversed: bool) -> Vec<u64> {
    let mut rows: Vec<&Item> = rows.iter().collect();
    rows.sort_by_key(|item| (by(item), item.id));
    if is_reversed {
        rows.reverse();
    }
    rows.iter().map(|item| item.id).collect()
}

async fn tx_own_order(subject: &Subject) -> Result<()> {
    let written = Written::among(subject, &others()).await?;
    for (name, order, by, is_reversed) in ORDERS {
        let all = sorted(&written.expected, *by, *is_reversed);
        let find = written.own.query().order_by(*order);
        assert_eq!(find.clone().keys().await?, all, "{name}");
        for offset in 0..=all.len() {
            for limit in 0..=all.len() {
                let found = find.clone().offset(offset as u64).limit(limit as u64).keys().await?;
                let expected: Vec<u64> = all.iter().copied().skip(offset).take(limit).collect();
                assert_eq!(found, expected, "{name}, offset {offset}, limit {limit}");
            }
        }
    }
    Ok(())
}

async fn tx_own_first(subject: &Subject) -> Result<()> {
    let written = Written::new(subject).await?;
    let own = &written.own;
    assert_eq!(own.query().order_by(|i| i.value.asc()).first().await?.map(|row| row.id), Some(6));
    assert_eq!(own.query().order_by(|i| i.value.desc()).first().await?.map(|row| row.id), Some(4));
    assert_eq!(own.filter(|i| i.value.eq(35)).keys().await?, [1, 7]);
    assert_eq!(own.filter(|i| i.value.eq(7)).one().await?.id, 5);
    refused(own.filter(|i| i.value.eq(35)).one().await, ErrorKind::NotUnique);
    for gone in [10, 20, 50, 80] {
        assert!(!own.filter(|i| i.value.eq(gone)).exists().await?, "{gone} is no value any more");
        refused(own.filter(|i| i.value.eq(gone)).one().await, ErrorKind::NotFound);
    }
    for there in [5, 7, 30, 35, 40] {
        assert!(own.filter(|i| i.value.eq(there)).exists().await?, "{there} is a value");
    }
    assert_eq!(own.filter(|i| i.tags.contains("new")).keys().await?, [1]);
    assert_eq!(own.filter(|i| i.tags.contains("all")).keys().await?, written.ids(|item| item.id != 1));
    assert_eq!(own.filter(|i| i.rank.eq(9)).keys().await?, [1]);
    assert_eq!(own.filter(|i| i.name.is_none()).keys().await?, [4]);
    assert_eq!(own.filter(|i| !i.value.ge(30)).keys().await?, written.ids(|item| item.value < 30));
    Ok(())
}

async fn tx_own_aggregates(subject: &Subject) -> Result<()> {
    let written = Written::new(subject).await?;
    let own = &written.own;
    assert_eq!(own.query().count().await?, 6);
    assert_eq!(own.query().offset(2).limit(3).count().await?, 3);
    assert_eq!(own.query().sum(|i| i.value).await?, 35 + 30 + 40 + 7 + 5 + 35);
    assert_eq!(own.query().min(|i| i.value).await?, Some(5));
    assert_eq!(own.query().max(|i| i.value).await?, Some(40));
    assert_eq!(own.filter(|i| i.value.ge(30)).count().await?, 4);
    assert_eq!(own.filter(|i| i.value.ge(30)).avg(|i| i.value).await?, Some(35.0));
    assert_eq!(own.filter(|i| i.value.between(8..30)).sum(|i| i.value).await?, 0);
    assert_eq!(own.filter(|i| i.value.between(8..30)).min(|i| i.value).await?, None);
    own.remove_key(&4).await?;
    assert_eq!(own.query().max(|i| i.value).await?, Some(35));
    Ok(())
}

async fn tx_own_pages(subject: &Subject) -> Result<()> {
    let written = Written::among(subject, &others()).await?;
    for (name, order, by, is_reversed) in ORDERS {
        let all = sorted(&written.expected, *by, *is_reversed);
        for size in [1, 2, 3, 5, all.len(), all.len() + 1] {
            let find = written.own.query().order_by(*order);
            let mut page = find.clone().page(size as u64).await?;
            let mut found: Vec<u64> = Vec::new();
            loop {
                assert!(page.items().len() <= size, "{name}, pages of {size}");
                found.extend(page.items().iter().map(|row| row.id));
                assert!(found.len() <= all.len(), "{name}, pages of {size}: {found:?}");
                let Some(next) = page.next().cloned() else { break };
                page = find.clone().after(&next).page(size as u64).await?;
            }
            assert_eq!(found, all, "{name}, pages of {size}");
        }
    }
    Ok(())
}

async fn tx_own_stream(subject: &Subject) -> Result<()> {
    let written = Written::among(subject, &others()).await?;
    for (name, order, by, is_reversed) in ORDERS {
        let mut stream = written.own.query().order_by(*order).stream();
        let mut found = Vec::new();
        while let Some(row) = stream.next().await.transpose()? {
            found.push(row.id);
        }
        assert_eq!(found, sorted(&written.expected, *by, *is_reversed), "{name}");
    }
    Ok(())
}

async fn tx_own_scan(subject: &Subject) -> Result<()> {
    let written = Written::new(subject).await?;
    let own = &written.own;
    let noted = |note: &'static str| own.scan(move |item: &Item| item.note == note);
    assert_eq!(noted("changed").keys().await?, [1]);
    for gone in ["note 1", "note 2", "note 8"] {
        assert_eq!(noted(gone).count().await?, 0, "{gone}");
    }
    assert_eq!(noted("note 7").keys().await?, [7]);
    let last = own.scan(|item: &Item| item.note.starts_with("note")).order_by(|i| i.value.desc());
    assert_eq!(last.limit(3).keys().await?, [4, 7, 3]);
    Ok(())
}

async fn tx_own_query_update(subject: &Subject) -> Result<()> {
    let written = Written::new(subject).await?;
    let own = &written.own;
    assert_eq!(own.filter(|i| i.value.eq(10)).update(|item| item.value = 0).await?, 0);
    assert_eq!(own.filter(|i| i.value.eq(35)).update(|item| item.value += 1).await?, 2);
    assert_eq!(own.filter(|i| i.value.eq(36)).keys().await?, [1, 7]);
    assert_eq!(own.filter(|i| i.value.le(7)).remove().await?, 2);
    assert_eq!(own.query().keys().await?, [1, 3, 4, 7]);
    assert_eq!(own.query().order_by(|i| i.value.desc()).limit(1).remove().await?, 1);
    assert_eq!(own.query().remove().await?, 3);
    assert_eq!(own.query().remove().await?, 0);
    written.tx.commit().await?;
    assert_eq!(written.items.query().count().await?, 0);
    Ok(())
}

async fn tx_own_last(subject: &Subject) -> Result<()> {
    let scene = Scene::new(subject.store().await?).await?;
    let (tx, own) = begin_items(&scene.store).await?;
    own.modify(&1, |item| item.value = 11).await?;
    own.modify(&1, |item| item.value += 1).await?;
    assert_eq!(own.upsert(Item { value: 13, ..item(1) }).await?.value, 13);
    assert_eq!(own.get(&1).await?.map(|row| row.value), Some(13));
    own.modify(&2, |item| item.value = 21).await?;
    let gone = own.remove_key(&2).await?;
    assert_eq!(gone.map(|row| row.value), Some(21));
    assert_eq!(own.remove_key(&2).await?, None);
    own.insert(item(6)).await?;
    own.remove_key(&6).await?;
    own.insert(Item { value: 61, ..item(6) }).await?;
    own.remove_key(&3).await?;
    own.insert(Item { value: 31, ..item(3) }).await?;
    own.insert(item(7)).await?;
    own.remove_key(&7).await?;
    let expected = [(1, 13), (3, 31), (4, 40), (5, 50), (6, 61)];
    assert_eq!(super::scene::values(&own).await?, expected);
    tx.commit().await?;
    assert_eq!(super::scene::values(&scene.items).await?, expected);
    Ok(())
}

async fn tx_own_handles(subject: &Subject) -> Result<()> {
    let written = Written::new(subject).await?;
    let ids = written.ids(|_| true);
    assert_eq!(written.own.clone().query().keys().await?, ids);
    let other = written.tx.clone();
    let opened = other.collection::<Item>().await?;
    assert_eq!(opened.query().keys().await?, ids);
    opened.remove_key(&7).await?;
    drop((opened, other));
    assert_eq!(written.own.get(&7).await?, None);
    written.tx.commit().await?;
    assert_eq!(written.items.get(&7).await?, None);
    Ok(())
}

async fn tx_own_committed(subject: &Subject) -> Result<()> {
    let written = Written::new(subject).await?;
    let all = written.own.query().all().await?;
    let all: Vec<Item> = all.iter().map(|row| Item::clone(row)).collect();
    assert_eq!(all, written.expected);
    written.tx.commit().await?;
    let (after, snapshot) = (begin_items(&written.store).await?.1, written.store.snapshot().await?);
    let views = [&*written.items, &*after, &snapshot.collection::<Item>().await?];
    for (place, view) in views.into_iter().enumerate() {
        let rows: Vec<Item> = view.query().all().await?.iter().map(|row| Item::clone(row)).collect();
        assert_eq!(rows, written.expected, "view {place}");
        assert_eq!(
            view.query().order_by(|i| i.value.asc()).keys().await?,
            [6, 5, 3, 1, 7, 4],
            "view {place}"
        );
        assert_eq!(view.get_by(|i| i.name, "one").await?.map(|row| row.id), Some(1), "view {place}");
        assert_eq!(view.get_by(|i| i.name, "n2").await?, None, "view {place}");
    }
    Ok(())
}
