//! Defects of commits.

use super::Defect;
use super::storage::Known;
use crate::entity::IndexKind;
use crate::env::sync::{Arc, Mutex};
use crate::storage::{CommitRecord, Expect, RowChanges, Snapshot, Write, WriteSet, row_key};
use crate::value::Datum;
use crate::{AnyRow, Error, Result, Storage};

/// Commits a write set, with the defect.
pub(super) async fn commit(
    storage: &dyn Storage,
    defect: Option<Defect>,
    mut set: WriteSet,
    known: &Mutex<Known>,
) -> Result<Arc<CommitRecord>> {
    match defect {
        Some(Defect::LostUpdate) => {
            set.writes.iter_mut().for_each(forget_version);
            let written: Vec<_> = set.writes.iter().map(|write| (write.collection, write.key())).collect();
            set.reads.keys.retain(|read| !written.contains(&(read.collection, read.key.clone())));
        }
        Some(Defect::KeyReadMissed) => set.reads.keys.clear(),
        Some(Defect::PredicateReadMissed) => set.reads.filters.clear(),
        Some(Defect::TornCommit) => set.writes.truncate(set.writes.len().div_ceil(2)),
        Some(Defect::CommitInPieces) => return in_pieces(storage, set).await,
        Some(Defect::RefusedIsWritten) => return written_anyway(storage, set).await,
        Some(Defect::VersionReused) => {
            let known = known.lock();
            let earlier = |write: &&mut Write| {
                let removed = known.removed.get(&(write.collection, write.key()));
                matches!((write.expect, removed), (Expect::Version(version), Some((_, number))) if version < *number)
            };
            set.writes.iter_mut().filter(earlier).for_each(forget_version);
        }
        Some(Defect::ValueTaken) => {
            let taken = taken(&*storage.snapshot().await?, &set.writes).await?;
            set.writes.extend(taken);
        }
        Some(Defect::ValueKept) => check_kept(&set.writes, &known.lock())?,
        _ => {}
    }
    storage.commit(set).await
}

fn forget_version(write: &mut Write) {
    if matches!(write.expect, Expect::Version(_)) {
        write.expect = Expect::Anything;
    }
}

/// One commit a row; what the last one says is what the caller gets.
async fn in_pieces(storage: &dyn Storage, mut set: WriteSet) -> Result<Arc<CommitRecord>> {
    let Some(last) = set.writes.pop() else { return storage.commit(set).await };
    let mut changes = Vec::new();
    for write in std::mem::take(&mut set.writes) {
        let piece = storage.commit(WriteSet::statement(set.origin.clone(), vec![write])).await?;
        changes.extend(piece.changes.iter().cloned());
    }
    set.writes.push(last);
    let piece = storage.commit(set).await?;
    changes.extend(piece.changes.iter().cloned());
    let whole = CommitRecord::new(piece.number, piece.origin.clone(), RowChanges::from(changes));
    Ok(Arc::new(whole.made_by(piece.transaction)))
}

/// What is refused is written by the way.
async fn written_anyway(storage: &dyn Storage, set: WriteSet) -> Result<Arc<CommitRecord>> {
    let (origin, mut writes) = (set.origin.clone(), set.writes.clone());
    let outcome = storage.commit(set).await;
    if outcome.is_err() {
        writes.iter_mut().for_each(|write| write.expect = Expect::Anything);
        drop(storage.commit(WriteSet::statement(origin, writes)).await);
    }
    outcome
}

/// The removals of other rows that have the distinct values of what is written.
async fn taken(snapshot: &dyn Snapshot, writes: &[Write]) -> Result<Vec<Write>> {
    let mut removals: Vec<Write> = Vec::new();
    let is_written =
        |removals: &[Write], key: &[Datum]| writes.iter().chain(removals).any(|write| *write.key() == *key);
    for write in writes {
        let Some(row) = write.row() else { continue };
        for (number, values) in distinct_values(row) {
            let asked: Vec<_> = values.iter().map(Datum::as_ref).collect();
            let Some(other) = snapshot.get_by(write.collection, number, &asked).await? else { continue };
            if !is_written(&removals, &row_key(&other)) {
                removals.push(Write::remove(write.collection, row_key(&other), Expect::Anything));
            }
        }
    }
    Ok(removals)
}

/// The values of each distinct group in which none is absent, with the number of its index.
fn distinct_values(row: &AnyRow) -> Vec<(u16, Vec<Datum>)> {
    let indexes = (0_u16..).zip(row.descriptor().indexes);
    let groups = indexes.filter(|(_, index)| index.kind == IndexKind::Distinct);
    let values =
        |fields: &[u16]| fields.iter().map(|field| row.read(*field).to_datum()).collect::<Vec<Datum>>();
    let groups = groups.map(|(number, index)| (number, values(index.fields)));
    groups.filter(|(_, values)| !values.contains(&Datum::None)).collect()
}

fn check_kept(writes: &[Write], known: &Known) -> Result<()> {
    for write in writes {
        let Some(row) = write.row() else { continue };
        let collection = row.descriptor().collection;
        let of_collection = known.removed.iter().filter(|((removed, _), _)| *removed == write.collection);
        for (_, (gone, _)) in of_collection {
            let kept = distinct_values(gone);
            if let Some((_, values)) = distinct_values(row).iter().find(|own| kept.contains(own)) {
                let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
                return Err(Error::duplicate(collection, [""; 0], texts.join(", ")));
            }
        }
    }
    Ok(())
}
