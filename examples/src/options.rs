//! The command line of the inventory.

use std::{error::Error, ffi::OsString, fmt, path::PathBuf};

/// What `--help` prints.
pub const HELP: &str = "\
Loads a dependency graph into a store, asks it questions, and watches it change.

Usage: inventory [PATH] [--repeat N] [--who NAME] [--store URL]

  PATH          a `Cargo.lock`, or the output of `cargo metadata --format-version 1`
                (default: what cargo says of this workspace)
  --repeat N    load the graph N times, under other names (default: 1, at most 10000)
  --who NAME    ask who pulls in this package (default: the one in most versions)
  --store URL   where to keep it (default: memory:); what a store has from before is not
                loaded again (`file:./inventory` and `sqlite:inventory.db` need
                `--features file,sqlite`)
  -h, --help    print this
";

/// The most copies that `--repeat` loads.
const MOST_COPIES: u32 = 10_000;

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The file to read; `None` is this workspace.
    pub path: Option<PathBuf>,
    /// How many times to load the graph, at least once.
    pub copies: u32,
    /// The package whose dependents are asked for.
    pub who: Option<String>,
    /// The store's address.
    pub store: String,
}

impl Default for Options {
    fn default() -> Self {
        Self { path: None, copies: 1, who: None, store: "memory:".to_owned() }
    }
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Print [`HELP`].
    Help,
    /// Take the inventory.
    Inventory(Options),
}

/// A command line that asks for nothing we know, as one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionError(String);

impl fmt::Display for OptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for OptionError {}

/// Reads the arguments that follow the program's name. `--name=value` and `--name value` are the same, and what
/// stands after `--` is a path.
///
/// # Errors
///
/// One sentence that names the argument and says what would do.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Request, OptionError> {
    let mut arguments = arguments.into_iter();
    let mut options = Options::default();
    let mut only_paths = false;
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy().into_owned();
        if only_paths || !text.starts_with('-') || text == "-" {
            set_path(&mut options, argument)?;
            continue;
        }
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (text.as_str(), None),
        };
        let value = |what| value_of(name, what, value, &mut arguments);
        match name {
            "--" => only_paths = true,
            "-h" | "--help" => return Ok(Request::Help),
            "--repeat" => options.copies = copies(&value("a number")?)?,
            "--who" => options.who = Some(value("the name of a package")?),
            "--store" => options.store = value("an address such as `memory:`")?,
            _ => {
                return Err(OptionError(format!(
                    "there is no option `{name}`: `--help` lists what there is"
                )));
            }
        }
    }
    Ok(Request::Inventory(options))
}

fn set_path(options: &mut Options, path: OsString) -> Result<(), OptionError> {
    match options.path.replace(PathBuf::from(path)) {
        None => Ok(()),
        Some(first) => {
            let second = options.path.take().unwrap_or_default();
            let (first, second) = (first.display(), second.display());
            Err(OptionError(format!("one file is read at a time: give `{first}` or `{second}`")))
        }
    }
}

/// What follows the `=`, or else the next argument.
fn value_of(
    name: &str,
    what: &str,
    value: Option<String>,
    rest: &mut impl Iterator<Item = OsString>,
) -> Result<String, OptionError> {
    let value = value.or_else(|| rest.next().map(|next| next.to_string_lossy().into_owned()));
    value
        .filter(|it| !it.is_empty() && !it.starts_with("--"))
        .ok_or_else(|| OptionError(format!("`{name}` needs {what} after it")))
}

fn copies(value: &str) -> Result<u32, OptionError> {
    value.parse().ok().filter(|copies| (1..=MOST_COPIES).contains(copies)).ok_or_else(|| {
        OptionError(format!("`--repeat` takes a number from 1 to {MOST_COPIES}, not `{value}`"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Request, String> {
        parse(line.split_whitespace().map(OsString::from)).map_err(|error| error.to_string())
    }

    fn options(line: &str) -> Options {
        match parsed(line).unwrap() {
            Request::Inventory(options) => options,
            Request::Help => panic!("`{line}` asks for help"),
        }
    }

    #[test]
    fn options_stand_in_any_order() {
        assert_eq!(options(""), Options::default());
        let all = Options {
            path: Some("some.lock".into()),
            copies: 30,
            who: Some("syn".to_owned()),
            store: "file:./data".to_owned(),
        };
        assert_eq!(options("some.lock --repeat 30 --who syn --store file:./data"), all);
        assert_eq!(options("--store=file:./data --repeat=30 --who=syn -- some.lock"), all);
        assert_eq!(options("-- --repeat").path, Some("--repeat".into()));
        assert_eq!(parsed("some.lock --help --nonsense"), Ok(Request::Help));
    }

    #[test]
    fn mistakes_get_one_sentence() {
        for (line, expected) in [
            ("--repeta 3", "there is no option `--repeta`: `--help` lists what there is"),
            ("-x", "there is no option `-x`: `--help` lists what there is"),
            ("--repeat", "`--repeat` needs a number after it"),
            ("--repeat --who syn", "`--repeat` needs a number after it"),
            ("--repeat=", "`--repeat` needs a number after it"),
            ("--repeat 0", "`--repeat` takes a number from 1 to 10000, not `0`"),
            ("--repeat -1", "`--repeat` takes a number from 1 to 10000, not `-1`"),
            ("--repeat many", "`--repeat` takes a number from 1 to 10000, not `many`"),
            ("--store", "`--store` needs an address such as `memory:` after it"),
            ("--who", "`--who` needs the name of a package after it"),
            ("a.lock b.lock", "one file is read at a time: give `a.lock` or `b.lock`"),
        ] {
            assert_eq!(parsed(line), Err(expected.to_owned()), "{line}");
        }
    }
}
