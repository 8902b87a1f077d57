//! A place in the history that moves on: what feeds and watches have in common.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::env::sync::Arc;
use crate::error::{Error, ErrorKind, Result};
use crate::feed::hub::{Hub, Subscription};
use crate::feed::slot::{Interest, Known};
use crate::feed::walk::Walk;
use crate::storage::{Answer, CommitRecord, History, Origin, RowChange, Storage, Token};

/// How many changes are asked of the history at once, and so about how many a reader holds.
const BATCH: usize = 256;
/// After so many reads without a pause, others get their turn.
const MOST_READS: u32 = 32;

type Reading = Pin<Box<dyn Future<Output = Result<History>> + Send>>;

/// What a feed is opened on.
#[derive(Clone)]
pub(crate) struct Source {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) hub: Arc<Hub>,
    /// The origin of the handle that it is opened from, for `without_own`.
    pub(crate) own: Origin,
}

/// Where a feed begins.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Start {
    /// Behind what is visible at the call.
    Now,
    /// Behind this place.
    After(Token),
}

/// What the history had next.
pub(super) enum Step {
    Commit(Walk),
    Lagged(Loss),
}

/// Changes that were forgotten before they were read.
pub(super) struct Loss {
    /// The place behind which they stood.
    pub(super) behind: Token,
    /// How many, of all collections, where that is known.
    pub(super) missed: Option<u64>,
}

pub(super) struct Reader {
    source: Source,
    subscription: Subscription,
    store: u64,
    epoch: u64,
    /// Everything up to here has been passed.
    number: u64,
    /// The commit behind it that has been passed in part, and the last place in it.
    part: Option<(u64, u32)>,
    /// How many changes there are up to `number` and `part`, over the life of the data.
    counted: Option<u64>,
    /// What was visible when the subscription began: whether earlier commits were announced to it is not known.
    since: u64,
    /// What has been read and not passed, and up to where it is everything.
    batch: VecDeque<Arc<CommitRecord>>,
    batch_end: u64,
    reading: Option<Reading>,
    /// The hub was closed before the last read began: there is nothing behind what that read gives.
    is_last_read: bool,
    reads: u32,
    has_ended: bool,
}

impl Reader {
    /// A reader behind what is visible now. Nothing that is committed from now on escapes it.
    pub(super) fn new(source: Source, interest: Interest) -> Result<Self> {
        if source.hub.is_closed() {
            return Err(Error::closed());
        }
        // In this order: a commit that is not visible yet will be announced.
        let subscription = source.hub.subscribe(interest);
        let number = source.storage.visible();
        Ok(Self {
            store: source.storage.id(),
            epoch: source.storage.epoch(),
            source,
            subscription,
            number,
            part: None,
            counted: None,
            since: number,
            batch: VecDeque::new(),
            batch_end: 0,
            reading: None,
            is_last_read: false,
            reads: 0,
            has_ended: false,
        })
    }

    /// Goes to where `start` says, and finds out how many changes there are up to it.
    pub(super) async fn start(&mut self, start: Start) -> Result<()> {
        if let Start::After(token) = start {
            self.check(token)?;
            self.part = token.place().map(|place| (token.number(), place));
            // A commit that was seen in part has to be read again.
            self.number = token.number() - u64::from(self.part.is_some() && token.number() > 0);
        }
        self.counted = loop {
            let next = self.source.storage.history(self.number, 1).await?;
            match (next.gap.filter(|gap| gap.oldest > self.number), start) {
                (Some(gap), Start::After(_)) => {
                    return Err(Error::token_expired(Token::whole(self.store, self.epoch, gap.oldest)));
                }
                // What was committed during this call need not be told.
                (Some(_), Start::Now) => self.number = self.source.storage.visible(),
                (None, _) => {
                    if let Some(commit) = next.commits.first() {
                        break commit.follows.map(|follows| follows.changes);
                    }
                    if let Back::Counted(counted) = count_back(&*self.source.storage, self.number).await? {
                        break counted;
                    }
                }
            }
        };
        if let (Some(counted), Some((_, place))) = (&mut self.counted, self.part) {
            *counted += u64::from(place) + 1;
        }
        Ok(())
    }

    fn check(&self, token: Token) -> Result<()> {
        let is_of_this_store =
            token.store() == self.store && self.source.storage.is_of_history(token.epoch(), token.number());
        // A number that was never visible is one of a history that was undone.
        if is_of_this_store && token.number() <= self.since { Ok(()) } else { Err(Error::token_foreign()) }
    }

    /// Goes on behind `number`, up to which everything has been seen in another way.
    pub(super) fn restart(&mut self, number: u64) {
        self.number = number;
        self.part = None;
        self.counted = None;
        self.batch.clear();
        self.batch_end = number;
        self.reading = None;
        // What was read and is read again was not kept note of.
        self.since = self.since.max(self.subscription.slot.read());
    }

    /// Leaves out what comes from the origin of the handle that this was opened from.
    pub(super) fn leave_out_own(&self) {
        self.subscription.slot.leave_out(self.source.own.clone());
    }

    /// The place up to which everything was passed, whether or not it was of concern.
    pub(super) fn token(&self) -> Token {
        match self.clean() {
            Some((number, _)) => Token::whole(self.store, self.epoch, number),
            None => self.passed(),
        }
    }

    /// The place up to which everything was read and passed.
    fn passed(&self) -> Token {
        match self.part {
            Some((number, place)) => Token::within(self.store, self.epoch, number, place),
            None => Token::whole(self.store, self.epoch, self.number),
        }
    }

    /// What is known about a commit that `poll` gave, without evaluating its rows.
    pub(super) fn known(&self, number: u64) -> Known {
        let reached = self.subscription.hub.reached().filter(|_| number > self.since);
        self.subscription.slot.known(number, reached)
    }

    /// Further on than `number`, where nothing of concern lies in between: then nobody has woken the reader, and the
    /// history may have forgotten all of it.
    fn clean(&self) -> Option<(u64, Option<u64>)> {
        let is_at_rest = self.part.is_none() && self.batch.is_empty() && self.reading.is_none();
        let clean = self.subscription.clean().filter(|_| is_at_rest && self.number >= self.since)?;
        (clean.number > self.number).then_some((clean.number, clean.changes))
    }

    /// The next commit that touches what this is interested in. `None` is the end: after an error, and after the last
    /// commit of a closed store.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Step>>> {
        loop {
            if let Some(read) = self.next_read() {
                self.has_ended |= read.is_err();
                return Poll::Ready(Some(read.map(Step::Commit)));
            }
            if self.has_ended {
                return Poll::Ready(None);
            }
            if self.reads == MOST_READS {
                self.reads = 0;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            let history = match ready!(self.poll_history(context)) {
                Ok(history) => history,
                Err(error) => {
                    self.has_ended = true;
                    let is_no_loss = error.kind() == ErrorKind::Closed && self.has_all();
                    return Poll::Ready(if is_no_loss { None } else { Some(Err(error)) });
                }
            };
            let is_empty = history.commits.is_empty();
            if let Some(loss) = self.absorb(history) {
                return Poll::Ready(Some(Ok(Step::Lagged(loss))));
            }
            if is_empty {
                if self.is_last_read {
                    self.has_ended = true;
                } else if !self.subscription.slot.is_woken() {
                    self.reads = 0;
                    return Poll::Pending;
                }
            }
        }
    }

    /// The next commit of those that were read; an error where its rows cannot be given, and then it has not been passed.
    fn next_read(&mut self) -> Option<Result<Walk>> {
        if self.has_ended {
            return None;
        }
        while let Some(record) = self.batch.pop_front() {
            let begin = self.passed();
            let first = match begin.place() {
                Some(place) if begin.number() == record.number => place as usize + 1,
                _ => 0,
            };
            if self.lacks_rows(&record, first) {
                self.batch.push_front(record);
                return Some(Err(unopened()));
            }
            self.part = None;
            self.number = record.number;
            self.counted = record.changes_behind();
            if self.subscription.slot.touches(&record, first) {
                let collection = self.subscription.slot.interest.collection();
                return Some(Ok(Walk::new(record, collection, first, begin)));
            }
        }
        None
    }

    /// Whether all of a commit is asked for, and it has changes of collections that are not open.
    fn lacks_rows(&self, record: &CommitRecord, first: usize) -> bool {
        let slot = &self.subscription.slot;
        slot.interest.collection().is_none()
            && slot.touches(record, first)
            && record.changes.iter().skip(first).any(RowChange::is_of_unopened)
    }

    fn poll_history(&mut self, context: &mut Context<'_>) -> Poll<Result<History>> {
        let slot = &self.subscription.slot;
        // Before the read: a commit that is too late for it wakes.
        slot.listen(context.waker());
        if let Some(reading) = &mut self.reading {
            let history = ready!(reading.as_mut().poll(context));
            self.reading = None;
            return Poll::Ready(history);
        }
        let is_woken = slot.begin();
        self.is_last_read = self.subscription.hub.is_closed();
        self.reads += 1;
        if let Some((number, changes)) = self.clean() {
            self.number = number;
            self.counted = changes;
        }
        if !is_woken && self.number >= self.source.storage.visible() {
            return Poll::Ready(Ok(History::new(Vec::new(), self.number)));
        }
        match self.source.storage.history(self.number, BATCH) {
            Answer::Ready(history) => Poll::Ready(history),
            Answer::Later(reading) => {
                let reading = self.reading.insert(reading);
                let history = ready!(reading.as_mut().poll(context));
                self.reading = None;
                Poll::Ready(history)
            }
        }
    }

    /// Takes what was read; gives what is missing before it, if something is.
    fn absorb(&mut self, history: History) -> Option<Loss> {
        let last = history.commits.last().map_or(0, |commit| commit.number);
        self.batch_end = history.seen.max(last);
        self.subscription.slot.has_read(self.batch_end);
        self.batch.extend(history.commits);
        let gap = history.gap.filter(|gap| gap.oldest > self.number);
        if self.batch.is_empty() && gap.is_none() {
            self.number = self.number.max(self.batch_end);
            self.part = None;
        }
        let gap = gap?;
        let before = self.batch.front().and_then(|oldest| oldest.follows).map(|follows| follows.changes);
        let missed = before.zip(self.counted).and_then(|(before, counted)| before.checked_sub(counted));
        let loss = Loss { behind: self.passed(), missed };
        self.number = gap.oldest;
        self.part = None;
        self.counted = before;
        // Where only commits without changes were forgotten, nothing is missing.
        (missed != Some(0)).then_some(loss)
    }

    fn has_all(&self) -> bool {
        self.subscription.hub.is_closed() && self.number >= self.source.storage.visible()
    }
}

fn unopened() -> Error {
    Error::unsupported(
        "the next commit has rows of a collection that is not open, and a store's feed gives commits whole: open it, and \
         go on from the feed's token",
    )
}

/// What the commit before a place tells.
enum Back {
    /// So many changes there are up to it, where that is known.
    Counted(Option<u64>),
    /// A commit came behind it meanwhile: that one tells.
    Passed,
}

/// The changes up to `number`, known from the commit before: there is none behind.
///
/// It borrows no reader: that one may not be shared between threads, and opening a feed may move between them.
async fn count_back(storage: &dyn Storage, number: u64) -> Result<Back> {
    let Some(before) = number.checked_sub(1) else {
        return Ok(Back::Counted(Some(0)));
    };
    let last = storage.history(before, 1).await?;
    Ok(match last.commits.first() {
        Some(commit) if commit.number > number => Back::Passed,
        Some(commit) if commit.number == number => Back::Counted(commit.changes_behind()),
        _ => Back::Counted(None),
    })
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("interest", &self.subscription.slot.interest)
            .field("token", &self.token())
            .field("has_ended", &self.has_ended)
            .finish_non_exhaustive()
    }
}
