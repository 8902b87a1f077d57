//! A case: the steps of a few transactions, and what may come of them.

use super::action::{Action, Pair, Sees};
use crate::{ErrorKind, Isolation};

/// What is there at first, what is done, and what has to hold.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) setup: &'static [Pair],
    /// Whether no two rows may have the same value.
    pub(crate) is_distinct: bool,
    pub(crate) steps: &'static [Step],
    pub(crate) levels: Levels,
}

/// One step: who takes it, what it is, and what is seen. What a commit comes to stands in [`Levels`].
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) session: u8,
    pub(crate) action: Action,
    pub(crate) sees: Sees,
}

/// What may come of a case at each isolation: one of these.
#[derive(Debug)]
pub(crate) struct Levels {
    pub(crate) snapshot: &'static [End],
    pub(crate) serializable: &'static [End],
}

/// One end of a case.
#[derive(Debug)]
pub(crate) struct End {
    /// The sessions whose commit is refused; all others are carried out.
    pub(crate) lost: &'static [(u8, Loss)],
    /// All rows at the end.
    pub(crate) last: &'static [Pair],
}

/// How a commit is refused: in each case because of a commit after its snapshot, so that a new run may succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    Conflict,
    Duplicate,
    /// One or the other: it has read that there was no such row, and then inserted it.
    Either,
}

/// Where nothing else is said.
pub(crate) const PLAIN: Case = Case {
    name: "",
    setup: &[(1, 10), (2, 20)],
    is_distinct: false,
    steps: &[],
    levels: Levels { snapshot: &[], serializable: &[] },
};

/// A step that only has to be done.
pub(crate) const fn on(session: u8, action: Action) -> Step {
    Step { session, action, sees: Sees::Done }
}

/// A step that sees these rows.
pub(crate) const fn sees(session: u8, action: Action, rows: &'static [Pair]) -> Step {
    Step { session, action, sees: Sees::Rows(rows) }
}

/// A step that gives a number of rows.
pub(crate) const fn counts(session: u8, action: Action, number: u64) -> Step {
    Step { session, action, sees: Sees::Number(number) }
}

/// A step that is refused at once.
pub(crate) const fn refused(session: u8, action: Action, kind: ErrorKind) -> Step {
    Step { session, action, sees: Sees::Refused(kind) }
}

/// All commits are carried out.
pub(crate) const fn all_commit(last: &'static [Pair]) -> End {
    End { lost: &[], last }
}

/// These commits are refused.
pub(crate) const fn loses(lost: &'static [(u8, Loss)], last: &'static [Pair]) -> End {
    End { lost, last }
}

/// The same at each isolation.
pub(crate) const fn at_each(ends: &'static [End]) -> Levels {
    Levels { snapshot: ends, serializable: ends }
}

impl Case {
    /// What may come of it.
    pub(crate) fn ends(&self, level: Isolation) -> &'static [End] {
        if level == Isolation::Snapshot { self.levels.snapshot } else { self.levels.serializable }
    }

    /// The sessions, in the order in which they first do something.
    pub(crate) fn sessions(&self) -> Vec<u8> {
        let mut sessions = Vec::new();
        for step in self.steps {
            if !sessions.contains(&step.session) {
                sessions.push(step.session);
            }
        }
        sessions
    }

    /// What a session does, its first `Begin` included.
    pub(crate) fn of(&self, session: u8) -> Vec<Action> {
        let steps = self.steps.iter().filter(|step| step.session == session);
        let actions: Vec<Action> = steps.map(|step| step.action).collect();
        if actions.first().is_some_and(|first| first.is_begin()) {
            return actions;
        }
        std::iter::once(Action::Begin).chain(actions).collect()
    }

    /// The steps in their order, every `Begin` included.
    pub(crate) fn actions(&self) -> Vec<(u8, Action)> {
        let begun = |session: &u8| {
            let first = self.steps.iter().find(|step| step.session == *session);
            first.is_some_and(|step| step.action.is_begin())
        };
        let begins = self.sessions().into_iter().filter(|session| !begun(session));
        let steps = self.steps.iter().map(|step| (step.session, step.action));
        begins.map(|session| (session, Action::Begin)).chain(steps).collect()
    }
}
