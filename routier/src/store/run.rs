//! Transactions that are run again until they are through.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use crate::env::sync::Arc;
use crate::error::{Error, ErrorKind, Result};
use crate::store::Store;
use crate::store::core::Core;
use crate::store::retry::Attempts;
use crate::store::transaction::{Earlier, Session, Transaction, TransactionOptions, begin};

impl Store {
    /// Runs `body` in a transaction and commits it.
    ///
    /// When the transaction met a conflict with a commit that came after its snapshot, the closure is run again at a
    /// fresh snapshot, whatever it had made of the conflict: at most 16 times, with pauses of up to 0.1 ms, doubling to
    /// 50 ms; the last runs take turns with others that lost. What the closure uses again in the next run, it
    /// borrows or clones:
    ///
    /// ```
    /// # use routier::{Entity, Store};
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Entity, Clone, Serialize, Deserialize)]
    /// # struct Account { #[key] name: String, balance: i64 }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> routier::Result<()> {
    /// # let store = Store::memory();
    /// # let accounts = store.collection::<Account>().await?;
    /// # accounts.insert(Account { name: "ada".to_owned(), balance: 5 }).await?;
    /// # accounts.insert(Account { name: "bob".to_owned(), balance: 0 }).await?;
    /// let (from, to) = (&"ada".to_owned(), &"bob".to_owned());
    /// store
    ///     .transaction(|tx| async move {
    ///         let accounts = tx.collection::<Account>().await?;
    ///         accounts.modify(from, |account| account.balance -= 2).await?;
    ///         accounts.modify(to, |account| account.balance += 2).await?;
    ///         Ok(())
    ///     })
    ///     .await?;
    /// # assert_eq!(accounts.get("bob").await?.map(|account| account.balance), Some(2));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// The closure's own, with everything rolled back ([`Error::other`] for one that is not routier's);
    /// [`Conflict`](ErrorKind::Conflict) or [`Duplicate`](ErrorKind::Duplicate) after the last run;
    /// [`Closed`](ErrorKind::Closed), and what the storage reports.
    pub async fn transaction<T, F, Fut>(&self, body: F) -> Result<T>
    where
        F: FnMut(Transaction) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        self.try_transaction_with(TransactionOptions::new(), body).await
    }

    /// The same with options.
    ///
    /// # Errors
    ///
    /// [`Timeout`](ErrorKind::Timeout), [`Unsupported`](ErrorKind::Unsupported) for an isolation that the storage does not
    /// offer; otherwise as for [`Store::transaction`].
    pub async fn transaction_with<T, F, Fut>(&self, options: TransactionOptions, body: F) -> Result<T>
    where
        F: FnMut(Transaction) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        self.try_transaction_with(options, body).await
    }

    /// The same for a closure with an error type of its own.
    ///
    /// # Errors
    ///
    /// As for [`Store::transaction`], routier's own errors converted.
    pub async fn try_transaction<T, X, F, Fut>(&self, body: F) -> Result<T, X>
    where
        X: From<Error>,
        F: FnMut(Transaction) -> Fut,
        Fut: Future<Output = Result<T, X>>,
    {
        self.try_transaction_with(TransactionOptions::new(), body).await
    }

    /// The same with options, for a closure with an error type of its own.
    ///
    /// # Errors
    ///
    /// As for [`Store::transaction_with`], routier's own errors converted.
    pub async fn try_transaction_with<T, X, F, Fut>(
        &self,
        options: TransactionOptions,
        body: F,
    ) -> Result<T, X>
    where
        X: From<Error>,
        F: FnMut(Transaction) -> Fut,
        Fut: Future<Output = Result<T, X>>,
    {
        run(self, options, body).await
    }
}

async fn run<T, X, F, Fut>(store: &Store, options: TransactionOptions, mut body: F) -> Result<T, X>
where
    X: From<Error>,
    F: FnMut(Transaction) -> Fut,
    Fut: Future<Output = Result<T, X>>,
{
    let mut attempts = Attempts::new(Arc::clone(&store.core), options.runs);
    let mut deadline = Deadline::new(&store.core, options.timeout);
    let mut earlier = Earlier::default();
    loop {
        deadline.hold(attempts.start()).await?;
        let begun = begin(&store.core, store.origin.clone(), options.clone(), earlier);
        let transaction = deadline.hold(begun).await??;
        let run = Run(Arc::clone(&transaction.session));
        let outcome = deadline.hold(body(transaction)).await?;
        let conflict = match run.end(outcome).await {
            Ended::Through(outcome) => return outcome,
            Ended::Lost(conflict) => conflict,
        };
        drop(run);
        earlier = deadline.hold(attempts.lost(conflict)).await??;
    }
}

/// A run of a transaction. However it ends, a handle that the closure left behind cannot go on afterwards.
struct Run(Arc<Session>);

/// What became of a run.
enum Ended<T, X> {
    /// This is what the closure gave, or what the commit met.
    Through(Result<T, X>),
    /// It has to be run again.
    Lost(Error),
}

impl Run {
    /// Commits what the closure did, unless it did that itself.
    async fn end<T, X: From<Error>>(&self, outcome: Result<T, X>) -> Ended<T, X> {
        if self.0.is_committed() {
            return Ended::Through(outcome);
        }
        if let Some(conflict) = self.0.take_conflict() {
            return Ended::Lost(conflict);
        }
        match outcome {
            Ok(value) if !self.0.has_ended() => match self.0.commit().await {
                Ok(()) => Ended::Through(Ok(value)),
                Err(error) if error.is_retryable() => Ended::Lost(error),
                Err(error) => Ended::Through(Err(error.into())),
            },
            outcome => Ended::Through(outcome),
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // nothing is left to roll back after a commit, and an error that nobody sees need not be made
        if !self.0.has_ended() {
            let _ = self.0.rollback();
        }
    }
}

/// The end of the time that a transaction may take. Commits are not held to it: once begun, how they end matters.
struct Deadline {
    timeout: Duration,
    alarm: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Deadline {
    fn new(core: &Core, timeout: Option<Duration>) -> Self {
        let alarm = timeout.map(|timeout| core.env.clock.sleep(timeout));
        Self { timeout: timeout.unwrap_or_default(), alarm }
    }

    /// What `work` gives, if it does so in time.
    async fn hold<T>(&mut self, work: impl Future<Output = T>) -> Result<T> {
        let mut work = pin!(work);
        poll_fn(|context| {
            if let Poll::Ready(value) = work.as_mut().poll(context) {
                return Poll::Ready(Ok(value));
            }
            let rung = self.alarm.as_mut().is_some_and(|alarm| alarm.as_mut().poll(context).is_ready());
            match rung {
                true => Poll::Ready(Err(Error::new(
                    ErrorKind::Timeout,
                    format!(
                        "the transaction was not through within {:?}: allow more, or do less at once",
                        self.timeout
                    ),
                ))),
                false => Poll::Pending,
            }
        })
        .await
    }
}
