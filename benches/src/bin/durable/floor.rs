//! What nobody is faster than: a line appended to a file and synced.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use crate::measured::Measured;
use crate::subject::Outcome;

const PIECES: usize = 20;
const LINES: usize = 10;
/// About as long as the line of a commit.
const LENGTH: usize = 256;

pub(crate) fn measure(path: &Path) -> Outcome<Measured> {
    let mut file = File::create(path)?;
    let line = [b'x'; LENGTH];
    Measured::of((PIECES * LINES) as u64, 0..PIECES, |_| {
        for _ in 0..LINES {
            file.write_all(&line)?;
            file.sync_data()?;
        }
        Ok(())
    })
}
