//! What the command line asks for.

use std::path::PathBuf;

pub(crate) const USAGE: &str = "\
Checks a package of structs that derive Entity, and the same without, and prints what the derive adds.

  --structs N  how many structs a package has (100)
  --rounds N   how often each package is checked, by turns; medians count (5)
  --peers      also the derives of other libraries, as far as the registry has them";

pub(crate) struct Options {
    pub(crate) structs: usize,
    pub(crate) rounds: usize,
    pub(crate) peers: bool,
    pub(crate) run: Run,
}

pub(crate) enum Run {
    Help,
    /// Starts the others and compares what they print.
    Compare,
    /// Checks the package in a directory once.
    Check(PathBuf),
}

impl Options {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self { structs: 100, rounds: 5, peers: false, run: Run::Compare };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("`{argument}` needs a value"));
            match argument.as_str() {
                "--structs" => options.structs = number(&value()?)?,
                "--rounds" => options.rounds = number(&value()?)?,
                "--peers" => options.peers = true,
                "--check" => options.run = Run::Check(value()?.into()),
                "--help" | "-h" => options.run = Run::Help,
                _ => return Err(format!("`{argument}` is no option")),
            }
        }
        Ok(options)
    }
}

fn number(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| format!("`{text}` is not a number above 0"))
}
