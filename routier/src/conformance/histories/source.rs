//! Streams, feeds and watches whose type is forgotten.

use super::column::Later;
use super::model::Row;
use super::sample::Sample;
use crate::Result;
use crate::entity::Versioned;
use crate::feed::{Change, Feed, Live, Operation, Watch};
use crate::storage::Token;
use crate::store::RowStream;

/// Where items come from, one after the other.
pub(super) trait Source<T>: Send {
    fn next(&mut self) -> Later<'_, Option<Result<T>>>;
}

/// A change, as the model would have it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SeenChange {
    pub(super) collection: &'static str,
    pub(super) operation: Operation,
    pub(super) before: Option<Row>,
    pub(super) after: Option<Row>,
    pub(super) version: u64,
    pub(super) token: Token,
}

/// What a watch says, as the model would have it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum SeenLive {
    Reset(Vec<Row>),
    Entered(Row),
    Changed(Row, Row),
    Moved(Row, Row),
    Left(Row),
    /// The number of the commit.
    Ready(u64),
}

impl SeenLive {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Reset(_) => "Reset",
            Self::Entered(_) => "Entered",
            Self::Changed(..) => "Changed",
            Self::Moved(..) => "Moved",
            Self::Left(_) => "Left",
            Self::Ready(_) => "Ready",
        }
    }
}

/// What a watch can say, by name.
pub(super) const LIVES: &[&str] = &["Reset", "Entered", "Changed", "Moved", "Left", "Ready"];

struct Mapped<S, F> {
    source: S,
    row: F,
}

pub(super) fn rows<E: Sample>(
    stream: RowStream<E>,
    row: impl Fn(&Versioned<E>) -> Row + Send + Sync + 'static,
) -> Box<dyn Source<Row>> {
    Box::new(Mapped { source: stream, row })
}

pub(super) fn changes<E: Sample>(
    feed: Feed<Change<E>>,
    row: impl Fn(&Versioned<E>) -> Row + Send + Sync + 'static,
) -> Box<dyn Source<SeenChange>> {
    Box::new(Mapped { source: feed, row })
}

pub(super) fn lives<E: Sample>(
    watch: Watch<E>,
    row: impl Fn(&Versioned<E>) -> Row + Send + Sync + 'static,
) -> Box<dyn Source<SeenLive>> {
    Box::new(Mapped { source: watch, row })
}

impl<E: Sample, F: Fn(&Versioned<E>) -> Row + Send + Sync> Source<Row> for Mapped<RowStream<E>, F> {
    fn next(&mut self) -> Later<'_, Option<Result<Row>>> {
        Box::pin(async { Some(self.source.next().await?.map(|row| (self.row)(&row))) })
    }
}

impl<E: Sample, F: Fn(&Versioned<E>) -> Row + Send + Sync> Source<SeenChange> for Mapped<Feed<Change<E>>, F> {
    fn next(&mut self) -> Later<'_, Option<Result<SeenChange>>> {
        Box::pin(async {
            let change = self.source.next().await?;
            Some(change.map(|change| SeenChange {
                collection: change.collection(),
                operation: change.operation(),
                before: change.before().map(&self.row),
                after: change.after().map(&self.row),
                version: change.version(),
                token: change.token(),
            }))
        })
    }
}

impl<E: Sample, F: Fn(&Versioned<E>) -> Row + Send + Sync> Source<SeenLive> for Mapped<Watch<E>, F> {
    fn next(&mut self) -> Later<'_, Option<Result<SeenLive>>> {
        Box::pin(async {
            let live = self.source.next().await?;
            let row = &self.row;
            Some(live.map(|live| match live {
                Live::Reset(rows) => SeenLive::Reset(rows.iter().map(row).collect()),
                Live::Entered(after) => SeenLive::Entered(row(&after)),
                Live::Changed { before, after } => SeenLive::Changed(row(&before), row(&after)),
                Live::Moved { before, after } => SeenLive::Moved(row(&before), row(&after)),
                Live::Left(before) => SeenLive::Left(row(&before)),
                Live::Ready(token) => {
                    assert_eq!(token.place(), None, "a watch is ready only behind a whole commit");
                    SeenLive::Ready(token.number())
                }
            }))
        })
    }
}
