//! A log that acknowledges commits later, some at a time, and in another order than they came in.

use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use routier::Result;
use routier::storage::{CommitRecord, Completion, Log};

/// A log with a thread of its own, which ends with it.
pub struct LateLog {
    taken: Mutex<Sender<Completion>>,
}

impl Default for LateLog {
    fn default() -> Self {
        let (taken, given) = channel::<Completion>();
        std::thread::spawn(move || {
            while let Ok(first) = given.recv() {
                let mut group = vec![first];
                // who is about to come may be in the group
                std::thread::yield_now();
                group.extend(given.try_iter());
                group.into_iter().rev().for_each(|completion| completion.complete(Ok(())));
            }
        });
        Self { taken: Mutex::new(taken) }
    }
}

impl Log for LateLog {
    fn append(&self, _commit: &Arc<CommitRecord>, completion: Completion) -> Result<()> {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        // it drops the completion where the thread is gone, which says that it failed
        drop(taken.send(completion));
        Ok(())
    }
}
