//! Loads the dependency graph of this workspace (or of a file) into a store, asks it questions, and changes it while a
//! feed and a live query follow: `cargo run --example inventory -- --help`.

mod answers;
mod follow;

use std::{
    env,
    error::Error,
    io::{self, Write},
    process::ExitCode,
    time::Instant,
};

use routier::Store;
use routier_examples::{
    input::{self, Graph},
    inventory::{self, Package, Views},
    options::{self, HELP, Options, Request},
    report::{Progress, Report, count, elapsed},
};

type Result<T = (), E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

#[tokio::main]
async fn main() -> ExitCode {
    let options = match options::parse(env::args_os().skip(1)) {
        Ok(Request::Inventory(options)) => options,
        Ok(Request::Help) => {
            // a reader that went away has no use for the rest
            let _ = io::stdout().write_all(HELP.as_bytes());
            return ExitCode::SUCCESS;
        }
        Err(error) => return fail(&error, 2),
    };
    let (graph, store) = match prepare(&options).await {
        Ok(prepared) => prepared,
        Err(error) => return fail(&*error, 2),
    };
    match take(&options, &graph, &store, &mut Report::on_stdout()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_closed_pipe(&*error) => ExitCode::SUCCESS,
        Err(error) => fail(&*error, 1),
    }
}

/// What the command line names: where it is wrong, nothing has been printed yet.
async fn prepare(options: &Options) -> Result<(Graph, Store)> {
    let store = Store::open(&options.store).await?;
    let graph = input::read(options.path.as_deref())?;
    if let Some(who) = &options.who {
        graph.package(who)?;
    }
    Ok((graph, store))
}

fn fail(error: &dyn Error, code: u8) -> ExitCode {
    eprintln!("inventory: {error}");
    ExitCode::from(code)
}

fn is_closed_pipe(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|it| it.kind() == io::ErrorKind::BrokenPipe)
}

async fn take(options: &Options, graph: &Graph, store: &Store, report: &mut Report<impl Write>) -> Result {
    report.line(format_args!("Read {}.", graph.origin))?;
    load(store, options, graph, report).await?;
    // one snapshot for all questions: whatever is written meanwhile, the answers fit each other
    let views = Views::of(&store.snapshot().await?).await?;
    answers::overview(&views, report).await?;
    if options.copies > 1 {
        report.line("The questions are asked about the first copy; the others only stand beside it.")?;
    }
    let began = Instant::now();
    let most_versions = answers::several_versions(&views, report).await?;
    let most_depended_on = answers::most_depended_on(&views, report).await?;
    let who = options.who.as_ref().or(most_versions.as_ref()).or(most_depended_on.as_ref());
    if let Some(who) = who {
        answers::who_pulls_in(&views, who, report).await?;
    }
    answers::licenses(&views, report).await?;
    answers::largest(&views, report).await?;
    report.line(format_args!(
        "All questions were answered from one snapshot, in {}.",
        elapsed(began.elapsed())
    ))?;
    drop(views);
    if let Some(name) = &most_depended_on {
        follow::rename(store, name, report).await?;
    }
    store.close().await?;
    Ok(())
}

async fn load(store: &Store, options: &Options, graph: &Graph, report: &mut Report<impl Write>) -> Result {
    let there = store.collection::<Package>().await?.query().count().await?;
    if there > 0 {
        report.line(format_args!(
            "The store has {} packages from before: the questions are about those.",
            count(there)
        ))?;
        return Ok(());
    }
    let total = inventory::rows(graph) * u64::from(options.copies);
    let began = Instant::now();
    let progress = Progress::new(total, "rows");
    let loaded = inventory::load(store, graph, options.copies, &progress).await?;
    drop(progress);
    let took = began.elapsed();
    let rate = loaded.rows as f64 / took.as_secs_f64().max(1e-9);
    let commits = if loaded.commits == 1 { "commit" } else { "commits" };
    report.line(format_args!(
        "Loaded {} rows in {} {commits} and {}: {} rows a second.",
        count(loaded.rows),
        count(loaded.commits),
        elapsed(took),
        count(rate as u64)
    ))?;
    Ok(())
}
