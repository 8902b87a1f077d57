//! Taking turns: a queue for writers that lost too often.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::env::Clock;
use crate::env::sync::{Arc, Mutex};

/// How long a turn lasts while others wait for it. Who has it may itself wait for one of them: work within the closure
/// of a transaction, or a future that its task does not poll just now.
const LONGEST_TURN: Duration = Duration::from_secs(1);

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
struct Waiting {
    turns: Arc<Turns>,
    ticket: Option<u64>,
    /// Who had the turn when the alarm was set, and its end.
    alarm: Option<(u64, Alarm)>,
    clock: Arc<dyn Clock>,
}

type Alarm = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Turns {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Waits for the turn, at most as long as each of those before has it for [`LONGEST_TURN`].
    pub(crate) fn take(
        self: &Arc<Self>,
        clock: &Arc<dyn Clock>,
    ) -> impl Future<Output = Turn> + Send + use<> {
        Waiting { turns: Arc::clone(self), ticket: None, alarm: None, clock: Arc::clone(clock) }
    }

    /// Whether somebody has the turn.
    pub(crate) fn are_taken(&self) -> bool {
        !self.queue.lock().waiting.is_empty()
    }

    /// Leaves the queue, and wakes whoever is first then.
    fn leave(&self, ticket: u64) {
        let (left, waker) = {
            let mut queue = self.queue.lock();
            let Some(place) = queue.waiting.iter().position(|(other, _)| *other == ticket) else { return };
            let left = queue.waiting.remove(place);
            let next = if place == 0 { queue.waiting.front_mut() } else { None };
            (left, next.and_then(|(_, waker)| waker.take()))
        };
        // a waker is the executor's code
        drop(left);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Enters the queue, or stays in it, and gives the first of it.
    fn stand(&self, ticket: &mut Option<u64>, waker: &Waker) -> u64 {
        let mine = waker.clone();
        let mut queue = self.queue.lock();
        // one whose turn was over before it was polled again has lost its place
        let place = queue.waiting.iter().position(|(other, _)| Some(*other) == *ticket);
        let place = place.unwrap_or_else(|| {
            *ticket = Some(queue.next);
            let entry = (queue.next, None);
            queue.next += 1;
            queue.waiting.push_back(entry);
            queue.waiting.len() - 1
        });
        let first = queue.waiting.front().map_or(0, |(first, _)| *first);
        let replaced = queue.waiting.get_mut(place).and_then(|(_, waker)| waker.replace(mine));
        drop(queue);
        drop(replaced);
        first
    }
}

impl Future for Waiting {
    type Output = Turn;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Turn> {
        let this = &mut *self;
        loop {
            let first = this.turns.stand(&mut this.ticket, context.waker());
            if Some(first) == this.ticket {
                this.ticket = None;
                return Poll::Ready(Turn { turns: Arc::clone(&this.turns), ticket: first });
            }
            let alarm = match &mut this.alarm {
                Some((of, alarm)) if *of == first => alarm,
                other => &mut other.insert((first, this.clock.sleep(LONGEST_TURN))).1,
            };
            if alarm.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            this.alarm = None;
            this.turns.leave(first);
        }
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

    use super::{LONGEST_TURN, Turn, Turns};
    use crate::env::sync::Arc;
    use crate::env::{Clock, ManualClock};

    type Waits = std::pin::Pin<Box<dyn Future<Output = Turn>>>;

    struct Scene {
        turns: Arc<Turns>,
        clock: ManualClock,
        shared: Arc<dyn Clock>,
    }

    impl Scene {
        fn new() -> Self {
            let clock = ManualClock::new(LONGEST_TURN);
            Self { turns: Arc::new(Turns::new()), shared: Arc::new(clock.clone()), clock }
        }

        fn take(&self) -> Waits {
            Box::pin(self.turns.take(&self.shared))
        }
    }

    fn poll(waits: &mut Waits) -> Option<Turn> {
        match pin!(waits).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(turn) => Some(turn),
            Poll::Pending => None,
        }
    }

    #[test]
    fn turns_are_given_in_order_and_survive_who_gives_up() {
        let scene = Scene::new();
        assert!(!scene.turns.are_taken());
        let turn = poll(&mut scene.take());
        assert!(turn.is_some(), "the first waits for nobody");
        assert!(scene.turns.are_taken());
        let (mut second, mut third) = (scene.take(), scene.take());
        assert!(poll(&mut second).is_none());
        assert!(poll(&mut third).is_none());
        drop(second);
        assert!(poll(&mut third).is_none());
        drop(turn);
        assert!(poll(&mut third).is_some());
    }

    #[test]
    fn a_turn_that_lasts_too_long_is_over() {
        let scene = Scene::new();
        let turn = poll(&mut scene.take());
        let (mut second, mut third) = (scene.take(), scene.take());
        assert!(poll(&mut second).is_none());
        assert!(poll(&mut third).is_none());
        scene.clock.advance(LONGEST_TURN);
        // the second could have it now, but is not polled
        assert!(poll(&mut third).is_none());
        scene.clock.advance(LONGEST_TURN);
        let next = poll(&mut third);
        assert!(next.is_some());
        assert!(poll(&mut second).is_none(), "it has lost its place");
        drop(turn);
        assert!(poll(&mut second).is_none(), "the first turn was over already");
        drop(next);
        assert!(poll(&mut second).is_some());
        assert!(poll(&mut scene.take()).is_some(), "nobody waits any more");
    }
}
