//! Random histories for as long as there is time, on each kind of store: those that are held against a model, and those that
//! the checker looks through. The latter also run on memory with a log, where commits are pending for a while.
//!
//! ```text
//! cargo run -p routier-conformance-tests --bin campaign                    for an hour
//! cargo run -p routier-conformance-tests --bin campaign -- --minutes 5     for five minutes
//! cargo run -p routier-conformance-tests --bin campaign -- --from 100000   with other seeds
//! cargo run -p routier-conformance-tests --bin campaign -- --seed 17       one seed of each
//! ```
//!
//! It prints what it ran and found, and ends with 1 where something was wrong. A history in which the checker found something
//! is written to a file, for Elle.

#![expect(unexpected_cfgs, reason = "whoever compiles one part of the suite alone does not run this")]

#[cfg(not(routier_part))]
mod whole {
    use std::error::Error;
    use std::fmt::{self, Write};
    use std::fs;
    use std::ops::Range;
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use routier::MemoryStorage;
    use routier::conformance::checker::{Campaign, Driver, Findings, edn};
    use routier::conformance::{Coverage, Histories, Subject, histories};
    use routier_conformance_tests::mutations::workspace;
    use routier_tests::late::LateLog;
    use routier_tests::stores::Kind;

    /// How many seeds each has before it is the next one's turn.
    const BLOCK: u64 = 50;
    /// How long a history with a model is.
    const STEPS: u64 = 100;

    /// What is asked for.
    struct Options {
        time: Duration,
        from: u64,
        seed: Option<u64>,
    }

    /// What was run on a kind of store.
    struct Ran {
        name: String,
        subject: Subject,
        /// Of the histories beside a model, which go by what a store does on one thread.
        coverage: Option<Coverage>,
        found: Vec<(Campaign, Findings)>,
    }

    pub(super) fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
        let options = Options::read(arguments)?;
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let begin = Instant::now();
        let mut ran: Vec<Ran> = Kind::ALL.iter().map(|kind| Ran::on(*kind)).collect();
        ran.push(Ran::on_memory_with_a_log());
        let mut seeds = options.seeds();
        loop {
            for one in &mut ran {
                runtime.block_on(one.run(seeds.clone()))?;
            }
            if options.seed.is_some() || begin.elapsed() >= options.time {
                break;
            }
            seeds = seeds.end..seeds.end + BLOCK;
        }
        println!("seeds {}..{}, {} s", options.seeds().start, seeds.end, begin.elapsed().as_secs());
        ran.iter().for_each(|one| println!("{one}"));
        Ok(())
    }

    impl Options {
        fn read(arguments: &[String]) -> Result<Self, String> {
            let mut options = Self { time: Duration::from_secs(3_600), from: 0, seed: None };
            let mut arguments = arguments.iter();
            while let Some(name) = arguments.next() {
                let value = arguments.next().and_then(|value| value.parse::<u64>().ok());
                let value = value.ok_or_else(|| format!("{name} needs a number"))?;
                match name.as_str() {
                    "--minutes" => options.time = Duration::from_secs(60 * value),
                    "--from" => options.from = value,
                    "--seed" => options.seed = Some(value),
                    _ => {
                        return Err(format!(
                            "there is no option {name}: --minutes, --from and --seed are all there are"
                        ));
                    }
                }
            }
            Ok(options)
        }

        fn seeds(&self) -> Range<u64> {
            match self.seed {
                Some(seed) => seed..seed + 1,
                None => self.from..self.from + BLOCK,
            }
        }
    }

    impl Ran {
        fn on(kind: Kind) -> Self {
            let subject = Subject::new(move |builder| kind.build(builder));
            Self { coverage: Some(Coverage::default()), ..Self::new(format!("{kind:?}"), subject) }
        }

        fn on_memory_with_a_log() -> Self {
            let storage = || MemoryStorage::new().with_log(Arc::new(LateLog::default()));
            let subject = Subject::new(move |builder| async move { builder.storage(storage()).await });
            Self::new("MemoryWithALog".to_owned(), subject)
        }

        fn new(name: String, subject: Subject) -> Self {
            let drivers = [Driver::INTERLEAVED, Driver::THREADS];
            let campaigns = drivers.into_iter().flat_map(|driver| Campaign::each(driver, 0..0));
            let found = campaigns.map(|campaign| (campaign, Findings::default())).collect();
            Self { name, subject, coverage: None, found }
        }

        async fn run(&mut self, seeds: Range<u64>) -> Result<(), Box<dyn Error>> {
            if let Some(all) = &mut self.coverage {
                let coverage =
                    histories(&self.subject, &Histories { seeds: seeds.clone(), steps: STEPS }).await;
                all.merge(&coverage.map_err(|failed| format!("on {}: {failed}", self.name))?);
            }
            for (campaign, all) in &mut self.found {
                campaign.seeds = seeds.clone();
                let findings = campaign.run(&self.subject).await;
                if !findings.is_ok() {
                    let mut said = format!("{campaign} on {}: {findings}", self.name);
                    if let Some(first) = findings.first() {
                        let directory = workspace().canonicalize()?.join("target");
                        fs::create_dir_all(&directory)?;
                        let name = format!("{}-{}.edn", self.name, first.seed);
                        let file = directory.join(name.to_lowercase());
                        fs::write(&file, edn(&first.history))?;
                        write!(said, "\nthe history is in {}", file.display())?;
                    }
                    return Err(said.into());
                }
                all.add(findings);
            }
            Ok(())
        }
    }

    impl fmt::Display for Ran {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "\n{}:", self.name)?;
            for (campaign, findings) in &self.found {
                write!(f, "\n  {campaign}: {findings}")?;
            }
            match &self.coverage {
                Some(coverage) => write!(f, "\n  beside a model: {coverage}"),
                None => Ok(()),
            }
        }
    }
}

#[cfg(not(routier_part))]
fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match whole::run(&arguments) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(routier_part)]
fn main() {}
