//! Taking turns: a queue for writers that lost too often.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::env::sync::{Arc, Mutex};

/// A queue in which one waiter after the other holds the turn, in the order of their first poll.
///
/// Who holds the turn still has to win against those who try for the first time, but not against the others that
/// have lost already, so that of any set of losers one after the other ends.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    next: u64,
    /// The first holds the turn.
    waiting: VecDeque<(u64, Option<Waker>)>,
}

/// The turn; the next one gets it when this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    turns: Arc<Turns>,
    ticket: u64,
}

/// Waits for the turn.
#[derive(Debug)]
pub(crate) struct Waiting {
    turns: Arc<Turns>,
    ticket: Option<u64>,
}

impl Turns {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn take(self: &Arc<Self>) -> Waiting {
        Waiting { turns: Arc::clone(self), ticket: None }
    }

    /// Leaves the queue, and wakes whoever is first then.
    fn leave(&self, ticket: u64) {
        let waker = {
            let mut queue = self.queue.lock();
            let was_first = queue.waiting.front().is_some_and(|(first, _)| *first == ticket);
            queue.waiting.retain(|(other, _)| *other != ticket);
            if was_first { queue.waiting.front_mut().and_then(|(_, waker)| waker.take()) } else { None }
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Future for Waiting {
    type Output = Turn;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Turn> {
        let mine = context.waker().clone();
        let turns = Arc::clone(&self.turns);
        let mut queue = turns.queue.lock();
        let ticket = *self.ticket.get_or_insert_with(|| {
            let ticket = queue.next;
            queue.next += 1;
            queue.waiting.push_back((ticket, None));
            ticket
        });
        if queue.waiting.front().is_some_and(|(first, _)| *first == ticket) {
            drop(queue);
            self.ticket = None;
            return Poll::Ready(Turn { turns, ticket });
        }
        let place = queue.waiting.iter_mut().find(|(other, _)| *other == ticket);
        let replaced = place.and_then(|(_, waker)| waker.replace(mine));
        drop(queue);
        drop(replaced);
        Poll::Pending
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.turns.leave(ticket);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.leave(self.ticket);
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::Turns;
    use crate::env::sync::Arc;

    #[test]
    fn turns_are_given_in_order_and_survive_who_gives_up() {
        let turns = Arc::new(Turns::new());
        let mut context = Context::from_waker(Waker::noop());
        let mut first = pin!(turns.take());
        let Poll::Ready(turn) = first.as_mut().poll(&mut context) else {
            panic!("the first waits for nobody")
        };
        let mut second = Box::pin(turns.take());
        let mut third = pin!(turns.take());
        assert!(second.as_mut().poll(&mut context).is_pending());
        assert!(third.as_mut().poll(&mut context).is_pending());
        drop(second);
        assert!(third.as_mut().poll(&mut context).is_pending());
        drop(turn);
        assert!(third.as_mut().poll(&mut context).is_ready());
    }
}
