//! What many clauses use.

use std::fmt::Debug;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::{Error, ErrorKind, Isolation, Result, Store};

/// The error of what must fail, and in this way.
///
/// # Panics
///
/// When it did not fail, or otherwise: the clause is broken.
pub(super) fn refused<T: Debug>(outcome: Result<T>, kind: ErrorKind) -> Error {
    match outcome {
        Ok(given) => panic!("{kind:?} is right, but it gave {given:?}"),
        Err(error) => {
            assert_eq!(error.kind(), kind, "{error}");
            error
        }
    }
}

/// Every isolation that the storage has.
pub(super) fn levels(store: &Store) -> impl Iterator<Item = Isolation> + use<> {
    let most = store.capabilities().isolation;
    [Isolation::Snapshot, Isolation::Serializable].into_iter().filter(move |level| *level <= most)
}

/// Lets others go first, once.
#[derive(Default)]
pub(super) struct Pause(bool);

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
