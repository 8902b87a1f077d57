//! What the command line asks for.

use std::path::PathBuf;

use crate::kind::Kind;

pub(crate) const USAGE: &str = "\
Measures the file storage and the SQLite storage beside redb and SQLite used by hand.

  --rows N        how many rows are there, in thousands (100_000)
  --commits N     how many are then inserted one a commit, and again by eight threads at once; multiples of 80 (400)
  --rounds N      how often all is done, by turns; of each piece the least counts (3)
  --subject NAME  only this one; may be repeated
  --json PATH     where the JSON goes (durable.json in the target directory)

Subjects: memory, file, sqlite, redb, rusqlite, rusqlite-thread.";

pub(crate) struct Options {
    pub(crate) rows: u64,
    pub(crate) commits: u64,
    pub(crate) rounds: usize,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) json: Option<PathBuf>,
    pub(crate) help: bool,
}

impl Options {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options =
            Self { rows: 100_000, commits: 400, rounds: 3, kinds: Vec::new(), json: None, help: false };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("`{argument}` needs a value"));
            match argument.as_str() {
                "--rows" => options.rows = multiple(&value()?, 1_000)?,
                "--commits" => options.commits = multiple(&value()?, 80)?,
                "--rounds" => options.rounds = multiple(&value()?, 1)? as usize,
                "--subject" => options.kinds.push(kind(&value()?)?),
                "--json" => options.json = Some(value()?.into()),
                "--help" | "-h" => options.help = true,
                _ => return Err(format!("`{argument}` is no option")),
            }
        }
        if options.kinds.is_empty() {
            options.kinds = Kind::ALL.to_vec();
        }
        Ok(options)
    }
}

fn multiple(text: &str, of: u64) -> Result<u64, String> {
    let number = text.replace('_', "").parse().ok().filter(|number| *number > 0 && *number % of == 0);
    number.ok_or_else(|| format!("`{text}` is not a number above 0 and a multiple of {of}"))
}

fn kind(text: &str) -> Result<Kind, String> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.file_name() == text);
    kind.ok_or_else(|| format!("there is no subject `{text}`"))
}
