//! The same rows in every scope that reads them.

use crate::conformance::Subject;
use crate::conformance::queries::sample::{Item, ItemFields, Sample, samples, strangers};
use crate::{Collection, Filter, Result, Snapshot, Store, Transaction, TransactionOptions, View};

/// Views that show the same rows: of a store, of a snapshot over which others wrote, of a transaction that wrote
/// nothing, and of one that wrote most of the rows itself.
pub(super) struct Scene<E: Sample> {
    /// What is there, by key.
    pub(super) rows: Vec<E>,
    pub(super) views: Vec<(&'static str, View<E>)>,
    _stores: [Store; 2],
    _snapshot: Snapshot,
    _transactions: [Transaction; 2],
}

impl Scene<Item> {
    /// With the samples.
    pub(super) async fn of_samples(subject: &Subject) -> Result<Self> {
        Self::of(subject, samples(), &strangers()).await
    }
}

impl<E: Sample> Scene<E> {
    /// With these rows. Those of `gone` were there before.
    pub(super) async fn of(subject: &Subject, mut rows: Vec<E>, gone: &[E]) -> Result<Self> {
        let store = subject.store().await?;
        let settled = store.collection::<E>().await?;
        prepare(&settled, &rows, gone).await?;
        settle(&settled, &rows, gone).await?;

        let moving = subject.store().await?;
        let collection = moving.collection::<E>().await?;
        prepare(&collection, &rows, gone).await?;
        let writing = begin(&moving).await?;
        settle(&writing.collection().await?, &rows, gone).await?;
        settle(&collection, &rows, gone).await?;
        let snapshot = moving.snapshot().await?;
        let reading = begin(&moving).await?;
        disturb(&collection, &rows, gone).await?;

        let views = vec![
            ("in the store", View::clone(&settled)),
            ("in a snapshot", snapshot.collection().await?),
            ("in a transaction that reads", View::clone(&*reading.collection().await?)),
            ("in a transaction that wrote", View::clone(&*writing.collection().await?)),
        ];
        rows.sort_by_key(E::key);
        Ok(Self {
            rows,
            views,
            _stores: [store, moving],
            _snapshot: snapshot,
            _transactions: [writing, reading],
        })
    }

    /// Fails unless, in every scope, the filter finds exactly the rows that pass the test, and its negation the others.
    pub(super) async fn finds(
        &self,
        what: &str,
        filter: &Filter<E>,
        keep: impl Fn(&E) -> bool + Send,
    ) -> Result<()> {
        let (found, others): (Vec<&E>, Vec<&E>) = self.rows.iter().partition(|row| keep(row));
        for (scope, view) in &self.views {
            let rows = view.filter(|_| filter.clone()).all().await?;
            assert!(
                rows.iter().map(|row| row.entity()).eq(found.iter().copied()),
                "{what} {scope}: {rows:?}"
            );
            let rows = view.filter(|_| !filter.clone()).all().await?;
            assert!(
                rows.iter().map(|row| row.entity()).eq(others.iter().copied()),
                "not {what} {scope}: {rows:?}"
            );
            assert_eq!(view.filter(|_| filter.clone()).count().await?, found.len() as u64, "{what} {scope}");
            assert_eq!(view.filter(|_| filter.clone()).exists().await?, !found.is_empty(), "{what} {scope}");
        }
        Ok(())
    }
}

/// A filter by name, and what it means.
pub(super) type Case = (&'static str, fn(ItemFields) -> Filter<Item>, fn(&Item) -> bool);

/// Filters, each with what it means in Rust.
macro_rules! cases {
    ($($filter:expr => $keep:expr;)*) => {{
        const CASES: &[$crate::conformance::queries::scene::Case] =
            &[$((stringify!($filter), $filter, $keep)),*];
        CASES
    }};
}

pub(super) use cases;

/// Fails unless each of the filters finds exactly what it means, in every scope.
pub(super) async fn find(subject: &Subject, cases: &[Case]) -> Result<()> {
    let scene = Scene::of_samples(subject).await?;
    for (what, filter, keep) in cases {
        scene.finds(what, &filter(<Item as crate::Entity>::fields()), keep).await?;
    }
    Ok(())
}

/// A transaction as far apart from others as the storage can.
pub(super) async fn begin(store: &Store) -> Result<Transaction> {
    store.begin_with(TransactionOptions::new().isolation(store.capabilities().isolation)).await
}

/// Brings a third of the rows as they will be, and a third as they will not; the others do not exist yet.
async fn prepare<E: Sample>(collection: &Collection<E>, rows: &[E], gone: &[E]) -> Result<()> {
    let mut before = gone.to_vec();
    for (place, row) in rows.iter().enumerate() {
        match place % 3 {
            0 => before.push(row.clone()),
            1 => before.push(row.twisted()),
            _ => {}
        }
    }
    collection.insert_many(before).await?;
    Ok(())
}

/// Makes what was prepared what is wanted.
async fn settle<E: Sample>(collection: &Collection<E>, rows: &[E], gone: &[E]) -> Result<()> {
    for (place, row) in rows.iter().enumerate() {
        match place % 3 {
            0 => {}
            1 => drop(collection.upsert(row.clone()).await?),
            _ => drop(collection.insert(row.clone()).await?),
        }
    }
    for row in gone {
        collection.remove_key(&row.key()).await?;
    }
    Ok(())
}

/// Makes it something else.
async fn disturb<E: Sample>(collection: &Collection<E>, rows: &[E], gone: &[E]) -> Result<()> {
    collection.insert_many(gone.to_vec()).await?;
    for (place, row) in rows.iter().enumerate() {
        if place % 4 == 3 {
            collection.remove_key(&row.key()).await?;
        } else {
            collection.upsert(row.twisted()).await?;
        }
    }
    Ok(())
}
