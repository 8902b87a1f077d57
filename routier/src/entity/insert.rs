//! How a new row is completed: identity, defaults and version.

use std::collections::VecDeque;

use uuid::Uuid;

use crate::entity::Entity;
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Identity, IdentityKind};

/// What can be inserted into a collection of `E`: an `E`, or the `New…` struct that the derive writes for it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be inserted into a collection of `{E}`",
    label = "expected `{E}` or its `New…` struct"
)]
pub trait Insert<E: Entity>: Send + 'static {
    /// How many identities [`Insert::complete`] will ask for.
    const IDENTITIES: usize = 0;

    /// The whole row.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Exhausted`] when no identity is left.
    fn complete(self, fill: &mut Fill) -> Result<E>;
}

impl<E: Entity> Insert<E> for E {
    fn complete(mut self, _fill: &mut Fill) -> Result<E> {
        self.set_version(0);
        Ok(self)
    }
}

/// The identities that a statement was given, for the rows that it completes.
#[derive(Debug, Default)]
pub struct Fill {
    uuids: VecDeque<Uuid>,
    integers: VecDeque<u128>,
    collection: &'static str,
    field: Option<&'static str>,
}

impl Fill {
    /// Without any.
    pub fn new(collection: &'static str) -> Self {
        Self { collection, ..Self::default() }
    }

    /// For the field with this name, which errors are about.
    pub fn with_field(mut self, name: &'static str) -> Self {
        self.field = Some(name);
        self
    }

    /// With these UUIDs.
    pub fn with_uuids(mut self, uuids: impl IntoIterator<Item = Uuid>) -> Self {
        self.uuids.extend(uuids);
        self
    }

    /// With these numbers.
    pub fn with_integers(mut self, integers: impl IntoIterator<Item = u128>) -> Self {
        self.integers.extend(integers);
        self
    }

    /// The next identity.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Exhausted`] when the type has no more.
    pub fn identity<T: Identity>(&mut self) -> Result<T> {
        self.generated(T::IDENTITY, T::of_uuid, T::of_integer)
    }

    /// The next identity, for generated code: in the words of [`Fill::identity`], a type that is none would be an error
    /// that quotes them.
    #[doc(hidden)]
    pub fn generated<T>(
        &mut self,
        kind: IdentityKind,
        of_uuid: fn(Uuid) -> Option<T>,
        of_integer: fn(u128) -> Option<T>,
    ) -> Result<T> {
        let next = match kind {
            IdentityKind::Uuid => self.uuids.pop_front().and_then(of_uuid),
            IdentityKind::Integer(_) => self.integers.pop_front().and_then(of_integer),
        };
        next.ok_or_else(|| {
            Error::new(ErrorKind::Exhausted, "every identity of this type has been given")
                .with_collection(self.collection)
                .with_fields(self.field)
        })
    }
}
