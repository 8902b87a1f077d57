//! What follows a history: a feed of all commits, one of a collection, and a watch.

use super::coverage::Group;
use super::history::History;
use super::log::{Changed, Log};
use super::model::{Query, Row};
use super::source::{SeenChange, SeenLive, Source};
use super::test::Test;
use super::value::at;
use crate::feed::{Commit, Feed, Operation};
use crate::storage::Token;
use crate::{Error, ErrorKind, Result};

/// Who follows from the begin of a history on. Where they stand is said in commits.
pub(super) struct Following {
    commits: Feed<Commit>,
    of_commits: usize,
    kind: usize,
    changes: Box<dyn Source<SeenChange>>,
    of_changes: usize,
    query: Query,
    watch: Box<dyn Source<SeenLive>>,
    of_watch: usize,
    /// How many commits there were up to the last that the watch said something of. It may not know that what came since
    /// does not concern it.
    watch_read: usize,
    /// Nobody looks before the end, so that what the history forgets is missed.
    is_lazy: bool,
}

impl History {
    pub(super) async fn begin_following(&mut self) -> Result<Following> {
        let kind = self.any_kind();
        let mut query = self.any_query(kind);
        (query.offset, query.limit) = (0, None);
        if self.rng.once_in(3) {
            query.test = Test::All;
        }
        self.note(|| format!("watches {kind}: {query:?}"));
        let place = self.log.commits.len();
        let table = at(&self.tables, kind);
        let mut watch = table.watch(&query).await?;
        let rows = self.model(kind).matching(&query);
        for expected in [SeenLive::Reset(rows), SeenLive::Ready(self.log.last_number())] {
            self.coverage.count(Group::Watches, expected.name());
            assert_eq!(watch.next().await.transpose()?, Some(expected), "a watch of {query:?} begins");
        }
        Ok(Following {
            commits: self.store.changes().await?,
            of_commits: place,
            kind,
            changes: table.changes(None).await?,
            of_changes: place,
            query,
            watch,
            of_watch: place,
            watch_read: place,
            is_lazy: self.rng.once_in(2),
        })
    }

    /// Looks at what came.
    pub(super) async fn follow(&mut self) -> Result<()> {
        let Some(mut following) = self.following.take() else { return Ok(()) };
        self.note(|| "looks at what came".to_owned());
        if !following.is_lazy || self.retain == usize::MAX {
            match self.rng.below(3) {
                0 => self.follow_commits(&mut following).await?,
                1 => self.follow_watch(&mut following).await?,
                _ if !self.may_lag(following.of_changes) => self.follow_changes(&mut following).await?,
                _ => {}
            }
        }
        self.following = Some(following);
        Ok(())
    }

    /// Follows to the end, which is the end of the store.
    pub(super) async fn follow_to_the_end(&mut self) -> Result<()> {
        let Some(mut following) = self.following.take() else { return Ok(()) };
        self.follow_watch(&mut following).await?;
        self.store.close().await?;
        self.follow_commits(&mut following).await?;
        self.follow_changes(&mut following).await?;
        assert!(following.commits.next().await.is_none(), "a feed of a closed store ends");
        if let Some(Err(error)) = following.changes.next().await {
            // it does not know that nothing of what was forgotten was its concern
            self.check_lagged(&error, following.of_changes);
            assert_eq!(following.changes.next().await.transpose()?, None, "a feed of a closed store ends");
        }
        self.watch_to_the_end(following).await
    }

    /// What a watch gives after the last commit that it was told of.
    async fn watch_to_the_end(&mut self, mut following: Following) -> Result<()> {
        let may_lag = self.may_lag(following.watch_read);
        match following.watch.next().await {
            None => return Ok(()),
            // it cannot know that what was forgotten does not concern it, and a storage may answer no more
            Some(Err(error)) if error.kind() == ErrorKind::Closed && may_lag => return Ok(()),
            // or it asks for all of it again
            Some(Ok(seen)) if may_lag => {
                let rows = self.model(following.kind).matching(&following.query);
                assert_eq!(seen, SeenLive::Reset(rows), "a watch that was overtaken, of a closed store");
                let ready = SeenLive::Ready(self.log.last_number());
                assert_eq!(following.watch.next().await.transpose()?, Some(ready), "it is through");
            }
            other => panic!("a watch of a closed store ends, and gives no {other:?}"),
        }
        assert_eq!(following.watch.next().await.transpose()?, None, "a watch of a closed store ends");
        Ok(())
    }

    /// Whether the history may have forgotten something after so many commits.
    pub(super) fn may_lag(&self, n_commits: usize) -> bool {
        self.facts.forgets && self.log.n_changes_after(n_commits) > self.retain
    }

    async fn follow_commits(&mut self, following: &mut Following) -> Result<()> {
        let mut missed = None;
        while following.of_commits < self.log.commits.len() {
            let commit = match following.commits.next().await {
                Some(Ok(commit)) => commit,
                Some(Err(error)) => {
                    missed = Some(self.check_lagged(&error, following.of_commits));
                    continue;
                }
                None => panic!("a feed ended after {} commits", following.of_commits),
            };
            if let Some(missed) = missed.take() {
                let next = self.log.place_of(commit.number()).saturating_sub(1);
                self.check_missed(following.of_commits, next, missed, None);
                following.of_commits = next;
            }
            self.check_commit(&commit, following.of_commits, 0);
            following.of_commits += 1;
            let token = following.commits.token();
            assert_eq!((token.number(), token.place()), (commit.number(), None), "the token of a feed");
            self.tokens.push(commit.token());
        }
        Ok(())
    }

    /// Whether a commit is that of this place in the log, from the change `first` on.
    pub(super) fn check_commit(&self, commit: &Commit, place: usize, first: usize) {
        let expected = at(&self.log.commits, place);
        assert_eq!(commit.number(), expected.number, "the next commit");
        assert_eq!(*commit.origin(), expected.origin, "who made commit {}", expected.number);
        let changes: Vec<SeenChange> = commit
            .changes()
            .map(|change| {
                let name = change.collection();
                let kind = self.kinds.iter().find(|kind| kind.sheet().name == name);
                let Some(kind) = kind else { panic!("a change is of `{name}`") };
                SeenChange {
                    collection: name,
                    operation: change.operation(),
                    before: change.before().map(|row| kind.seen(row)),
                    after: change.after().map(|row| kind.seen(row)),
                    version: change.version(),
                    token: change.token(),
                }
            })
            .collect();
        let all = 0..expected.changes.len();
        let expected: Vec<SeenChange> = all.skip(first).map(|change| self.change(place, change)).collect();
        assert_eq!(changes, expected, "the changes of commit {} from {first} on", commit.number());
    }

    /// A change, as a feed should say it.
    pub(super) fn change(&self, place: usize, change: usize) -> SeenChange {
        let commit = at(&self.log.commits, place);
        let Changed { kind, before, after, .. } = at(&commit.changes, change);
        let present = self.store.token();
        let (store, epoch) = (present.store(), present.epoch());
        let token = if change + 1 < commit.changes.len() {
            Token::within(store, epoch, commit.number, change as u32)
        } else {
            Token::whole(store, epoch, commit.number)
        };
        SeenChange {
            collection: self.sheet(*kind).name,
            operation: match (before, after) {
                (None, _) => Operation::Inserted,
                (Some(_), Some(_)) => Operation::Updated,
                (Some(_), None) => Operation::Removed,
            },
            before: before.clone(),
            after: after.clone(),
            version: commit.number,
            token,
        }
    }

    /// The changes of a collection from a commit on, by commit and place.
    pub(super) fn changes_of(&self, kind: usize, from: usize) -> Vec<(usize, usize)> {
        let commits = self.log.commits.iter().enumerate().skip(from);
        let changes = commits.flat_map(|(place, commit)| {
            let of_kind = commit.changes.iter().enumerate().filter(move |(_, change)| change.kind == kind);
            of_kind.map(move |(change, _)| (place, change))
        });
        changes.collect()
    }

    async fn follow_changes(&mut self, following: &mut Following) -> Result<()> {
        let mut left: std::collections::VecDeque<(usize, usize)> =
            self.changes_of(following.kind, following.of_changes).into();
        let mut missed = None;
        while let Some((place, change)) = left.front().copied() {
            let seen = match following.changes.next().await {
                Some(Ok(seen)) => seen,
                Some(Err(error)) => {
                    missed = Some(self.check_lagged(&error, following.of_changes));
                    continue;
                }
                None => {
                    // all that was left was forgotten
                    let Some(missed) = missed.take() else { panic!("a feed ended before commit {place}") };
                    let end = self.log.commits.len();
                    self.check_missed(following.of_changes, end, missed, Some(following.kind));
                    left.clear();
                    continue;
                }
            };
            if let Some(missed) = missed.take() {
                let next = self.log.place_of(seen.version).saturating_sub(1);
                self.check_missed(following.of_changes, next, missed, Some(following.kind));
                left.retain(|(place, _)| *place >= next);
                following.of_changes = next + 1;
                let Some((place, change)) = left.pop_front() else { panic!("nothing was left but {seen:?}") };
                assert_eq!(seen, self.change(place, change), "the change after what was missed");
                continue;
            }
            assert_eq!(seen, self.change(place, change), "the next change");
            self.tokens.push(seen.token);
            following.of_changes = place + 1;
            left.pop_front();
        }
        Ok(())
    }

    /// The error of a feed that was overtaken: how many changes it missed.
    fn check_lagged(&mut self, error: &Error, from: usize) -> Option<u64> {
        assert_eq!(error.kind(), ErrorKind::Lagged, "{error:?}");
        assert!(self.may_lag(from), "a feed lagged behind commit {from}, though all of it is kept");
        self.count_error(error);
        error.missed()
    }

    /// Whether what lies between was right to be forgotten: of the last changes none is.
    fn check_missed(&self, from: usize, next: usize, missed: Option<u64>, kind: Option<usize>) {
        assert!(next > from, "a feed lagged and missed nothing behind commit {from}");
        let is_of_kind = |place: &usize| {
            let commit = at(&self.log.commits, *place);
            commit.changes.iter().any(|change| kind.is_none_or(|kind| kind == change.kind))
        };
        if let Some(last) = (from..next).rev().find(is_of_kind) {
            let kept = self.log.n_changes_after(last);
            assert!(kept > self.retain, "commit {last} was forgotten, with {kept} changes from it on");
        }
        let between: usize =
            self.log.commits.iter().skip(from).take(next - from).map(|commit| commit.changes.len()).sum();
        match (missed, kind) {
            (Some(missed), None) => assert_eq!(missed, between as u64, "how many changes were missed"),
            // of a collection one does not know how far it had come without a change
            (Some(missed), Some(_)) => assert!(missed > 0, "how many changes were missed"),
            (None, _) => {}
        }
    }

    /// What a commit does to a result.
    fn lives(log: &Log, kind: usize, query: &Query, place: usize) -> Vec<SeenLive> {
        let commit = at(&log.commits, place);
        let passes = |row: &Option<Row>| row.clone().filter(|row| query.test.holds(&row.cells));
        let mut lives = Vec::new();
        for change in commit.changes.iter().filter(|change| change.kind == kind) {
            lives.extend(match (passes(&change.before), passes(&change.after)) {
                (None, None) => None,
                (None, Some(after)) => Some(SeenLive::Entered(after)),
                (Some(before), None) => Some(SeenLive::Left(before)),
                (Some(before), Some(after)) => {
                    let mut columns = query.order.iter().map(|(column, _)| *column);
                    let stays = columns.all(|column| at(&before.cells, column) == at(&after.cells, column));
                    Some(if stays {
                        SeenLive::Changed(before, after)
                    } else {
                        SeenLive::Moved(before, after)
                    })
                }
            });
        }
        if !lives.is_empty() {
            lives.push(SeenLive::Ready(commit.number));
        }
        lives
    }

    async fn follow_watch(&mut self, following: &mut Following) -> Result<()> {
        let (kind, query) = (following.kind, &following.query);
        let end = self.log.commits.len();
        while following.of_watch < end {
            let may_lag = self.may_lag(following.watch_read);
            for (place, expected) in
                Self::lives(&self.log, kind, query, following.of_watch).into_iter().enumerate()
            {
                let said = following.watch.next().await.transpose()?;
                let Some(said) = said else { panic!("a watch ended before {expected:?}") };
                self.coverage.count(Group::Watches, said.name());
                if place == 0 && may_lag && matches!(said, SeenLive::Reset(_)) {
                    let present = SeenLive::Reset(super::log::of(self.log.now(), kind).matching(query));
                    assert_eq!(said, present, "a watch of {query:?} was overtaken");
                    let ready = following.watch.next().await.transpose()?;
                    assert_eq!(ready, Some(SeenLive::Ready(self.log.last_number())), "and it is whole");
                    (following.of_watch, following.watch_read) = (end, end);
                    return Ok(());
                }
                assert_eq!(said, expected, "a watch of {query:?}");
                following.watch_read = following.of_watch + 1;
            }
            following.of_watch += 1;
        }
        Ok(())
    }
}
