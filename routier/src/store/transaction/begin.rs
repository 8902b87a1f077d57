//! Where transactions begin.

use crate::env::sync::Arc;
use crate::error::{Error, Result};
use crate::storage::{Isolation, Origin, TransactionId};
use crate::store::core::Core;
use crate::store::transaction::Transaction;
use crate::store::transaction::options::TransactionOptions;
use crate::store::transaction::staged::{Earlier, Session};

/// A transaction at a fresh snapshot, after the runs that lost.
pub(crate) async fn begin(
    core: &Arc<Core>,
    origin: Origin,
    options: TransactionOptions,
    earlier: Earlier,
) -> Result<Transaction> {
    core.check_open()?;
    let capabilities = core.storage.capabilities();
    if options.isolation == Isolation::Serializable && capabilities.isolation == Isolation::Snapshot {
        return Err(Error::unsupported(format!(
            "the storage `{}` offers snapshot isolation at most: ask for it with \
             `TransactionOptions::new().isolation(Isolation::Snapshot)`",
            capabilities.name
        )));
    }
    let snapshot = core.storage.snapshot().await?;
    let id = TransactionId::new(snapshot.number(), core.env.ids.uuid());
    let session = Session::new(Arc::clone(core), origin, options, id, earlier, snapshot);
    Ok(Transaction { session: Arc::new(session) })
}
