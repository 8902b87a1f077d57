//! What the command line asks for.

use std::path::PathBuf;

use crate::operation::Operation;

pub(crate) const USAGE: &str = "\
Measures routier against hand-written maps, prints a table and writes it as JSON.

  --rows N,N     how many rows, or several such numbers, a table each (100_000)
  --rounds N     how many processes a variant, interleaved; minima are taken over them (7)
  --peer-rounds N  of these, how many have the peers in them (all)
  --json PATH    where the JSON goes (benches.json in the target directory)
  --chart PATH   also draws the main operations as SVG; with several numbers of rows, a file each (PATH-ROWS.svg)
  --retain N     how many changes the history keeps (as many as a store keeps by default)
  --threads      also reads beside a committer
  --variant V    only this variant, may be repeated: hand, hand-parking-lot, async, ours; with the
                 feature `peers` also sqlite, native-db, multi-index-map
  --instructions counts instructions in place of time, by valgrind, which has to be installed
  --profile OP   repeats one operation for ten seconds, for a profiler; needs one --variant, and OP is one of
                 insert, insert-many, get, get-by-email, age, ages, ages-by-key, first-by-age, last-page, modify,
                 update, mixed-95, mixed-50, transaction-1, transaction-10, transaction-100, scan, fork, snapshot,
                 snapshot-get
  --passes N     how often --profile repeats it, in place of ten seconds";

#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) rows: Vec<u64>,
    pub(crate) rounds: usize,
    /// How many rounds peers take part in; `None` for all.
    pub(crate) peer_rounds: Option<usize>,
    /// How many changes the history keeps; `None` for as many as usual.
    pub(crate) retain: Option<usize>,
    pub(crate) json: Option<PathBuf>,
    pub(crate) chart: Option<PathBuf>,
    pub(crate) threads: bool,
    /// How often an operation is repeated for a profiler; `None` for ten seconds.
    pub(crate) passes: Option<u64>,
    pub(crate) variants: Vec<Variant>,
    pub(crate) run: Run,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Run {
    Help,
    /// Starts the others and compares what they print.
    Parent,
    /// Starts the others under a counter of instructions.
    Instructions,
    /// One variant and one part of the measurements.
    Child(Child),
}

/// What one process does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Child {
    pub(crate) variant: Variant,
    pub(crate) phase: Phase,
    pub(crate) rows: u64,
}

/// Who does the work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Variant {
    /// Hand-written maps behind the lock of `std`.
    Hand,
    /// The same behind the lock of `parking_lot`.
    HandParkingLot,
    /// The first, behind an `async fn` that returns a `Result`.
    HandAsync,
    /// routier.
    Ours,
    /// SQLite in memory.
    #[cfg(feature = "peers")]
    Sqlite,
    /// native_db in memory.
    #[cfg(feature = "peers")]
    NativeDb,
    /// multi_index_map behind a lock.
    #[cfg(feature = "peers")]
    MultiIndexMap,
}

impl Variant {
    /// In the order of the table.
    pub(crate) const ALL: &[Self] = &[
        Self::Hand,
        Self::HandParkingLot,
        Self::HandAsync,
        Self::Ours,
        #[cfg(feature = "peers")]
        Self::Sqlite,
        #[cfg(feature = "peers")]
        Self::NativeDb,
        #[cfg(feature = "peers")]
        Self::MultiIndexMap,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hand => "hand",
            Self::HandParkingLot => "hand-parking-lot",
            Self::HandAsync => "async",
            Self::Ours => "ours",
            #[cfg(feature = "peers")]
            Self::Sqlite => "sqlite",
            #[cfg(feature = "peers")]
            Self::NativeDb => "native-db",
            #[cfg(feature = "peers")]
            Self::MultiIndexMap => "multi-index-map",
        }
    }

    /// Whether it is somebody else's.
    pub(crate) fn is_peer(self) -> bool {
        !matches!(self, Self::Hand | Self::HandParkingLot | Self::HandAsync | Self::Ours)
    }
}

/// What one process measures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Phase {
    /// Inserts one a commit, then reads, then updates.
    Rows,
    /// Inserts a thousand a commit.
    Batches,
    /// Bytes a row, and allocations an operation.
    Space,
    /// Reads while another thread commits.
    Beside,
    /// Updates of ours while live queries are open.
    Live,
    /// One operation again and again.
    Profile(Operation),
}

impl Phase {
    /// Those that a parent asks for.
    const NAMED: [Self; 5] = [Self::Rows, Self::Batches, Self::Space, Self::Beside, Self::Live];

    /// Whether there is something to measure of a variant.
    pub(crate) fn is_for(self, variant: Variant) -> bool {
        self != Self::Live || variant == Variant::Ours
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rows => "rows",
            Self::Batches => "batches",
            Self::Space => "space",
            Self::Beside => "beside",
            Self::Live => "live",
            Self::Profile(_) => "profile",
        }
    }
}

impl Options {
    /// Whether a variant is measured in a round.
    pub(crate) fn is_in(&self, round: usize, variant: Variant) -> bool {
        !variant.is_peer() || self.peer_rounds.is_none_or(|rounds| round < rounds)
    }

    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            rows: vec![100_000],
            rounds: 7,
            peer_rounds: None,
            retain: None,
            json: None,
            chart: None,
            threads: false,
            passes: None,
            variants: Vec::new(),
            run: Run::Parent,
        };
        let mut phase = None;
        let mut arguments = arguments;
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("`{argument}` needs a value"));
            match argument.as_str() {
                "--rows" => options.rows = value()?.split(',').map(rows).collect::<Result<_, _>>()?,
                "--rounds" => options.rounds = number(&value()?)? as usize,
                "--peer-rounds" => options.peer_rounds = Some(number(&value()?)? as usize),
                "--retain" => options.retain = Some(number(&value()?)? as usize),
                "--json" => options.json = Some(value()?.into()),
                "--chart" => options.chart = Some(value()?.into()),
                "--threads" => options.threads = true,
                "--instructions" => options.run = Run::Instructions,
                "--passes" => options.passes = Some(number(&value()?)?),
                "--variant" => options.variants.push(named(&value()?, Variant::ALL, Variant::name)?),
                "--profile" => {
                    phase = Some(Phase::Profile(named(&value()?, &Operation::ALL, Operation::name)?));
                }
                "--phase" => phase = Some(named(&value()?, &Phase::NAMED, Phase::name)?),
                "--help" | "-h" => options.run = Run::Help,
                _ => return Err(format!("`{argument}` is no option")),
            }
        }
        if let Some(phase) = phase {
            let ([variant], [rows]) = (&options.variants[..], &options.rows[..]) else {
                return Err("this needs exactly one `--variant`, and one number of `--rows`".to_owned());
            };
            options.run = Run::Child(Child { variant: *variant, phase, rows: *rows });
        }
        if options.variants.is_empty() {
            options.variants = Variant::ALL.to_vec();
        }
        Ok(options)
    }
}

/// Everything is measured in pieces, and a thousand divides into them.
fn rows(text: &str) -> Result<u64, String> {
    let rows = number(text)?;
    if rows.is_multiple_of(1_000) { Ok(rows) } else { Err(format!("`{text}` is no multiple of 1000")) }
}

fn number(text: &str) -> Result<u64, String> {
    text.replace('_', "")
        .parse()
        .ok()
        .filter(|number| *number > 0)
        .ok_or_else(|| format!("`{text}` is not a number above 0"))
}

fn named<T: Copy>(wanted: &str, all: &[T], name: impl Fn(T) -> &'static str) -> Result<T, String> {
    let names = || all.iter().map(|one| name(*one)).collect::<Vec<_>>().join(", ");
    all.iter()
        .find(|one| name(**one) == wanted)
        .copied()
        .ok_or_else(|| format!("`{wanted}` is none of {}", names()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Options, String> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn rows_are_one_number_or_several() {
        let cases: &[(&str, Result<&[u64], &str>)] = &[
            ("", Ok(&[100_000])),
            ("--rows 5000", Ok(&[5_000])),
            ("--rows 1_000,100_000,1_000_000", Ok(&[1_000, 100_000, 1_000_000])),
            ("--rows", Err("`--rows` needs a value")),
            ("--rows 1_500", Err("`1_500` is no multiple of 1000")),
            ("--rows 1_000,,2_000", Err("`` is not a number above 0")),
            ("--rows 0", Err("`0` is not a number above 0")),
            ("--rows many", Err("`many` is not a number above 0")),
        ];
        for (line, expected) in cases {
            let rows = parsed(line).map(|options| options.rows);
            assert_eq!(rows.as_deref().map_err(String::as_str), *expected, "{line}");
        }
    }

    #[test]
    fn a_process_measures_one_variant_and_one_size() {
        let cases = [
            ("--phase rows --variant ours", true),
            ("--phase rows --variant ours --rows 1_000", true),
            ("--phase rows", false),
            ("--phase rows --variant ours --variant hand", false),
            ("--phase rows --variant ours --rows 1_000,2_000", false),
        ];
        for (line, is_one) in cases {
            let run = parsed(line).map(|options| matches!(options.run, Run::Child(_)));
            assert_eq!(run.unwrap_or(false), is_one, "{line}");
        }
    }

    #[test]
    #[cfg(feature = "peers")]
    fn peers_may_take_part_in_fewer_rounds() {
        let cases =
            [("", [true; 3]), ("--peer-rounds 1", [true, false, false]), ("--peer-rounds 9", [true; 3])];
        for (line, expected) in cases {
            let options = parsed(line).unwrap();
            assert_eq!([0, 1, 2].map(|round| options.is_in(round, Variant::Sqlite)), expected, "{line}");
            assert!((0..3).all(|round| options.is_in(round, Variant::Ours)), "{line}");
        }
    }

    #[test]
    fn names_are_found_or_listed() {
        assert_eq!(parsed("--variant async").unwrap().variants, [Variant::HandAsync]);
        assert_eq!(parsed("").unwrap().variants, Variant::ALL);
        let wrong = parsed("--variant nobody").unwrap_err();
        assert!(wrong.starts_with("`nobody` is none of hand, hand-parking-lot, async, ours"), "{wrong}");
        assert_eq!(parsed("--speed 9").unwrap_err(), "`--speed` is no option");
    }
}
