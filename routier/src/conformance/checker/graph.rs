//! Which transaction must come before which, and why.

use std::fmt;

/// Why a transaction must come before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// It appended what the other's append stands right behind (ww).
    Overwritten { list: u64, element: u64, next: u64 },
    /// It appended, the other was never seen to, and so comes behind what was (ww).
    Unseen { list: u64, element: u64, next: u64 },
    /// It appended what the other read last (wr).
    Read { list: u64, element: u64 },
    /// It read a list without what the other appended (rw, an antidependency).
    Missed { list: u64, element: u64 },
    /// It was run by the same process before.
    Process,
    /// It had ended before the other began.
    RealTime,
}

/// An edge to another transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) to: usize,
    pub(super) why: Why,
}

/// The edges by the transaction that they lead from.
#[derive(Clone, Debug)]
pub(super) struct Graph {
    edges: Vec<Vec<Edge>>,
}

impl Why {
    pub(super) fn is_write(self) -> bool {
        matches!(self, Self::Overwritten { .. } | Self::Unseen { .. })
    }

    pub(super) fn is_read(self) -> bool {
        matches!(self, Self::Read { .. })
    }

    pub(super) fn is_missed(self) -> bool {
        matches!(self, Self::Missed { .. })
    }
}

impl Graph {
    pub(super) fn new(n_transactions: usize) -> Self {
        Self { edges: vec![Vec::new(); n_transactions] }
    }

    /// Adds an edge. None leads from a transaction to itself.
    pub(super) fn add(&mut self, from: usize, to: usize, why: Why) {
        if from != to
            && let Some(edges) = self.edges.get_mut(from)
        {
            edges.push(Edge { to, why });
        }
    }

    pub(super) fn len(&self) -> usize {
        self.edges.len()
    }

    /// All edges, with where they lead from.
    pub(super) fn all(&self) -> impl Iterator<Item = (usize, Edge)> + '_ {
        self.edges.iter().enumerate().flat_map(|(from, edges)| edges.iter().map(move |edge| (from, *edge)))
    }
}

/// What the edge from one transaction to another says.
pub(super) struct Sentence {
    pub(super) from: usize,
    pub(super) edge: Edge,
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, edge: Edge { to, why } } = self;
        match why {
            Why::Overwritten { list, element, next } => {
                write!(
                    f,
                    "T{from} before T{to}: in list {list} its {element} stands right before {next} (ww)"
                )
            }
            Why::Unseen { list, element, next } => {
                write!(
                    f,
                    "T{from} before T{to}: of list {list} its {element} was seen last, {next} never (ww)"
                )
            }
            Why::Read { list, element } => {
                write!(f, "T{from} before T{to}, which read its {element} in list {list} (wr)")
            }
            Why::Missed { list, element } => {
                write!(f, "T{from} before T{to}, whose {element} it did not see in list {list} (rw)")
            }
            Why::Process => write!(f, "T{from} before T{to} in the same process"),
            Why::RealTime => write!(f, "T{from} had ended before T{to} began (real time)"),
        }
    }
}
