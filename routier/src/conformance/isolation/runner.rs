//! Carries out the steps of a case on a store, through its public calls, all from one task.

use std::collections::BTreeMap;

use super::judging::{Action, Answer, Fate, History, Pair, Past, State, Where};
use super::row::{Row, filter};
use crate::conformance::Subject;
use crate::{
    Collection, Error, ErrorKind, Isolation, Result, Store, Transaction, TransactionOptions, Versioned, View,
};

/// A store of cases, and how far their transactions are kept apart.
pub(super) struct Runner {
    pub(super) store: Store,
    pub(super) rows: Collection<Row>,
    level: Isolation,
    /// Whether the values are distinct.
    is_distinct: bool,
}

/// One of those who take the steps: one transaction after the other.
#[derive(Default)]
struct Session {
    open: Option<Open>,
    /// The transaction before, which is over.
    over: Option<(Transaction, Collection<Row>)>,
    kept: Option<Versioned<Row>>,
}

struct Open {
    tx: Transaction,
    rows: Collection<Row>,
    past: Past,
}

/// What the rows that pass are asked for: a scan and a filter are of different types.
macro_rules! passing {
    ($rows:expr, $passing:expr, |$find:ident| $done:expr) => {
        match $passing {
            Where::All => {
                let $find = $rows.query();
                $done
            }
            Where::Multiple(of) => {
                let $find = $rows.scan(move |row: &Row| row.value % of == 0);
                $done
            }
            passing => {
                let $find = $rows.filter(|row| filter(passing, row).unwrap_or(row.id.ge(0)));
                $done
            }
        }
    };
}

impl Runner {
    pub(super) async fn new(subject: &Subject, level: Isolation, is_distinct: bool) -> Result<Self> {
        let store = subject.store().await?;
        Ok(Self { rows: store.collection().await?, store, level, is_distinct })
    }

    /// Makes of what is there the rows that a case begins with. Where they are there already, that is all.
    pub(super) async fn set_up(&self, there: &State, setup: &[Pair]) -> Result<()> {
        if *there == setup.iter().copied().collect() {
            return Ok(());
        }
        // snapshot isolation is what every storage has
        let options = TransactionOptions::new().isolation(Isolation::Snapshot);
        let tx = self.store.begin_with(options).await?;
        let rows = tx.collection::<Row>().await?;
        for id in there.keys().filter(|id| !setup.iter().any(|(kept, _)| kept == *id)) {
            rows.remove_key(id).await?;
        }
        for (id, value) in setup {
            rows.upsert(self.row(*id, *value)).await?;
        }
        tx.commit().await
    }

    /// Takes the steps. What is open at the end is rolled back.
    pub(super) async fn run(&self, steps: &[(u8, Action)]) -> Result<History> {
        let mut history = History::new(self.is_distinct, self.state().await?);
        let mut sessions: BTreeMap<u8, Session> = BTreeMap::new();
        for (number, action) in steps {
            let session = sessions.entry(*number).or_default();
            let answer = self.step(session, *number, *action, &mut history).await?;
            history.taken.push((*number, *action, answer));
        }
        for session in sessions.into_values() {
            history.transactions.extend(session.open.map(|open| open.past));
        }
        history.transactions.sort_by_key(|past| past.begun);
        Ok(history)
    }

    /// Takes a step.
    async fn step(
        &self,
        session: &mut Session,
        number: u8,
        action: Action,
        history: &mut History,
    ) -> Result<Answer> {
        match action {
            Action::Begin | Action::BeginReadOnly => {
                session.open = Some(self.open(number, action, history).await?);
                return Ok(Answer::Done);
            }
            Action::Again => return Ok(again(session).await),
            Action::Commit => return self.commit(session, history).await,
            _ => {}
        }
        let Some(open) = &mut session.open else { return Ok(Answer::Lost) };
        if action == Action::Rollback {
            let answer = outcome(open.tx.clone().rollback().await);
            history.transactions.extend(session.open.take().map(|open| open.past));
            return Ok(answer);
        }
        match self.statement(open, &mut session.kept, action).await {
            // some storages find out at the statement: nothing of the transaction is of any use then
            Err(error) if error.kind() == ErrorKind::Conflict && error.is_retryable() => {
                open.tx.clone().rollback().await?;
                open.past.fate = Fate::lost(&error, history.n_commits());
                history.transactions.extend(session.open.take().map(|open| open.past));
                Ok(Answer::Lost)
            }
            outcome => {
                let answer = outcome.unwrap_or_else(|error| Answer::Refused(error.kind()));
                open.past.statements.push((action, answer.clone()));
                Ok(answer)
            }
        }
    }

    async fn open(&self, session: u8, action: Action, history: &History) -> Result<Open> {
        let options = TransactionOptions::new().isolation(self.level);
        let is_read_only = action == Action::BeginReadOnly;
        let tx = self.store.begin_with(if is_read_only { options.read_only() } else { options }).await?;
        let rows = tx.collection().await?;
        let begun = history.n_commits();
        let past = Past { session, begun, statements: Vec::new(), fate: Fate::Undone };
        Ok(Open { tx, rows, past })
    }

    async fn commit(&self, session: &mut Session, history: &mut History) -> Result<Answer> {
        let Some(Open { tx, rows, mut past }) = session.open.take() else { return Ok(Answer::Lost) };
        let committed = tx.clone().commit().await;
        if committed.is_ok() {
            history.states.push(self.state().await?);
        }
        past.fate = match &committed {
            Ok(()) => Fate::Committed(history.n_commits()),
            Err(error) => Fate::lost(error, history.n_commits()),
        };
        history.transactions.push(past);
        session.over = Some((tx, rows));
        Ok(outcome(committed))
    }

    async fn statement(
        &self,
        open: &Open,
        kept: &mut Option<Versioned<Row>>,
        action: Action,
    ) -> Result<Answer> {
        let rows = &open.rows;
        Ok(match action {
            Action::Set(id, value) => {
                let next = self.row(id, value);
                rows.modify(&id, move |row| *row = next.clone()).await?;
                Answer::Done
            }
            Action::Put(id, value) => {
                rows.upsert(self.row(id, value)).await?;
                Answer::Done
            }
            Action::Insert(id, value) => {
                rows.insert(self.row(id, value)).await?;
                Answer::Done
            }
            Action::Remove(id) => Answer::Rows(pairs(rows.remove_key(&id).await?.as_slice())),
            Action::Add(passing, added) => {
                let is_distinct = self.is_distinct;
                let add = move |row: &mut Row| {
                    row.value += added;
                    row.mark = is_distinct.then_some(row.value);
                };
                Answer::Number(passing!(rows, passing, |find| find.update(add).await?))
            }
            Action::RemoveAll(passing) => {
                Answer::Number(passing!(rows, passing, |find| find.remove().await?))
            }
            Action::Keep(id) => {
                *kept = rows.get(&id).await?;
                Answer::Rows(pairs(kept.as_slice()))
            }
            Action::Edit(value) => {
                let Some(kept) = kept else { return Err(Error::other("no handle was kept")) };
                let next = self.row(kept.id, value);
                rows.update(kept, move |row| *row = next).await?;
                Answer::Done
            }
            action => look(rows, action).await?,
        })
    }

    /// All that is committed.
    async fn state(&self) -> Result<State> {
        Ok(pairs(&self.rows.query().all().await?).into_iter().collect())
    }

    fn row(&self, id: u64, value: i64) -> Row {
        Row { id, value, mark: self.is_distinct.then_some(value) }
    }
}

/// What a read finds.
async fn look(rows: &View<Row>, action: Action) -> Result<Answer> {
    Ok(match action {
        Action::Get(id) => Answer::Rows(pairs(rows.get(&id).await?.as_slice())),
        Action::Holder(value) => Answer::Rows(pairs(rows.get_by(|row| row.mark, value).await?.as_slice())),
        Action::Find(passing) => Answer::Rows(pairs(&passing!(rows, passing, |find| find.all().await?))),
        Action::Count(passing) => Answer::Number(passing!(rows, passing, |find| find.count().await?)),
        Action::Top(most) => {
            Answer::Rows(pairs(&rows.query().order_by(|row| row.value.desc()).limit(most).all().await?))
        }
        _ => return Err(Error::other(format!("{action:?} is no statement"))),
    })
}

/// What a transaction that is over answers: the same, whatever is asked.
async fn again(session: &Session) -> Answer {
    let Some((tx, rows)) = &session.over else { return Answer::Done };
    let read = rows.get(&1).await.map(drop);
    let write = rows.remove_key(&1).await.map(drop);
    let answers = [outcome(read), outcome(write), outcome(tx.clone().commit().await)];
    let closed = answers.iter().all(|answer| *answer == Answer::Refused(ErrorKind::Closed));
    if closed { Answer::Refused(ErrorKind::Closed) } else { Answer::Done }
}

fn outcome(outcome: Result<()>) -> Answer {
    outcome.map_or_else(|error| Answer::Refused(error.kind()), |()| Answer::Done)
}

fn pairs(rows: &[Versioned<Row>]) -> Vec<Pair> {
    rows.iter().map(|row| (row.id, row.value)).collect()
}
