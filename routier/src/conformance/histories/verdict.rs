//! Whether a transaction may commit.
//!
//! It is held to the strictest order there is: that of the commits. What a transaction has read must be so at its commit,
//! and what it expects of rows as well. Where rows are resident it fails for nothing else; elsewhere any commit since
//! its snapshot may be in its way.

use super::answer::{Answered, Ask};
use super::log::{Changed, Expect, Log, Overlay};
use super::model::{Key, Model, Row};
use super::reach;
use super::refusal::Refusal;
use super::sheet::Sheet;
use super::value::{Value, at};
use crate::env::sync::Arc;

/// A read of a transaction, and what it gave.
pub(super) struct Noted {
    pub(super) kind: usize,
    pub(super) ask: Ask,
    pub(super) answer: Answered,
    /// What the transaction had staged in that collection.
    pub(super) own: Arc<Overlay>,
}

/// Distinct values that a row of a transaction had and lets go of: where it was inserted with them, they were seen to be
/// free.
pub(super) struct LetGo {
    pub(super) kind: usize,
    pub(super) group: Vec<usize>,
    pub(super) row: Row,
}

/// What a transaction comes to.
pub(super) struct Case<'a> {
    pub(super) sheets: Vec<&'a Sheet>,
    pub(super) log: &'a Log,
    /// How many commits its snapshot shows.
    pub(super) began: usize,
    /// By the number of the kind.
    pub(super) staged: &'a [Arc<Overlay>],
    pub(super) reads: &'a [Noted],
    pub(super) let_go: &'a [LetGo],
    /// Whether reads count.
    pub(super) serializable: bool,
    pub(super) resident: bool,
}

/// How a commit may end.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// It fails, where there is one of these.
    pub(super) must: Vec<Refusal>,
    /// It may fail in these ways.
    pub(super) may: Vec<Refusal>,
}

impl Verdict {
    pub(super) fn allows(&self, error: &crate::Error) -> bool {
        self.must.iter().chain(&self.may).any(|refusal| refusal.fits(error))
    }
}

impl LetGo {
    fn is_met(&self, change: &Changed) -> bool {
        let has_them =
            |row: &Row| self.group.iter().all(|field| at(&row.cells, *field) == at(&self.row.cells, *field));
        change.kind == self.kind && [&change.before, &change.after].into_iter().flatten().any(has_them)
    }
}

impl Case<'_> {
    pub(super) fn verdict(&self) -> Verdict {
        let mut verdict = Verdict::default();
        if self.staged.iter().all(|staged| staged.is_empty()) {
            return verdict;
        }
        for (kind, staged) in self.staged.iter().enumerate() {
            self.check_versions(kind, staged, &mut verdict);
            self.check_distinct(kind, staged, &mut verdict);
            if !self.serializable {
                self.check_first(kind, staged, &mut verdict);
            }
        }
        if self.serializable {
            for read in self.reads {
                self.check_read(read, &mut verdict);
            }
            if self.let_go.iter().any(|let_go| self.others().any(|change| let_go.is_met(change))) {
                verdict.may.push(Refusal::read());
            }
        }
        if !self.resident && self.others().next().is_some() {
            verdict.may.push(Refusal::overtaken());
        }
        verdict
    }

    /// What others have changed since the snapshot.
    fn others(&self) -> impl Iterator<Item = &Changed> {
        self.log.commits.iter().skip(self.began).flat_map(|commit| &commit.changes)
    }

    fn then(&self, kind: usize) -> &Model {
        super::log::of(self.log.after(self.began), kind)
    }

    fn now(&self, kind: usize) -> &Model {
        super::log::of(self.log.now(), kind)
    }

    fn number(&self) -> u64 {
        self.log.number(self.began)
    }

    /// Rows are of the version that was expected, or absent.
    fn check_versions(&self, kind: usize, staged: &Overlay, verdict: &mut Verdict) {
        for (key, staged) in staged {
            let actual = self.now(kind).rows.get(key).map(|row| row.version);
            match staged.expect {
                Expect::Anything => {}
                Expect::Absent if actual.is_some() => verdict.must.push(Refusal::duplicate(Some(true))),
                Expect::Absent => {}
                Expect::Version(expected) if actual == Some(expected) => {}
                Expect::Version(_) => verdict.must.push(Refusal::version(actual, true)),
            }
        }
    }

    /// No two rows of the outcome share a distinct value.
    fn check_distinct(&self, kind: usize, staged: &Overlay, verdict: &mut Verdict) {
        let sheet = at(&self.sheets, kind);
        if staged.is_empty() {
            return;
        }
        let outcome = overlaid(self.now(kind), staged);
        for row in staged.values().filter_map(|staged| staged.row.as_ref()) {
            for group in &sheet.distinct {
                let values: Vec<&Value> = group.iter().map(|field| at(&row.cells, *field)).collect();
                for holder in outcome.holders(group, &values, &row.key) {
                    let retryable = self.is_new(kind, staged, group, &values, holder);
                    verdict.must.push(Refusal::duplicate(retryable));
                }
            }
        }
    }

    /// Whether a row that has a distinct value came after the snapshot; `None` where one may see it in either way: it
    /// did, but the snapshot shows another row with that value, or that row as it was.
    fn is_new(
        &self,
        kind: usize,
        staged: &Overlay,
        group: &[usize],
        values: &[&Value],
        holder: &Row,
    ) -> Option<bool> {
        if staged.contains_key(&holder.key) || holder.version <= self.number() {
            return Some(false);
        }
        let nobody: Key = Arc::new([]);
        if self.then(kind).holders(group, values, &nobody).is_empty() { Some(true) } else { None }
    }

    /// Of two that wrote a row the second fails, also where it wrote blindly.
    fn check_first(&self, kind: usize, staged: &Overlay, verdict: &mut Verdict) {
        for (key, staged) in staged {
            let is_met = self.others().any(|change| change.kind == kind && change.key == *key);
            if !is_met {
                continue;
            }
            let (then, now) = (self.then(kind).rows.get(key), self.now(kind).rows.get(key));
            let is_written = then.is_some() || now.is_some();
            let refusals = if is_written && staged.expect != Expect::Absent {
                &mut verdict.must
            } else {
                &mut verdict.may
            };
            refusals.push(Refusal::overtaken());
        }
    }

    /// What was read is still so: the same question has the same answer.
    fn check_read(&self, read: &Noted, verdict: &mut Verdict) {
        let mut met = self.others().filter(|change| change.kind == read.kind).peekable();
        if met.peek().is_none() {
            return;
        }
        let sheet = at(&self.sheets, read.kind);
        if let Ask::GetBy(group, values) = &read.ask {
            // of its own row and another's with that value it is given its own: if that stays so, the two collide
            let is_own = |row: &Row| read.own.contains_key(&row.key);
            if overlaid(self.then(read.kind), &read.own).by(sheet, *group, values).iter().any(is_own) {
                return;
            }
        }
        let now = overlaid(self.now(read.kind), &read.own).answer(sheet, &read.ask);
        if now != read.answer {
            verdict.must.push(Refusal::read());
            return;
        }
        let then = overlaid(self.then(read.kind), &read.own);
        let reaches = reach::of(sheet, &read.ask, &then, self.then(read.kind), &read.own);
        if met.any(|change| reaches.iter().any(|reach| reach.meets(change))) {
            verdict.may.push(Refusal::read());
        }
    }
}

/// A model with what a transaction has staged on top of it.
fn overlaid(model: &Model, staged: &Overlay) -> Model {
    let mut model = model.clone();
    for (key, staged) in staged {
        model.put(key, staged.row.clone());
    }
    model
}
