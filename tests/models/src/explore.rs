//! Runs models in many interleavings, and says which seed found what.

use std::error::Error;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::{Config, Runner};

use crate::models::{Model, all};

/// How many interleavings a seed stands for.
const A_SEED: usize = 50;
/// How often one thread is held back for another, in those that are not random throughout.
const DEPTH: usize = 3;
/// How many interleavings of each model there are where nothing is said.
const ITERATIONS: usize = 500;

/// What is asked for.
struct Options {
    filters: Vec<String>,
    iterations: usize,
    /// The only one.
    seed: Option<u64>,
    is_list: bool,
}

/// Runs what is asked for. Gives whether all was well.
pub(crate) fn run(arguments: &[String]) -> Result<bool, Box<dyn Error>> {
    let options = Options::read(arguments)?;
    let has = |model: &Model| {
        options.filters.is_empty() || options.filters.iter().any(|text| model.name.contains(text.as_str()))
    };
    let chosen: Vec<Model> = all().filter(has).collect();
    if chosen.is_empty() {
        return Err("no model has that in its name: `--list` shows them".into());
    }
    if options.is_list {
        chosen.iter().for_each(|model| println!("{:<42} {}", model.name, model.promise));
        return Ok(true);
    }
    let begin = Instant::now();
    let mut n_failed = 0;
    for model in &chosen {
        print!("{:<42} ", model.name);
        io::stdout().flush()?;
        n_failed += usize::from(!explore(model, &options));
    }
    let n_well = chosen.len() - n_failed;
    println!("{n_well} of {} models are well, {:.1} s", chosen.len(), begin.elapsed().as_secs_f64());
    Ok(n_failed == 0)
}

impl Options {
    fn read(arguments: &[String]) -> Result<Self, Box<dyn Error>> {
        let seed = std::env::var("ROUTIER_SEED").ok().map(|seed| seed.parse()).transpose()?;
        let mut options = Self { filters: Vec::new(), iterations: ITERATIONS, seed, is_list: false };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--list" => options.is_list = true,
                "--iterations" => {
                    let count = arguments.next().ok_or("`--iterations` wants a number")?;
                    options.iterations = count.replace('_', "").parse()?;
                }
                text if text.starts_with('-') => return Err(format!("there is no option {text}").into()),
                text => options.filters.push(text.to_owned()),
            }
        }
        Ok(options)
    }

    fn seeds(&self) -> std::ops::Range<u64> {
        match self.seed {
            Some(seed) => seed..seed + 1,
            None => 0..self.iterations.div_ceil(A_SEED) as u64,
        }
    }
}

/// Runs one model. Gives whether all was well.
fn explore(model: &Model, options: &Options) -> bool {
    let begin = Instant::now();
    let n_run = Arc::new(AtomicUsize::new(0));
    for seed in options.seeds() {
        let outcome = catch_unwind(AssertUnwindSafe(|| explore_seed(model, seed, &n_run)));
        if outcome.is_err() {
            println!("FAILED in interleaving {}, seed {seed}", n_run.load(Ordering::Relaxed));
            println!("    {}", model.promise);
            println!("    again: ROUTIER_SEED={seed} cargo run -p routier-models -- {}", model.name);
            return false;
        }
    }
    println!("{:>7} interleavings {:>6.1} s", n_run.load(Ordering::Relaxed), begin.elapsed().as_secs_f64());
    true
}

fn explore_seed(model: &Model, seed: u64, n_run: &Arc<AtomicUsize>) {
    let (body, n_run) = (model.body, Arc::clone(n_run));
    let run = move || {
        n_run.fetch_add(1, Ordering::Relaxed);
        body();
    };
    let mut config = Config::new();
    // Rows are freed on the stack of whoever lets go of them last.
    config.stack_size = 0x4_0000;
    config.silence_warnings = true;
    if seed.is_multiple_of(2) {
        Runner::new(RandomScheduler::new_from_seed(seed, A_SEED), config).run(run);
    } else {
        Runner::new(PctScheduler::new_from_seed(seed, DEPTH, A_SEED), config).run(run);
    }
}
