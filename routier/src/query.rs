//! Queries as data: fields, filters, orders, cursors, what they mean ([`eval`]) and how they are carried out
//! ([`plan`](mod@plan)).

mod check;
mod cursor;
pub mod eval;
mod explain;
mod field;
mod filter;
mod order;
mod page;
pub mod plan;
mod predicate;
#[cfg(test)]
pub(crate) mod sample;
mod target;

pub use self::check::check_query;
pub(crate) use self::cursor::Fingerprints;
pub use self::cursor::{Cursor, fingerprint};
pub use self::explain::Analysis;
pub use self::field::{Declared, Distinct, Field, Indexed, PrimaryKey};
pub use self::filter::Filter;
pub use self::order::{Order, OrderTerm, Terms};
pub use self::page::Page;
pub use self::plan::{Access, Paths, Plan, Range, plan};
pub(crate) use self::plan::{Anchor, Direct};
pub use self::predicate::{MAX_DEPTH, Position, Predicate, Query, ScanFn};
pub use self::target::Unique;
