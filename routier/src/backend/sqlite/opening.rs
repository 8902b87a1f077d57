//! Who has the database open, and who had: by it a token tells whether it is of this history.

use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, TransactionBehavior, params};

use crate::backend::sqlite::database::{Head, Place};
use crate::backend::sqlite::failure::Sql;
use crate::env::Env;
use crate::storage::Durability;

/// So many numbers at most are given before what came before them is synced. Whoever opens after a crash that may have taken
/// commits begins so far behind, so that no number is given again.
pub(super) const AHEAD: u64 = 65_536;

/// Notes an opening, and gives its name.
pub(super) fn begin(connection: &mut Connection, place: &Place) -> Sql<u64> {
    let before = unended(connection)?;
    // Where all have said that they ended, there is nobody to look for.
    let is_alone = before.is_some() && is_alone(connection, place)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut head = Head::read(&transaction)?;
    if let Some(before) = before.filter(|_| is_alone) {
        // Nobody of them is there any more, though others may have come since. What they showed behind this number is
        // lost.
        let text = "UPDATE routier_openings SET ended = ? WHERE ended IS NULL AND epoch <= ?";
        transaction.execute(text, [head.number.cast_signed(), before.newest])?;
    }
    if before.is_some_and(|before| !before.are_safe) {
        // Also where others have the database open: one of those who had may have lost commits all the same.
        head.number += AHEAD;
        head.write(&transaction)?;
    }
    let last: i64 =
        transaction
            .query_row("SELECT coalesce(max(epoch), 0) FROM routier_openings", [], |row| row.get(0))?;
    // Openings of two copies of one database are not to have one name.
    let epoch = last + 1 + (Env::system().ids.random() & 0xf_ffff).cast_signed();
    let is_safe = place.durability == Durability::Sync;
    transaction
        .execute("INSERT INTO routier_openings (epoch, is_safe) VALUES (?, ?)", params![epoch, is_safe])?;
    transaction.commit()?;
    Ok(epoch.cast_unsigned())
}

/// Openings that have not said that they ended.
#[derive(Clone, Copy)]
struct Unended {
    are_safe: bool,
    newest: i64,
}

fn unended(connection: &Connection) -> Sql<Option<Unended>> {
    let text =
        "SELECT min(is_safe), max(epoch) FROM routier_openings WHERE ended IS NULL HAVING count(*) > 0";
    let read = |row: &Row<'_>| Ok(Unended { are_safe: row.get(0)?, newest: row.get(1)? });
    Ok(connection.query_row(text, [], read).optional()?)
}

/// Whether nobody else has the database open: only then SQLite gives its write-ahead log up, for a moment.
fn is_alone(connection: &Connection, place: &Place) -> Sql<bool> {
    connection.busy_timeout(std::time::Duration::ZERO)?;
    let mode = connection.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get::<_, String>(0));
    place.be_patient(connection)?;
    let is_alone = match mode {
        Ok(mode) => mode.eq_ignore_ascii_case("delete"),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => false,
        Err(error) => return Err(error.into()),
    };
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    Ok(is_alone)
}

/// Whether an opening went as far as a number.
pub(super) fn went_to(connection: &Connection, epoch: u64, number: u64) -> Sql<bool> {
    let text = "SELECT ended FROM routier_openings WHERE epoch = ?";
    let ended: Option<Option<i64>> =
        connection.prepare_cached(text)?.query_row([epoch.cast_signed()], |row| row.get(0)).optional()?;
    Ok(ended.is_some_and(|ended| ended.is_none_or(|ended| number <= ended.cast_unsigned())))
}

/// Notes that an opening has ended, with all it showed on the disk. What is in SQLite's log is written into the file, as far
/// as nobody reads there.
pub(super) fn end(connection: &Connection, epoch: u64) -> Sql<()> {
    connection.pragma_update(None, "synchronous", "FULL")?;
    let text =
        "UPDATE routier_openings SET is_safe = 1, ended = (SELECT number FROM routier_store) WHERE epoch = ?";
    connection.execute(text, [epoch.cast_signed()])?;
    Ok(connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?)
}
