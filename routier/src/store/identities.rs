//! The identities that an insert gives to its rows.

use crate::entity::{AnyRow, Entity, Fill};
use crate::error::{ErrorKind, Result};
use crate::store::collection::Collection;
use crate::value::Type;

impl<E: Entity> Collection<E> {
    /// The identities for so many rows.
    pub(crate) async fn fill(&self, count: usize) -> Result<Fill> {
        let opened = &self.opened;
        opened.core.check_open()?;
        let fill = Fill::new(E::DESCRIPTOR.collection);
        let identity = E::DESCRIPTOR.identity.and_then(|field| E::DESCRIPTOR.field(field));
        let Some(identity) = identity.filter(|_| count > 0) else { return Ok(fill) };
        let fill = fill.with_field(identity.name);
        match identity.ty {
            Some(Type::Uuid | Type::Text) => {
                let ids = &opened.core.env.ids;
                Ok(fill.with_uuids((0..count).map(|_| ids.uuid())))
            }
            _ => {
                let first = self.take_integers(count as u128).await.map_err(|error| match error.kind() {
                    ErrorKind::Exhausted => error.with_fields([identity.name]),
                    _ => error,
                })?;
                Ok(fill.with_integers((0..count as u128).map_while(|place| first.checked_add(place))))
            }
        }
    }

    /// The first of so many numbers that nobody else is given.
    async fn take_integers(&self, count: u128) -> Result<u128> {
        let (storage, id) = (&self.opened.core.storage, self.opened.id);
        let first = storage.identities(id, count).await?;
        // the storage does not know yet what the transaction has brought along
        let brought = self.session().and_then(|session| session.brought(id));
        let Some(behind) = brought.and_then(|brought| brought.checked_sub(first)) else { return Ok(first) };
        let next = storage.identities(id, behind.saturating_add(count)).await?;
        Ok(next.saturating_add(behind))
    }
}

/// The identity of a row, where it is a number that the store might give.
pub(crate) fn identity_of(row: &AnyRow) -> Option<u128> {
    row.read(row.descriptor().identity?).whole()
}
