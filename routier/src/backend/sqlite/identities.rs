//! Numbers for identity fields. The database notes up to where they may have been given, in blocks.

use rusqlite::{Connection, TransactionBehavior, params};

use crate::backend::ahead;
use crate::backend::sqlite::failure::Sql;
use crate::backend::sqlite::prepare::Prepared;
use crate::backend::sqlite::shared::Shared;
use crate::env::sync::Arc;
use crate::error::{Error, ErrorKind, Result};
use crate::storage::{Answer, CollectionId};
use crate::store::identity_of;

/// What may be given without asking the database.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    /// The last that was given.
    last: u128,
    /// The last that is noted.
    noted: u128,
}

impl Shared {
    /// Takes numbers that are never given again, and gives the first.
    pub(super) fn identities(
        self: &Arc<Self>,
        collection: CollectionId,
        count: u128,
    ) -> Answer<'static, Result<u128>> {
        if let Some(block) = self.identities.lock().get_mut(&collection)
            && let Some(last) = block.last.checked_add(count).filter(|last| *last <= block.noted)
        {
            return Answer::Ready(Ok(std::mem::replace(&mut block.last, last).saturating_add(1)));
        }
        self.alone(move |shared, connection| shared.take_block(connection, collection, count))
    }

    fn take_block(&self, connection: &mut Connection, collection: CollectionId, count: u128) -> Sql<u128> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let text = "SELECT identity FROM routier_collections WHERE id = ?";
        let noted: [u8; 16] = transaction.query_row(text, [collection.0], |row| row.get(0))?;
        let noted = u128::from_be_bytes(noted);
        // Where nobody else has taken any, those are left that were noted before.
        let block = self.identities.lock().get(&collection).filter(|block| block.noted == noted).copied();
        let before = block.map_or(noted, |block| block.last);
        let first = before.checked_add(1).ok_or_else(|| {
            let name = self.table(collection).map(|table| table.descriptor.collection).unwrap_or_default();
            Error::new(ErrorKind::Exhausted, "").with_collection(name)
        })?;
        let last = before.saturating_add(count);
        let noted = last.saturating_add(ahead(last));
        let text = "UPDATE routier_collections SET identity = ? WHERE id = ?";
        transaction.execute(text, params![noted.to_be_bytes(), collection.0])?;
        transaction.commit()?;
        self.identities.lock().insert(collection, Block { last, noted });
        Ok(first)
    }

    /// What a commit brought along is not given again.
    pub(super) fn pass_identities(&self, connection: &Connection, set: &Prepared) -> Sql<()> {
        for write in &set.writes {
            let Some(given) = write.put.as_ref().and_then(|put| identity_of(&put.row)) else { continue };
            let mut identities = self.identities.lock();
            if let Some(block) = identities.get_mut(&write.table.id)
                && given <= block.noted
            {
                block.last = block.last.max(given);
                continue;
            }
            identities.remove(&write.table.id);
            drop(identities);
            let text = "UPDATE routier_collections SET identity = ?1 WHERE id = ?2 AND identity < ?1";
            connection.prepare_cached(text)?.execute(params![given.to_be_bytes(), write.table.id.0])?;
        }
        Ok(())
    }
}
