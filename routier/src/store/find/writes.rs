//! Changing and removing what a query finds.

use crate::entity::{AnyRow, Entity};
use crate::error::Result;
use crate::storage::{Expect, row_key};
use crate::store::collection::{changed, retyped};
use crate::store::find::Find;
use crate::store::outcome::Outcome;
use crate::store::retry::Attempts;
use crate::store::transaction::{Change, Changes, Earlier, Session, TransactionOptions, begin};
use crate::store::view::{Scope, View};

impl<E: Entity, By: 'static> Find<E, By> {
    /// Changes every row, in one commit, and gives their number.
    ///
    /// It is run again when others change what it read, so the closure may be called several times for a row; the last
    /// call counts. It gives `()` or a `Result` whose error writes nothing and comes back.
    ///
    /// # Errors
    ///
    /// [`Duplicate`](crate::ErrorKind::Duplicate), [`Invalid`](crate::ErrorKind::Invalid) and
    /// [`TooLarge`](crate::ErrorKind::TooLarge) as for [`Collection::update`](crate::Collection::update), with nothing
    /// written; [`Conflict`](crate::ErrorKind::Conflict) when others were faster 16 times; otherwise as for
    /// [`Find::all`].
    pub fn update<R, F>(self, change: F) -> impl Future<Output = Result<u64>> + Send + use<E, By, R, F>
    where
        E: Clone,
        R: Outcome,
        F: FnMut(&mut E) -> R + Send + 'static,
    {
        let mut change = change;
        async move {
            self.write(&mut |row: &AnyRow| {
                changed(&retyped::<E>(row)?, &mut change).map(|row| Some(AnyRow::new(row)))
            })
            .await
        }
    }

    /// Removes every row, in one commit, and gives their number. It is run again when others change what it read.
    ///
    /// # Errors
    ///
    /// [`Conflict`](crate::ErrorKind::Conflict) when others were faster 16 times; otherwise as for [`Find::all`].
    pub async fn remove(self) -> Result<u64> {
        self.write(&mut |_| Ok(None)).await
    }

    /// Puts what `next` makes of each row in its place.
    async fn write(self, next: &mut (dyn FnMut(&AnyRow) -> Result<Option<AnyRow>> + Send)) -> Result<u64> {
        if let Scope::Transaction(session) = &self.view.scope {
            let session = session.clone();
            return self.stage(&session, next).await;
        }
        let core = self.view.opened.core.clone();
        let options = TransactionOptions::new();
        let mut attempts = Attempts::new(core.clone(), options.runs);
        loop {
            attempts.start().await;
            let transaction =
                begin(&core, self.view.opened.origin.clone(), options.clone(), Earlier::default()).await?;
            let session = transaction.session.clone();
            let mut find = self.clone();
            find.view = View::new(self.view.opened.clone(), Scope::Transaction(session.clone()));
            let outcome = match find.stage(&session, next).await {
                Ok(count) => session.commit().await.map(|()| count),
                Err(error) => Err(error),
            };
            match outcome {
                Err(error) if error.is_retryable() => drop(attempts.lost(error).await?),
                outcome => return outcome,
            }
        }
    }

    async fn stage(
        self,
        session: &Session,
        next: &mut (dyn FnMut(&AnyRow) -> Result<Option<AnyRow>> + Send),
    ) -> Result<u64> {
        session.check_writable()?;
        let id = self.view.opened.id;
        let rows = self.view.collect(self.query).await?.0;
        let mut changes = Changes::with_capacity(rows.len());
        for row in rows {
            let seen = AnyRow::new(row);
            let (key, expect) = (row_key(&seen), Expect::Version(seen.version()));
            changes.push(Change { key, row: next(&seen)?, seen: Some(seen), expect });
        }
        let count = changes.len() as u64;
        session.write(self.view.name(), id, changes)?;
        Ok(count)
    }
}
