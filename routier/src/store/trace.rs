//! A span for each commit and each query (feature `tracing`): which collection, how many rows, how long. Never what is
//! in a row, nor a key.

#[cfg(feature = "tracing")]
pub(crate) use self::spans::Trace;
#[cfg(not(feature = "tracing"))]
pub(crate) use self::without::Trace;

#[cfg(feature = "tracing")]
mod spans {
    use std::time::Duration;

    use tracing::field::{Empty, display};
    use tracing::{Instrument, Span};

    use crate::env::Clock;
    use crate::env::sync::Arc;
    use crate::error::Result;
    use crate::storage::{CommitRecord, Origin};

    /// An open span; dropped, it says how long it was open.
    pub(crate) struct Trace {
        span: Span,
        clock: Arc<dyn Clock>,
        began: Duration,
    }

    impl Trace {
        /// The span of a query.
        pub(crate) fn query(clock: &Arc<dyn Clock>, collection: &'static str) -> Self {
            let span = tracing::debug_span!(
                target: "routier",
                "query",
                collection,
                examined = Empty,
                returned = Empty,
                duration_ns = Empty,
            );
            Self::open(clock, span)
        }

        /// The span of a commit.
        pub(crate) fn commit(
            clock: &Arc<dyn Clock>,
            collection: impl FnOnce() -> &'static str,
            origin: &Origin,
            n_writes: usize,
        ) -> Self {
            let collection = collection();
            let span = tracing::debug_span!(
                target: "routier",
                "commit",
                collection,
                origin = %origin,
                writes = n_writes,
                outcome = Empty,
                number = Empty,
                duration_ns = Empty,
            );
            Self::open(clock, span)
        }

        fn open(clock: &Arc<dyn Clock>, span: Span) -> Self {
            Self { span, clock: Arc::clone(clock), began: clock.now() }
        }

        /// Carries `work` out within the span.
        pub(crate) fn hold<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<F> {
            work.instrument(self.span.clone())
        }

        /// What a query came to.
        pub(crate) fn found(&self, examined: u64, returned: u64) {
            self.span.record("examined", examined).record("returned", returned);
        }

        /// How a commit ended.
        pub(crate) fn ended(&self, outcome: &Result<Arc<CommitRecord>>) {
            match outcome {
                Ok(record) => self.span.record("outcome", "committed").record("number", record.number),
                Err(error) => self.span.record("outcome", display(error.kind())),
            };
        }
    }

    impl Drop for Trace {
        fn drop(&mut self) {
            let open = self.clock.now().saturating_sub(self.began);
            self.span.record("duration_ns", u64::try_from(open.as_nanos()).unwrap_or(u64::MAX));
        }
    }
}

#[cfg(not(feature = "tracing"))]
mod without {
    use crate::env::Clock;
    use crate::env::sync::Arc;
    use crate::error::Result;
    use crate::storage::{CommitRecord, Origin};

    /// Nothing, at no cost.
    pub(crate) struct Trace;

    impl Trace {
        #[inline]
        pub(crate) fn query(_clock: &Arc<dyn Clock>, _collection: &'static str) -> Self {
            Self
        }

        #[inline]
        pub(crate) fn commit(
            _clock: &Arc<dyn Clock>,
            _collection: impl FnOnce() -> &'static str,
            _origin: &Origin,
            _n_writes: usize,
        ) -> Self {
            Self
        }

        #[inline]
        pub(crate) fn hold<F: Future>(&self, work: F) -> F {
            work
        }

        #[inline]
        pub(crate) fn found(&self, _examined: u64, _returned: u64) {}

        #[inline]
        pub(crate) fn ended(&self, _outcome: &Result<Arc<CommitRecord>>) {}
    }
}
